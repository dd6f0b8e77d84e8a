import { medianOf } from "#core/forecast/order-statistics.ts";
import { theta } from "#core/forecast/theta.ts";
import { weekdayFactors, withoutWeekdays } from "#core/forecast/weekday-shape.ts";

export type Method = (history: readonly number[], horizonDays: number) => readonly number[];

const days = (horizonDays: number): number[] => Array.from({ length: horizonDays }, (_, ahead) => ahead);

const sameWeekdays =
  (weeks: number): Method =>
  (history, horizonDays) =>
    days(horizonDays).map((ahead) => {
      const past = Array.from({ length: weeks }, (_, week) => history.at((ahead % 7) - 7 * (week + 1)) as number);
      return past.reduce((sum, day) => sum + day, 0) / weeks;
    });

export const seasonalNaive: Method = sameWeekdays(1);

const smoothings = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9].flatMap((level) =>
  [0.01, 0.05, 0.1, 0.2, 0.3].flatMap((trend) => [0.8, 0.9, 0.95, 0.98].map((damping) => ({ level, trend, damping }))),
);

/** Holt's damped trend, its three weights by the squared errors of a grid. */
function dampedHolt(flat: Float64Array, horizonDays: number): number[] {
  const start = flat.subarray(0, 7).reduce((sum, day) => sum + day, 0) / 7;
  let best = { squares: Number.POSITIVE_INFINITY, at: start, slope: 0, damping: 1 };
  for (const weights of smoothings) {
    let [at, slope, squares] = [start, 0, 0];
    for (const day of flat) {
      const expected = at + weights.damping * slope;
      const error = day - expected;
      squares += error * error;
      at = expected + weights.level * error;
      slope = weights.damping * slope + weights.level * weights.trend * error;
    }
    if (squares < best.squares) best = { squares, at, slope, damping: weights.damping };
  }
  let reach = 0;
  return days(horizonDays).map((ahead) => {
    reach += best.damping ** (ahead + 1);
    return best.at + reach * best.slope;
  });
}

/** The data README's median of {mean of the last 4 same weekdays, Theta, deseasonalised damped Holt}. */
export const medianOfThree: Method = (history, horizonDays) => {
  const series = Float64Array.from(history);
  const factors = weekdayFactors(series);
  const flat = withoutWeekdays(series, factors);
  const weekdays = sameWeekdays(4)(history, horizonDays);
  const smoothed = theta(flat, horizonDays);
  const damped = dampedHolt(flat, horizonDays);
  return weekdays.map((weekday, ahead) => {
    const factor = factors[(history.length + ahead) % 7] as number;
    return Math.max(0, medianOf([weekday, (smoothed[ahead] as number) * factor, (damped[ahead] as number) * factor]));
  });
};
