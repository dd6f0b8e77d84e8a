import { divHalfEven } from "./money.ts";

/** An exact ratio: numerator ÷ a power of ten. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const ratioPattern = /^(\d{1,3})(?:\.(\d{1,6}))?$/;

/** A decimal string above 0 and below 1,000 with at most 6 decimals; undefined when it is anything else. */
export function parseRatio(text: string): Ratio | undefined {
  const match = ratioPattern.exec(text);
  if (!match) return undefined;
  const [, whole = "0", fraction = ""] = match;
  const numerator = BigInt(whole + fraction);
  return numerator === 0n ? undefined : { numerator, denominator: 10n ** BigInt(fraction.length) };
}

/** To the nearest whole number, a tie to the even one. */
export function scaledBy(quantity: bigint, { numerator, denominator }: Ratio): bigint {
  return divHalfEven(quantity * numerator, denominator);
}
