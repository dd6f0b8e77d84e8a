import type { StoredAnomaly } from "./anomaly.ts";
import type { Explanation } from "./anomaly-explain.ts";
import { formatUsd, type PicoUsd, parseUsd } from "./money.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";

/** Every amount is a decimal string in the stored form. */
type AsText<T> = T extends PicoUsd
  ? string
  : T extends string | number | null
    ? T
    : { readonly [K in keyof T]: AsText<T[K]> };

/** The stored form, JSON text. */
export function encodeAnomaly(anomaly: StoredAnomaly): string {
  return encodeDocument({
    ...anomaly,
    cost: formatUsd(anomaly.cost),
    expected: formatUsd(anomaly.expected),
    excess: formatUsd(anomaly.excess),
    explanations: anomaly.explanations.map(explanationText),
  });
}

function explanationText({ dimension, contributors, explained, rest }: Explanation): AsText<Explanation> {
  return {
    dimension,
    contributors: contributors.map(({ value, actual, expected, excess }) => ({
      value,
      actual: formatUsd(actual),
      expected: formatUsd(expected),
      excess: formatUsd(excess),
    })),
    explained: formatUsd(explained),
    rest: formatUsd(rest),
  };
}

export function decodeAnomaly(text: string): StoredAnomaly {
  const stored = decodeDocument(text) as unknown as AsText<StoredAnomaly>;
  const usd = (amount: string): PicoUsd => {
    const read = parseUsd(amount);
    if (read === undefined) throw new Error(`the stored anomaly ${stored.id} has the amount ${amount}`);
    return read;
  };
  return {
    ...stored,
    cost: usd(stored.cost),
    expected: usd(stored.expected),
    excess: usd(stored.excess),
    explanations: stored.explanations.map(({ dimension, contributors, explained, rest }) => ({
      dimension,
      contributors: contributors.map(({ value, actual, expected, excess }) => ({
        value,
        actual: usd(actual),
        expected: usd(expected),
        excess: usd(excess),
      })),
      explained: usd(explained),
      rest: usd(rest),
    })),
  } as StoredAnomaly;
}
