import { divHalfEven } from "./money.ts";
import type { Ratio } from "./token-ratio.ts";

export const wholeRatio: Ratio = { numerator: 1n, denominator: 1n };
export const noneRatio: Ratio = { numerator: 0n, denominator: 1n };

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a < 0n ? -a : a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** a ÷ b, in lowest terms. `b` must be positive. */
export function ratioOf(a: bigint, b: bigint): Ratio {
  if (b <= 0n) throw new RangeError(`ratioOf: the divisor must be positive, got ${b}`);
  const divisor = greatestDivisor(a, b) || 1n;
  return { numerator: a / divisor, denominator: b / divisor };
}

export function times(a: Ratio, b: Ratio): Ratio {
  return ratioOf(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function sumOfRatios(ratios: readonly Ratio[]): Ratio {
  let sum = noneRatio;
  for (const { numerator, denominator } of ratios) {
    sum =
      denominator === sum.denominator
        ? { numerator: sum.numerator + numerator, denominator }
        : ratioOf(sum.numerator * denominator + numerator * sum.denominator, sum.denominator * denominator);
  }
  return sum;
}

/** quantity × ratio, not rounded. */
export function multipleOf(quantity: bigint, { numerator, denominator }: Ratio): Ratio {
  return { numerator: quantity * numerator, denominator };
}

/** quantity × each ratio, neither rounded nor in lowest terms: many of them cost little. */
export function productOf(quantity: bigint, ratios: readonly Ratio[]): Ratio {
  let [product, divisor] = [quantity, 1n];
  for (const { numerator, denominator } of ratios) {
    if (numerator === denominator) continue;
    product *= numerator;
    divisor *= denominator;
  }
  return { numerator: product, denominator: divisor };
}

const finest = 10n ** 36n;

/** The same, to 36 decimals where it has more: products of many percentages would grow without end. */
export function toFinest(ratio: Ratio): Ratio {
  const { numerator, denominator } = ratio;
  return denominator <= finest
    ? ratio
    : { numerator: divHalfEven(numerator * finest, denominator), denominator: finest };
}

/** Multiplies by a ratio; what has been multiplied before is remembered, since the lines of a month share their ratios. */
export function makeTimes(factor: Ratio): (ratio: Ratio) => Ratio {
  const known = new Map<Ratio, Ratio>();
  return (ratio) => {
    const product = known.get(ratio) ?? toFinest(times(ratio, factor));
    known.set(ratio, product);
    return product;
  };
}

/** To the nearest whole number, a tie to the even one. */
export function rounded({ numerator, denominator }: Ratio): bigint {
  return divHalfEven(numerator, denominator);
}

const percentPlaces = 10_000;

/** A share in percent, to four decimals: 12.5 is one eighth. */
export function ratioOfPercent(percent: number): Ratio {
  return ratioOf(BigInt(Math.round(percent * percentPlaces)), BigInt(100 * percentPlaces));
}

const decimalPlaces = 6;

/** a ÷ b as a decimal string, rounded to six places; null where `b` is not positive. */
export function decimalOf(a: bigint, b: bigint): string | null {
  if (b <= 0n) return null;
  const scaled = divHalfEven(a * 10n ** BigInt(decimalPlaces), b);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimalPlaces + 1, "0");
  const fraction = digits.slice(-decimalPlaces).replace(/0+$/, "");
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, -decimalPlaces)}${fraction && `.${fraction}`}`;
}
