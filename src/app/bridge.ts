import { type Bridge, type BridgePeriod, bridge } from "#core/bridge.ts";
import type { SegmentUsage } from "#core/drivers/segment.ts";
import type { Rater } from "#core/price-book.ts";
import { costAtPrices } from "#core/scenario-model.ts";
import { daysBetween, type Instant, type UsageDate } from "#core/time.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import { readSegments } from "./read-drivers.ts";

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

/** Why the days of `to` cost something else than those of `from`, as both stand in the lake. */
export const makeBridge =
  ({ engine, rater, clock }: BridgeDeps) =>
  async (from: DayRange, to: DayRange): Promise<Bridge> => {
    const [rate, before, after] = await Promise.all([
      rater(),
      readSegments(engine, from.from, from.to),
      readSegments(engine, to.from, to.to),
    ]);
    const now = clock();
    const period = (range: DayRange, segments: readonly SegmentUsage[]): BridgePeriod => ({
      days: daysBetween(range.from, range.to) + 1,
      segments: segments.map((segment) => ({
        ...segment,
        lines: segment.lines.map((line) => ({ ...line, worth: costAtPrices(line, rate, now)?.listCost ?? null })),
      })),
    });
    return bridge(period(from, before), period(to, after));
  };
