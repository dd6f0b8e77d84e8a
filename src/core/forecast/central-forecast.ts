import { meanOf } from "./order-statistics.ts";
import { stableGrowth } from "./stable-growth.ts";
import { theta } from "./theta.ts";
import { daysPerWeek, weekdayFactors, withoutWeekdays } from "./weekday-shape.ts";

const levelDays = 28;
const weekdayWeeks = 4;
/** Of each day's growth the next one keeps this: no growth goes on for ever. Of 30 days it takes one of 7, of 90 one of 3. */
const growthKept = 0.99;

/** The mean of the last four same weekdays. */
function lastWeekdays(days: Float64Array, horizonDays: number): Float64Array {
  const weeks = Math.min(weekdayWeeks, Math.floor(days.length / daysPerWeek));
  return Float64Array.from({ length: horizonDays }, (_, ahead) => {
    let sum = 0;
    for (let week = 1; week <= weeks; week++) {
      sum += days[days.length - week * daysPerWeek + (ahead % daysPerWeek)] as number;
    }
    return sum / weeks;
  });
}

function stationaryForecast(days: Float64Array, horizonDays: number): Float64Array {
  if (days.length < 2 * daysPerWeek) return new Float64Array(horizonDays).fill(meanOf(days));
  const factors = weekdayFactors(days);
  const flat = withoutWeekdays(days, factors);
  const level = meanOf(flat.subarray(-levelDays));
  const weekdays = lastWeekdays(days, horizonDays);
  const smoothed = theta(flat, horizonDays);
  return weekdays.map((weekday, ahead) => {
    const factor = factors[(days.length + ahead) % daysPerWeek] as number;
    return Math.max(0, (weekday + level * factor + (smoothed[ahead] as number) * factor) / 3);
  });
}

/**
 * The expected cost of each day after `days` (no gaps, none negative; the first has been spent on).
 *
 * The mean of three forecasts that err differently: the last four same weekdays (follows a changed week, wanders with
 * each of its days), the level of 28 days in the shape of the whole history's week (steady, late after a change), and
 * Theta (follows the level, and half of its slope). Growth that `stableGrowth` proves is taken out of the history first
 * and, damped, put back into the forecast: all three assume that there is none. Below two weeks: the mean.
 */
export function centralForecast(days: Float64Array, horizonDays: number): Float64Array {
  const growth = stableGrowth(days);
  if (growth === 0) return stationaryForecast(days, horizonDays);
  const last = days.length - 1;
  const still = days.map((day, t) => day * Math.exp(growth * (last - t)));
  let kept = 1;
  let grown = 0;
  return stationaryForecast(still, horizonDays).map((day) => {
    kept *= growthKept;
    grown += kept;
    return day * Math.exp(growth * grown);
  });
}
