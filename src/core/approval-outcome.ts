import type { Impact } from "./approval.ts";
import { divHalfEven, type PicoUsd, parseUsd, zeroUsd } from "./money.ts";

/** What a feature has used of the approved model. */
export interface ActualUsage {
  readonly feature: string;
  readonly requests: bigint;
  readonly cost: PicoUsd;
}

interface OutcomeLine extends ActualUsage {
  /** Predicted cost per request × these requests; null for a feature that the impact knew nothing of. */
  readonly predicted: PicoUsd | null;
}

export interface Outcome {
  readonly lines: readonly OutcomeLine[];
  /** Of the features that were predicted. */
  readonly predicted: PicoUsd;
  readonly actual: PicoUsd;
  /** Of the others. */
  readonly unpredicted: PicoUsd;
}

const sumOf = (amounts: readonly bigint[]) => amounts.reduce((sum, one) => sum + one, 0n) as PicoUsd;

/** What was predicted per request, times the requests that came, beside what they have cost. */
export function compareOutcome({ lines }: Impact, actual: readonly ActualUsage[]): Outcome {
  const byFeature = Map.groupBy(lines, ({ feature }) => feature);
  const compared = actual.map((usage): OutcomeLine => {
    const ofFeature = byFeature.get(usage.feature) ?? [];
    const requests = ofFeature.reduce((sum, line) => sum + BigInt(line.requests), 0n);
    if (requests === 0n) return { ...usage, predicted: null };
    const proposed = sumOf(ofFeature.map(({ proposed_usd }) => parseUsd(proposed_usd) ?? zeroUsd));
    return { ...usage, predicted: divHalfEven(proposed * usage.requests, requests) as PicoUsd };
  });
  const predicted = compared.filter((line) => line.predicted !== null);
  return {
    lines: compared,
    predicted: sumOf(predicted.map((line) => line.predicted ?? zeroUsd)),
    actual: sumOf(predicted.map(({ cost }) => cost)),
    unpredicted: sumOf(compared.filter((line) => line.predicted === null).map(({ cost }) => cost)),
  };
}
