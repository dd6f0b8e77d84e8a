/** Decimals of a rate: USD per million units, to the precision that negotiated discounts stay exact in. */
const RATE_DECIMALS = 12n;
const SCALE = 10n ** RATE_DECIMALS;

/**
 * USD per million units from the text of a price per `per` units ("1e-07", 1n → "0.1"). Exact wherever twelve decimals
 * hold it; otherwise (an hourly price per second) rounded half even once.
 */
export function usdPerMillion(text: string, per: bigint): string {
  const match = /^(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) throw new Error(`A price must be a plain number, found ${JSON.stringify(text)}`);
  const fraction = match[2] ?? "";
  const exponent = Number(match[3] ?? "0") - fraction.length;
  const digits = BigInt(`${match[1]}${fraction}`);
  const numerator = digits * 1_000_000n * SCALE * 10n ** BigInt(Math.max(exponent, 0));
  const denominator = per * 10n ** BigInt(Math.max(-exponent, 0));
  return decimalText(divideHalfEven(numerator, denominator));
}

function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

function decimalText(scaled: bigint): string {
  const fraction = (scaled % SCALE).toString().padStart(Number(RATE_DECIMALS), "0").replace(/0+$/, "");
  return fraction === "" ? `${scaled / SCALE}` : `${scaled / SCALE}.${fraction}`;
}

function scaledBy(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole) * SCALE + BigInt(fraction.padEnd(Number(RATE_DECIMALS), "0"));
}

/** The factor that turns every `base` into its `other`, or undefined where there is no single one. */
export function commonFactor(pairs: readonly { base: string; other: string }[]): string | undefined {
  let first: { base: bigint; other: bigint } | undefined;
  for (const pair of pairs) {
    const [base, other] = [scaledBy(pair.base), scaledBy(pair.other)];
    first ??= { base, other };
    if (base === 0n || other * first.base !== first.other * base) return undefined;
  }
  if (first === undefined || (first.other * SCALE) % first.base !== 0n) return undefined;
  return decimalText((first.other * SCALE) / first.base);
}

/** Whether one of two durations' prices is the other, cut to the digits (three at least) that its source prints. */
export function sameButForRounding(a: string, b: string): boolean {
  const [coarse = "", fine = ""] = [a, b].sort((x, y) => significant(x).length - significant(y).length);
  const digits = significant(coarse).length;
  return digits >= 3 && Number(fine).toPrecision(digits) === Number(coarse).toPrecision(digits);
}

function significant(text: string): string {
  return text.replace(".", "").replace(/^0+/, "").replace(/0+$/, "");
}
