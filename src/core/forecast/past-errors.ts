import { centralForecast } from "./central-forecast.ts";
import { meanOf } from "./order-statistics.ts";

/** As far ahead as the past is tried; errors further ahead follow from `spreadAt`. */
const triedDaysMax = 30;
const originsMax = 14;
const triedDaysMin = 7;
const stepDaysMin = 4;
const lookBackDays = 182;
const trainingDaysMin = 14;
const trainingDaysMax = 35;
const levelDays = 28;
/** A forecast day below this share of the level counts as that share: a quiet Sunday has no relative error of 900 %. */
const levelShareMin = 0.1;

/** Relative errors, not signed, of what this method would have said earlier in this series. */
export interface PastErrors {
  /** How often the past was forecast. */
  readonly origins: number;
  /** Over how many days: from the first that was forecast to the last. */
  readonly spanDays: number;
  /** Of each day, as if it had been the first day ahead. Ascending. */
  readonly ofDays: Float64Array;
  /** `ofTotals[k]`: of the total of the first k + 1 days, once for each origin that reaches so far. */
  readonly ofTotals: readonly (readonly number[])[];
}

/** The mean of the last four weeks. */
export const levelOf = (days: Float64Array): number => meanOf(days.subarray(-levelDays));

/** What an error of a forecast of `mean` is relative to. */
export const relativeTo = (mean: number, level: number): number => Math.max(mean, levelShareMin * level);

/** How errors grow with the days ahead: of one series' wandering level, a fiftieth of the variance is added a day. */
export const spreadAt = (daysAhead: number): number => Math.sqrt(1 + 0.02 * daysAhead);

/** Up to 14 days of the last half year, the first after half of the history (14 to 35 days). Each trains on all before it. */
function originsOf(historyDays: number): number[] {
  const trainingDays = Math.min(trainingDaysMax, Math.max(trainingDaysMin, historyDays >> 1));
  const first = Math.max(trainingDays, historyDays - lookBackDays);
  const last = historyDays - triedDaysMin;
  const step = Math.max(stepDaysMin, Math.ceil((last - first + 1) / originsMax));
  const origins: number[] = [];
  for (let origin = last; origin >= first; origin -= step) origins.push(origin);
  return origins;
}

/** How wrong forecasts from earlier days of the history (`tamed`: without its spikes) would have been about `days`. */
export function pastErrors(days: Float64Array, tamed: Float64Array): PastErrors {
  const origins = originsOf(days.length);
  const ofDays: number[] = [];
  const ofTotals: number[][] = Array.from({ length: triedDaysMax }, () => []);
  for (const origin of origins) {
    const before = tamed.subarray(0, origin);
    const level = levelOf(before);
    const forecast = centralForecast(before, Math.min(triedDaysMax, days.length - origin));
    let expected = 0;
    let error = 0;
    for (const [ahead, mean] of forecast.entries()) {
      const missed = (days[origin + ahead] as number) - mean;
      expected += mean;
      error += missed;
      const base = relativeTo(mean, level);
      const totalBase = relativeTo(expected, level * (ahead + 1));
      if (base > 0) ofDays.push(Math.abs(missed) / base / spreadAt(ahead));
      if (totalBase > 0) (ofTotals[ahead] as number[]).push(Math.abs(error) / totalBase);
    }
  }
  const spanDays = days.length - (origins.at(-1) ?? days.length);
  return { origins: origins.length, spanDays, ofDays: Float64Array.from(ofDays).sort(), ofTotals };
}
