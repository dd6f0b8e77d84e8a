import { addUsd, negateUsd, type PicoUsd, zeroUsd } from "./money.ts";

export interface AgainstExpected {
  readonly actual: PicoUsd;
  readonly expected: PicoUsd;
}

export interface DimensionValue extends AgainstExpected {
  readonly value: string;
}

interface Contributor extends DimensionValue {
  /** Actual − expected. */
  readonly excess: PicoUsd;
}

/** `explained` is the sum of the contributors' excess; with `rest` it is the whole excess, to the pico-dollar. */
export interface Explanation {
  readonly dimension: string;
  readonly contributors: readonly Contributor[];
  readonly explained: PicoUsd;
  readonly rest: PicoUsd;
}

const contributorsMax = 5;
/** As few values as make up four fifths of the excess. */
const enoughPercent = 80n;

const excessOf = ({ actual, expected }: AgainstExpected): PicoUsd => addUsd(actual, negateUsd(expected));
const sumOf = (amounts: readonly PicoUsd[]): PicoUsd => amounts.reduce(addUsd, zeroUsd);

function shareOf(part: PicoUsd, whole: PicoUsd): number {
  return whole <= 0n ? 0 : Number((part * 1_000_000n) / whole) / 1_000_000;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function contributorsOf(values: readonly DimensionValue[], excess: PicoUsd): Contributor[] {
  const rising = values
    .map((value): Contributor => ({ ...value, excess: excessOf(value) }))
    .filter((value) => value.excess > 0n)
    .sort((a, b) => Number(b.excess > a.excess) - Number(b.excess < a.excess) || compareText(a.value, b.value));
  const contributors: Contributor[] = [];
  let explained = 0n;
  for (const contributor of rising.slice(0, contributorsMax)) {
    if (explained * 100n >= excess * enoughPercent) break;
    contributors.push(contributor);
    explained += contributor.excess;
  }
  return contributors;
}

/**
 * Which values of which dimensions make up most of an excess, the most telling dimension first: that whose few values
 * take a larger share of the excess than of what was expected. That production causes 97 % of an excess says nothing
 * where it is 97 % of all spend; that one feature of a tenth of the spend does, says all.
 *
 * `dimensions`: for each, the sums of its values on that day and what was expected of each. Expectations need not add
 * up to that of the total: `rest` says by how much they do not. No explanations when the total exceeds nothing.
 */
export function explainExcess(
  total: AgainstExpected,
  dimensions: Readonly<Record<string, readonly DimensionValue[]>>,
): readonly Explanation[] {
  const excess = excessOf(total);
  if (excess <= 0n) return [];
  return Object.entries(dimensions)
    .map(([dimension, values]) => {
      const contributors = contributorsOf(values, excess);
      const explained = sumOf(contributors.map((contributor) => contributor.excess));
      const usual = sumOf(contributors.map(({ expected }) => expected));
      const telling = Math.min(1, shareOf(explained, excess)) - shareOf(usual, total.expected);
      const rest = addUsd(excess, negateUsd(explained));
      return { telling, explanation: { dimension, contributors, explained, rest } };
    })
    .filter(({ explanation }) => explanation.contributors.length > 0)
    .sort(
      (a, b) =>
        b.telling - a.telling ||
        a.explanation.contributors.length - b.explanation.contributors.length ||
        compareText(a.explanation.dimension, b.explanation.dimension),
    )
    .map(({ explanation }) => explanation);
}
