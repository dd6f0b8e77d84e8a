import { evenly, zipf } from "./cell-mix.ts";
import type { Sizes } from "./measure.ts";
import { type StreamReading, type Synthesised, streamReadingOf } from "./synthesised.ts";

/** A table on demand begins with four partitions, and its stream with as many shards. */
export const shards = 4;
export const eventRates = [1, 10, 100, 1_000] as const;
export const mixes = [evenly(20), evenly(200), zipf(200), evenly(1_000)];

/** What costs are wanted for. */
export const reference = {
  rate: 100,
  cells: evenly(200).name,
  skewedCells: zipf(200).name,
  batch: 100,
} as const;

/** Records of a batch when events come in evenly. */
export function recordsOf({ batchSize, windowSeconds }: StreamReading, rate: number): number {
  return Math.min(batchSize, Math.max(1, Math.round((rate * windowSeconds) / shards)));
}

/** Other windows than the default, to see what they save. */
export const otherWindowsSeconds = [10, 40] as const;

export function sizesOf(synthesised: Synthesised, smoke: boolean): Sizes {
  const spend = streamReadingOf(synthesised, "post-spend");
  const landing = streamReadingOf(synthesised, "land-usage");
  const others = otherWindowsSeconds.map((windowSeconds) => recordsOf({ ...spend, windowSeconds }, reference.rate));
  const ofRates = (reading: StreamReading) => eventRates.map((rate) => recordsOf(reading, rate));
  return {
    mixes,
    spendRecords: [...new Set([...ofRates(spend), ...others])],
    landingRecords: [...new Set(ofRates(landing))],
    smoke,
  };
}
