import { medianOf } from "./forecast/order-statistics.ts";

/** What an hour has booked against what is usual at that time. */
export interface HourVerdict {
  /** What the whole hour usually books. */
  readonly expected: number;
  /** Booked − expected. */
  readonly excess: number;
  /** How unusual; above 1 it runs away, when the excess is worth it. */
  readonly score: number;
  readonly isRunaway: boolean;
}

const dayHours = 24;
const weekHours = 7 * dayHours;
const usualDays = 14;
const madToSigma = 1.4826;
/** No scale of deviations is below a quarter of the hour's usual or of the average hour's cost, the larger. */
const spreadFloor = 0.25;
/** At night, when nothing is usual, that is one and a half times an average hour. */
const scoreUnit = 6;

function hoursAt(hours: readonly number[], places: readonly number[]): number[] {
  return places.flatMap((place) => hours[place] ?? []);
}

/** What a job books that runs weekly: what this time of the week booked both in the last week and in the one before. */
function weeklyOf(hours: readonly number[]): number {
  const at = (weeksAgo: number): number => {
    const place = hours.length - weeksAgo * weekHours;
    return Math.max(0, ...hoursAt(hours, [place - 1, place, place + 1]));
  };
  return Math.min(at(1), at(2));
}

/**
 * Whether the hour that runs (or has just ended) is out of hand, from what the complete `hours` before it booked (the
 * oldest first; a day at least, two weeks are used) and what it has booked so far. It is compared with whole hours,
 * from its first minute on: a loop of calls is found as soon as it has cost too much, and no quiet start counts as low.
 *
 * Usual is the median of this hour of the day over two weeks, or what a weekly job books (an hour early or late). The average hour keeps quiet nights from being alarmed by cents;
 * `excessMin` (above 0) keeps small scopes from it. Undefined while there is less than a day.
 */
export function judgeHour(hours: readonly number[], bookedSoFar: number, excessMin: number): HourVerdict | undefined {
  if (!(excessMin > 0)) throw new RangeError(`judgeHour: the least excess must be above 0, got ${excessMin}`);
  if (hours.length < dayHours) return undefined;
  const sameHours = Array.from({ length: usualDays }, (_, day) => hours.length - (day + 1) * dayHours);
  const near = hoursAt(
    hours,
    sameHours.flatMap((place) => [place - 1, place, place + 1]),
  );
  const nearMedian = medianOf(near);
  const expected = Math.max(medianOf(hoursAt(hours, sameHours)), weeklyOf(hours));
  const average = averageHour(hours);
  const mad = madToSigma * medianOf(near.map((booked) => Math.abs(booked - nearMedian)));
  const spread = Math.hypot(spreadFloor * Math.max(expected, average, excessMin), mad);
  const excess = bookedSoFar - expected;
  const score = excess / spread / scoreUnit;
  return { expected, excess, score, isRunaway: score > 1 && excess >= excessMin };
}

/** Of the median day: a runaway of last week does not hide the next. */
function averageHour(hours: readonly number[]): number {
  const days: number[] = [];
  for (let day = 1; day <= usualDays && day * dayHours <= hours.length; day++) {
    const start = hours.length - day * dayHours;
    days.push(hours.slice(start, start + dayHours).reduce((sum, booked) => sum + booked, 0));
  }
  return medianOf(days) / dayHours;
}
