import { judgeDays } from "./anomaly-daily.ts";
import type { KnownDimensions } from "./budget-state.ts";
import type { DayCost } from "./cost-history.ts";
import type { PicoUsd } from "./money.ts";
import { daysBetween, type UsageDate } from "./time.ts";

/** One combination of dimensions, and what it has cost on each day. */
export interface Combination {
  readonly dimensions: KnownDimensions;
  readonly costs: readonly PicoUsd[];
}

const picoPerMicro = 1_000_000n;
const microPerUsd = 1e6;
/** USD; so little that no expectation is lifted by it. */
const nothingUsd = 1e-9;

/** Days without rows, and days outside `days` from `from` on, are 0 and left out. */
export function combinationsOf(rows: readonly DayCost[], from: UsageDate, days: number): Combination[] {
  const byName = new Map<string, { dimensions: KnownDimensions; costs: PicoUsd[] }>();
  for (const { usageDate, dimensions, cost } of rows) {
    const day = daysBetween(from, usageDate);
    if (day < 0 || day >= days) continue;
    const name = JSON.stringify(dimensions);
    const one = byName.get(name) ?? { dimensions, costs: new Array<PicoUsd>(days).fill(0n as PicoUsd) };
    byName.set(name, one);
    one.costs[day] = ((one.costs[day] as PicoUsd) + cost) as PicoUsd;
  }
  return [...byName.values()];
}

/** What these combinations have cost together on a day, exactly. */
export function costOn(combinations: readonly Combination[], day: number): PicoUsd {
  return combinations.reduce((sum, { costs }) => sum + (costs[day] ?? 0n), 0n) as PicoUsd;
}

/** In USD as ordinary numbers up to and with `lastDay`. The days before the first spend are no history: null. */
export function usdSeries(combinations: readonly Combination[], lastDay: number): (number | null)[] {
  const series: (number | null)[] = [];
  for (let day = 0; day <= lastDay; day++) {
    const cost = costOn(combinations, day);
    series.push(cost === 0n && series.at(-1) === null ? null : Number(cost) / 1e12);
    if (day === 0 && cost === 0n) series[0] = null;
  }
  return series;
}

/** An expectation as an amount, to the millionth of a dollar. */
export const expectedUsd = (expected: number): PicoUsd =>
  (BigInt(Math.round(expected * microPerUsd)) * picoPerMicro) as PicoUsd;

/** What these would usually cost on that day, by the rule of the verdicts; of what is younger than two weeks, nothing. */
export function expectedOn(combinations: readonly Combination[], day: number): PicoUsd {
  const [verdict] = judgeDays(usdSeries(combinations, day), day, nothingUsd);
  return expectedUsd(verdict?.expected ?? 0);
}
