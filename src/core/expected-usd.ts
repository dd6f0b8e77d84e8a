/** What DECIMAL(38,12) holds, and more than anything costs. */
const amountMax = 1e24;
const digits = 8;
const decimals = 12;

/** An expected amount as a decimal string: eight digits of it, at most twelve of them after the point. */
export function expectedUsd(amount: number): string {
  if (amount < 0) return `-${expectedUsd(-amount)}`;
  const [mantissa = "", exponent] = Math.min(amountMax, amount)
    .toExponential(digits - 1)
    .split("e");
  // The digits are moved as text: a number times a power of ten has others at its end.
  const power = Number(exponent) + 1;
  const text = mantissa.replace(".", "");
  if (power < 1 - decimals) return "0";
  if (power >= digits) return text + "0".repeat(power - digits);
  const whole = power > 0 ? text.slice(0, power) : "0";
  const fraction = ("0".repeat(Math.max(0, -power)) + text.slice(Math.max(0, power))).slice(0, decimals);
  return `${whole}.${fraction}`.replace(/\.?0+$/, "");
}
