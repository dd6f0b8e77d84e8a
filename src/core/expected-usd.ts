/** What DECIMAL(38,12) holds, and more than anything costs. */
const amountMax = 1e24;
const digits = 8;
/** From there on a number of JavaScript has no digits after the point, and soon an exponent. */
const wholeFrom = 1e15;

/** An expected amount as a decimal string: eight digits of it, at most twelve of them after the point. */
export function expectedUsd(amount: number): string {
  if (amount < 0) return `-${expectedUsd(-amount)}`;
  const bounded = Math.min(amountMax, amount);
  const [mantissa = "", exponent] = bounded.toExponential(digits - 1).split("e");
  if (bounded >= wholeFrom) return mantissa.replace(".", "") + "0".repeat(Number(exponent) + 1 - digits);
  return Number(`${mantissa}e${exponent}`)
    .toFixed(12)
    .replace(/\.?0+$/, "");
}
