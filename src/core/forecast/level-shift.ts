import { medianOf } from "./order-statistics.ts";
import { stableGrowth } from "./stable-growth.ts";
import { weekdayFactors, withoutWeekdays } from "./weekday-shape.ts";

const daysAfterMin = 7;
const daysAfterMax = 28;
const daysBefore = 28;
/** Half as much again, or a third less. */
const ratioMin = 1.5;
/** Of all pairs of a day before and a day after, this share must differ the same way. */
const apartMin = 0.99;
/** A day's growth of less than half a percent a week is none. */
const growthMin = 0.005 / 7;

/** The share of pairs in which the day after is above the day before (Mann–Whitney). */
function shareAbove(after: Float64Array, before: Float64Array): number {
  let above = 0;
  for (const a of after) {
    for (const b of before) {
      if (a > b) above += 1;
      else if (a === b) above += 0.5;
    }
  }
  return above / (after.length * before.length);
}

export interface LevelShift {
  /** Days since then, the first one included. */
  readonly daysAgo: number;
  /** The level after ÷ before. */
  readonly ratio: number;
}

/**
 * The clearest lasting change of level in the last 7 to 28 days: half as much again or a third less, with nearly all
 * days after it beyond nearly all of the 28 before; undefined when there is none, or when it is growth. A change of
 * less than a week ago may be a spike: it is told by the anomalies, and moves the forecast only little.
 */
export function levelShift(days: Float64Array): LevelShift | undefined {
  if (days.length < daysBefore + daysAfterMin || Math.abs(stableGrowth(days)) >= growthMin) return undefined;
  const flat = withoutWeekdays(days, weekdayFactors(days));
  let best: (LevelShift & { readonly apart: number }) | undefined;
  for (let daysAgo = daysAfterMin; daysAgo <= Math.min(daysAfterMax, days.length - daysBefore); daysAgo++) {
    const start = days.length - daysAgo;
    const after = flat.subarray(start);
    const before = flat.subarray(start - daysBefore, start);
    const ratio = medianOf(after) / medianOf(before);
    if (!(Number.isFinite(ratio) && (ratio >= ratioMin || (ratio > 0 && ratio <= 1 / ratioMin)))) continue;
    const above = shareAbove(after, before);
    const apart = ratio > 1 ? above : 1 - above;
    if (apart >= apartMin && apart > (best?.apart ?? 0)) best = { daysAgo, ratio, apart };
  }
  return best && { daysAgo: best.daysAgo, ratio: best.ratio };
}

/** The history as it would have been at today's level: the week's shape from before the shift stays of use. */
export function atLevelOf(days: Float64Array, shift: LevelShift): Float64Array {
  const start = days.length - shift.daysAgo;
  return days.map((day, t) => (t < start ? day * shift.ratio : day));
}
