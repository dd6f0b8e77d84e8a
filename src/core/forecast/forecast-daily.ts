import { centralForecast } from "./central-forecast.ts";
import { type Confidence, confidenceOf } from "./confidence.ts";
import { type ErrorMargins, errorMargins, type Margin } from "./error-margins.ts";
import { atLevelOf, levelShift } from "./level-shift.ts";
import { levelOf, relativeTo } from "./past-errors.ts";
import { type Prepared, prepareHistory } from "./prepare-history.ts";
import { stableGrowth } from "./stable-growth.ts";
import { tameSpikes } from "./tame-spikes.ts";

const horizonDaysMax = 90;
const recentDays = 28;

/** p025 ≤ p10 ≤ p50 ≤ p90 ≤ p975, none below zero; p50 is the mean: the intervals are symmetric until they meet zero. */
export interface Expected {
  readonly mean: number;
  readonly p025: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly p975: number;
}

export interface DailyForecast {
  /** The days after the history, the next first. */
  readonly days: readonly Expected[];
  /**
   * `totals[k]`: of the first k + 1 days together. Its intervals are those of totals, narrower than the sums of the
   * days' quantiles: a month's forecast is what it has cost so far and the total of the days that are left.
   */
  readonly totals: readonly Expected[];
  /** The growth carried on, 0.03 for 3 % a week, before damping; 0 when none is proved. */
  readonly growthPerWeek: number;
  readonly confidence: Confidence;
}

function assertHorizon(horizonDays: number): void {
  if (!Number.isInteger(horizonDays) || horizonDays < 1 || horizonDays > horizonDaysMax) {
    throw new RangeError(`forecast: a horizon of ${horizonDays} days; wanted: 1 to ${horizonDaysMax}`);
  }
}

/** The days at today's level, the same without their spikes, and the shift that was undone. */
function atTodaysLevel(prepared: Prepared) {
  const shift = levelShift(prepared.days);
  const days = shift === undefined ? prepared.days : atLevelOf(prepared.days, shift);
  return { shift, days, tamed: tameSpikes(days) };
}

function expectedOf(mean: number, base: number, { of80, of95 }: Margin, unit: number): Expected {
  return {
    mean: mean * unit,
    p025: Math.max(0, mean - base * of95) * unit,
    p10: Math.max(0, mean - base * of80) * unit,
    p50: mean * unit,
    p90: (mean + base * of80) * unit,
    p975: (mean + base * of95) * unit,
  };
}

/** A total of more days is no smaller, at any quantile: no day costs less than nothing. */
function atLeast(total: Expected, before: Expected | undefined): Expected {
  if (before === undefined) return total;
  const { mean, p50 } = total;
  return {
    ...{ mean, p50 },
    p025: Math.max(total.p025, before.p025),
    p10: Math.max(total.p10, before.p10),
    p90: Math.max(total.p90, before.p90),
    p975: Math.max(total.p975, before.p975),
  };
}

function totalsOf(means: Float64Array, level: number, margins: ErrorMargins, unit: number): Expected[] {
  const totals: Expected[] = [];
  let sum = 0;
  for (const [ahead, mean] of means.entries()) {
    sum += mean;
    const total = expectedOf(sum, relativeTo(sum, level * (ahead + 1)), margins.total(ahead), unit);
    totals.push(atLeast(total, totals.at(-1)));
  }
  return totals;
}

/**
 * The expected costs alone, an order of magnitude faster than with their intervals. As `forecastDaily` otherwise.
 */
export function forecastMeans(history: readonly (number | null)[], horizonDays: number): number[] {
  assertHorizon(horizonDays);
  const prepared = prepareHistory(history);
  if (prepared.unit === 0) return new Array<number>(horizonDays).fill(0);
  return Array.from(centralForecast(atTodaysLevel(prepared).tamed, horizonDays), (mean) => mean * prepared.unit);
}

/**
 * What each of the next days will cost, from one cost per day (the oldest first, any unit of money; the forecast is in
 * the same). Deterministic; a history that is c times as large gives a forecast that is c times as large.
 *
 * A day is `null` when its cost is unknown (the pipeline was late, a sender silent): it is filled from the same
 * weekdays. A day without spend is 0, and counts. The days before the first spend are no history. Throws a RangeError
 * for a day that is no finite number and for a horizon outside 1 to 90.
 */
export function forecastDaily(history: readonly (number | null)[], horizonDays: number): DailyForecast {
  assertHorizon(horizonDays);
  const prepared = prepareHistory(history);
  const { unit } = prepared;
  const { shift, days, tamed } = atTodaysLevel(prepared);
  const means = unit === 0 ? new Float64Array(horizonDays) : centralForecast(tamed, horizonDays);
  const level = levelOf(tamed);
  const margins = errorMargins(days, tamed);
  const totals = totalsOf(means, level, margins, unit);
  const growthPerWeek = Math.expm1(7 * stableGrowth(tamed));
  const last = totals.at(-1);
  const totalMargin = last === undefined || last.mean === 0 ? 0 : (last.p90 - last.mean) / last.mean;
  const recentUnknownDays = history.slice(-recentDays).filter((cost) => cost === null).length;
  return {
    days: Array.from(means, (mean, ahead) => expectedOf(mean, relativeTo(mean, level), margins.day(ahead), unit)),
    totals,
    growthPerWeek,
    confidence: confidenceOf({ prepared, recentUnknownDays, shift, growthPerWeek, totalMargin }),
  };
}
