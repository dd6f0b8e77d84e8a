import { meanOf } from "./order-statistics.ts";

export const daysPerWeek = 7;
/** To divide by less than this share of an average day would blow noise up. */
const factorMin = 0.05;

/**
 * What each day of the week costs relative to an average day; day `t` of the series has the factor at `t % 7`, so that
 * no calendar is needed. Each is the mean ratio of the day to the seven days around it, which a trend leaves as it is.
 * All 1 while there are less than two weeks.
 */
export function weekdayFactors(days: Float64Array): Float64Array {
  const sums = new Float64Array(daysPerWeek);
  const counts = new Float64Array(daysPerWeek);
  const half = 3;
  for (let t = half; days.length >= 2 * daysPerWeek && t < days.length - half; t++) {
    const around = meanOf(days.subarray(t - half, t + half + 1));
    if (around <= 0) continue;
    sums[t % daysPerWeek] = (sums[t % daysPerWeek] as number) + (days[t] as number) / around;
    counts[t % daysPerWeek] = (counts[t % daysPerWeek] as number) + 1;
  }
  const raw = sums.map((sum, weekday) => (counts[weekday] === 0 ? 1 : sum / (counts[weekday] as number)));
  const mean = meanOf(raw);
  return mean > 0 ? raw.map((factor) => factor / mean) : raw.fill(1);
}

/** The series with its week taken out. A weekday that never costs anything says nothing of the level: as the day before. */
export function withoutWeekdays(days: Float64Array, factors: Float64Array): Float64Array {
  let before = meanOf(days);
  return days.map((day, t) => {
    const factor = factors[t % daysPerWeek] as number;
    if (factor >= factorMin) before = day / factor;
    return before;
  });
}
