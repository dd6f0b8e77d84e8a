import { budgetPeriod } from "./budget-period.ts";
import { addDays, daysBetween, type Month, monthOf, type UsageDate } from "./time.ts";

type RunKind = "run" | "backtest";

interface Interval {
  readonly mean: number;
  readonly p025: number;
  readonly p10: number;
  readonly p90: number;
  readonly p975: number;
}

/** What was expected of the days of a month that were left after `asOf`: from the next day to the month's end. */
export interface RestOfMonth extends Interval {
  /** Days of history that it was made from; without any, nothing was forecast. */
  readonly historyDays: number;
  readonly asOf: UsageDate;
  readonly kind: RunKind;
}

/** What was expected of one day. */
export interface ForecastDay extends Interval {
  readonly historyDays: number;
  readonly asOf: UsageDate;
  readonly kind: RunKind;
  readonly date: UsageDate;
}

/** A forecast of a month's cost beside what it has cost, in USD as ordinary numbers. */
export interface MonthEnd {
  readonly month: Month;
  readonly asOf: UsageDate;
  readonly kind: RunKind;
  /** Days of the month that were left. */
  readonly daysBefore: number;
  /** Spent by then as it is booked now, corrections since included, and what was expected of the days left. */
  readonly forecast: number;
  readonly actual: number;
  /** (forecast − actual) ÷ actual; null of a month that cost nothing. */
  readonly error: number | null;
  readonly inside80: boolean;
  readonly inside95: boolean;
}

/** Of several forecasts together; null where there are none, or nothing was spent. */
export interface Accuracy {
  readonly forecasts: number;
  /** Σ |forecast − actual| ÷ Σ actual. */
  readonly wape: number | null;
  /** Σ (forecast − actual) ÷ Σ actual: above 0, too much was expected. */
  readonly bias: number | null;
  /** Shares of what came that were inside the intervals. */
  readonly inside80: number | null;
  readonly inside95: number | null;
}

interface Judged {
  readonly forecast: number;
  readonly actual: number;
  readonly inside80: boolean;
  readonly inside95: boolean;
}

/** Of an interval without width, what differs in its last digits is inside: forecasts are kept to eight digits. */
const slack = 1e-6;

function insideOf({ p025, p10, p90, p975 }: Interval, actual: number) {
  const within = (low: number, high: number) =>
    actual >= low - Math.abs(low) * slack && actual <= high + Math.abs(high) * slack;
  return { inside80: within(p10, p90), inside95: within(p025, p975) };
}

export function accuracyOf(judged: readonly Judged[]): Accuracy {
  const sum = (value: (one: Judged) => number) => judged.reduce((total, one) => total + value(one), 0);
  const actual = sum((one) => one.actual);
  const share = (total: number) => (actual > 0 ? total / actual : null);
  const inside = (name: "inside80" | "inside95") =>
    judged.length === 0 ? null : sum((one) => (one[name] ? 1 : 0)) / judged.length;
  return {
    forecasts: judged.length,
    wape: share(sum((one) => Math.abs(one.forecast - one.actual))),
    bias: share(sum((one) => one.forecast - one.actual)),
    inside80: inside("inside80"),
    inside95: inside("inside95"),
  };
}

/** Days of the month that were left when its end was told: a forecast of the last days is none of the whole month. */
export const MONTH_END_BUCKETS = [
  { from: 1, to: 5 },
  { from: 6, to: 15 },
  { from: 16, to: 25 },
  { from: 26, to: 31 },
] as const;
type MonthEndBucket = (typeof MONTH_END_BUCKETS)[number];

/** By which a scope is judged where one figure is told: a month half over. */
export const HEADLINE_BUCKET: MonthEndBucket = MONTH_END_BUCKETS[2];

export interface BucketAccuracy extends Accuracy {
  readonly daysBefore: MonthEndBucket;
}

export function accuracyBefore(ends: readonly MonthEnd[], daysBefore: MonthEndBucket): BucketAccuracy {
  const { from, to } = daysBefore;
  return { daysBefore, ...accuracyOf(ends.filter((end) => end.daysBefore >= from && end.daysBefore <= to)) };
}

/** Nothing was known of it, or nothing was foretold and nothing came: neither right nor wrong. */
const saysNothing = ({ historyDays, mean }: RestOfMonth | ForecastDay, actual: number) =>
  historyDays === 0 || (mean === 0 && actual === 0);

/** The costs of a scope, a day each from `from` on, up to the last day that is over. */
export interface ActualCosts {
  readonly from: UsageDate;
  readonly costs: readonly number[];
}

function spentIn({ from, costs }: ActualCosts, first: UsageDate, last: UsageDate): number {
  return costs
    .slice(Math.max(0, daysBetween(from, first)), Math.max(0, daysBetween(from, last) + 1))
    .reduce((sum, cost) => sum + cost, 0);
}

/** Forecasts, which foretold something, of months that are over and of which every day's cost is given, in the order of `asOf`. */
export function judgeMonths(forecasts: readonly RestOfMonth[], actual: ActualCosts): readonly MonthEnd[] {
  const lastKnown = addDays(actual.from, actual.costs.length - 1);
  return forecasts.flatMap((rest): MonthEnd[] => {
    const { asOf, kind, mean } = rest;
    const next = addDays(asOf, 1);
    const { from, to } = budgetPeriod("month", next);
    if (to > lastKnown || from < actual.from) return [];
    const spent = asOf < from ? 0 : spentIn(actual, from, asOf);
    const left = spentIn(actual, next, to);
    if (saysNothing(rest, left)) return [];
    const [forecast, cost] = [spent + mean, spent + left];
    return [
      {
        ...{ month: monthOf(next), asOf, kind, daysBefore: daysBetween(asOf, to) },
        ...{ forecast, actual: cost, error: cost > 0 ? (forecast - cost) / cost : null },
        ...insideOf(rest, left),
      },
    ];
  });
}

/** Forecasts of days that are over, which foretold something. */
export function judgeForecastDays(forecasts: readonly ForecastDay[], { from, costs }: ActualCosts): readonly Judged[] {
  return forecasts.flatMap((day): Judged[] => {
    const actual = costs[daysBetween(from, day.date)];
    return actual === undefined || saysNothing(day, actual)
      ? []
      : [{ forecast: day.mean, actual, ...insideOf(day, actual) }];
  });
}
