import { meanOf, medianOf } from "./order-statistics.ts";
import { daysPerWeek } from "./weekday-shape.ts";

const weeksMin = 6;
const weeksMax = 12;
/** Standard errors of the slope below which there is no growth, and from which on all of it is believed. */
const evidenceMin = 2;
const evidenceMax = 5;
/** The weaker half of the weeks shows at least this share of the whole slope, or less of it is believed. */
const steadyShare = 2 / 3;
/** No more than a quarter a week is carried on: what doubles weekly in its launch would be forecast 365 times as large. */
const growthPerWeekMax = Math.log(1.25);

/** Theil–Sen: the median of the slopes between all pairs, that a few wild weeks do not move. */
function robustSlope(values: Float64Array): number {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) {
      slopes.push(((values[j] as number) - (values[i] as number)) / (j - i));
    }
  }
  return medianOf(slopes);
}

function logWeeks(days: Float64Array): Float64Array | undefined {
  const weeks = Math.min(weeksMax, Math.floor(days.length / daysPerWeek));
  if (weeks < weeksMin) return undefined;
  const first = days.length - weeks * daysPerWeek;
  const logs = Float64Array.from({ length: weeks }, (_, week) =>
    Math.log(meanOf(days.subarray(first + week * daysPerWeek, first + (week + 1) * daysPerWeek))),
  );
  return logs.every(Number.isFinite) ? logs : undefined;
}

/** How many of its standard errors the slope is away from none. */
function evidenceOf(logs: Float64Array, slope: number): number {
  const weeks = logs.length;
  const start = medianOf(logs.map((log, week) => log - slope * week));
  let squares = 0;
  for (let week = 0; week < weeks; week++) squares += ((logs[week] as number) - start - slope * week) ** 2;
  const standardError = Math.sqrt((squares / (weeks - 2)) * (12 / (weeks * (weeks * weeks - 1))));
  return Math.abs(slope) / (standardError + 1e-9);
}

/**
 * The growth per day, as a difference of logarithms, that the last 6 to 12 weeks prove; 0 when they do not.
 *
 * Why not simply the slope: on series that only wander, every forecast with a trend loses to one without, and
 * without it a product that is adopted by 8 % more a week is forecast 25 % too low. So a slope counts as far as it is
 * strong (2 standard errors: not at all; 5: in full) and steady: both halves of the weeks rise (or fall), each at two
 * thirds of the whole slope or more. A step is not steady: one of its halves is flat.
 */
export function stableGrowth(days: Float64Array): number {
  const logs = logWeeks(days);
  if (logs === undefined) return 0;
  const slope = robustSlope(logs);
  const half = logs.length >> 1;
  const early = robustSlope(logs.subarray(0, half)) / slope;
  const late = robustSlope(logs.subarray(logs.length - half)) / slope;
  if (!(early > 0 && late > 0)) return 0;
  const strong = Math.min(1, Math.max(0, (evidenceOf(logs, slope) - evidenceMin) / (evidenceMax - evidenceMin)));
  const steady = Math.min(1, Math.min(early, late) / steadyShare);
  const believed = slope * strong * steady;
  return Math.min(growthPerWeekMax, Math.max(-growthPerWeekMax, believed)) / daysPerWeek;
}
