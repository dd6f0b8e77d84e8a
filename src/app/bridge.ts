import { type Bridge, type BridgePeriod, bridge } from "#core/bridge.ts";
import type { SegmentUsage } from "#core/drivers/segment.ts";
import type { Rater } from "#core/price-book.ts";
import { costAtPrices } from "#core/scenario-model.ts";
import { lastSettledDay } from "#core/settled-day.ts";
import { daysBetween, type Instant, type UsageDate } from "#core/time.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import { readDriverDays, readSegments } from "./read-drivers.ts";

export interface DayRange {
  readonly from: UsageDate;
  /** Included. */
  readonly to: UsageDate;
}

export interface BridgeDeps {
  readonly engine: QueryEngine;
  readonly rater: () => Promise<Rater>;
  readonly clock: () => Instant;
}

/** The periods as they are compared: of a running one, the days that are settled. */
export interface ComparedPeriods {
  readonly from: DayRange;
  readonly to: DayRange;
  /** The first day of the first period that has usage, where it is not that period's first. */
  readonly usedFrom: UsageDate | null;
}

type Bridged =
  | ({ readonly status: "bridged"; readonly bridge: Bridge } & ComparedPeriods)
  | { readonly status: "not_begun"; readonly lastSettled: UsageDate };

const earlier = (a: UsageDate, b: UsageDate) => (a < b ? a : b);

/** Why the days of `to` cost something else than those of `from`, as both stand in the lake; days that are not over count in neither. */
export const makeBridge =
  ({ engine, rater, clock }: BridgeDeps) =>
  async (from: DayRange, asked: DayRange): Promise<Bridged> => {
    const now = clock();
    const lastSettled = lastSettledDay(now);
    if (asked.from > lastSettled) return { status: "not_begun", lastSettled };
    const to = { from: asked.from, to: earlier(asked.to, lastSettled) };
    const [rate, before, after, days] = await Promise.all([
      rater(),
      readSegments(engine, from.from, from.to),
      readSegments(engine, to.from, to.to),
      readDriverDays(engine, from.from, from.to),
    ]);
    const period = (range: DayRange, segments: readonly SegmentUsage[]): BridgePeriod => ({
      days: daysBetween(range.from, range.to) + 1,
      segments: segments.map((segment) => ({
        ...segment,
        lines: segment.lines.map((line) => ({ ...line, worth: costAtPrices(line, rate, now)?.listCost ?? null })),
      })),
    });
    const [usedFrom = from.from] = days.map(({ usageDate }) => usageDate).sort();
    return {
      ...{ status: "bridged", from, to, usedFrom: usedFrom > from.from ? usedFrom : null },
      bridge: bridge(period(from, before), period(to, after)),
    };
  };
