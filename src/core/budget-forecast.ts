import { type BudgetState, evaluatedFrom } from "./budget-state.ts";
import type { Expected } from "./forecast/forecast-daily.ts";
import type { ForecastRun, ScopeForecast } from "./forecast-run.ts";
import { type PicoUsd, zeroUsd } from "./money.ts";
import { roundedUsd } from "./rounded-usd.ts";
import { scopeKey } from "./scope-key.ts";
import { addDays, daysBetween, type UsageDate } from "./time.ts";

/** What a budget will have spent at its period's end: an expectation, no booking. */
interface ProjectedSpend {
  readonly status: "projected";
  readonly mean: PicoUsd;
  /** The 80 % interval; neither end is below what is spent already. */
  readonly p10: PicoUsd;
  readonly p90: PicoUsd;
  /** The first day on which the amount is expected to be reached; null: not in this period. */
  readonly usedUpOn: UsageDate | null;
  /** The last day of the history that it was forecast from. */
  readonly asOf: UsageDate;
  readonly confidence: ScopeForecast["confidence"]["level"];
}

export type Projection = ProjectedSpend | { readonly status: "none"; readonly reason: string };

/**
 * What a threshold on the forecast is compared with: the mean; of low confidence, from a history of days or one that
 * jumps, the lower end of the interval. Null where nothing is projected.
 */
export function foreseen(projection: Projection): PicoUsd | null {
  if (projection.status === "none") return null;
  return projection.confidence === "low" ? projection.p10 : projection.mean;
}

const none = (reason: string): Projection => ({ status: "none", reason });

/** Forecasts are ordinary numbers; one beyond what money can hold is taken as nothing. */
const usdOf = (amount: number): PicoUsd => roundedUsd(Math.max(0, amount)) ?? zeroUsd;

const larger = (a: PicoUsd, b: PicoUsd) => (a > b ? a : b);

/**
 * Of `days` days, after `past` days of the forecast that are over. Intervals are forecast of totals from the first day
 * on: that of a later stretch is taken to be as wide, relative to what it is expected to cost.
 */
function expectedOf(totals: readonly Expected[], past: number, days: number): Pick<Expected, "mean" | "p10" | "p90"> {
  const whole = totals[past + days - 1];
  if (whole === undefined || whole.mean === 0) return { mean: 0, p10: 0, p90: whole?.p90 ?? 0 };
  const mean = whole.mean - (totals[past - 1]?.mean ?? 0);
  const share = mean / whole.mean;
  return { mean, p10: whole.p10 * share, p90: whole.p90 * share };
}

/** The day on which the amount is reached when every day costs its mean, and today no less than it has already. */
function usedUpOn(state: BudgetState, days: readonly Expected[], today: UsageDate): UsageDate | null {
  if (state.spent >= state.amount) return today;
  let sum: bigint = state.spent - state.spentToday;
  for (const [i, { mean }] of days.entries()) {
    sum += i === 0 ? larger(usdOf(mean), state.spentToday) : usdOf(mean);
    if (sum >= state.amount) return addDays(today, i);
  }
  return null;
}

/**
 * What is spent, and what the days that are left are expected to cost; today counts with what it has cost already where
 * that is more than was forecast of it.
 */
export function projectSpend(state: BudgetState, run: ForecastRun | undefined, today: UsageDate): Projection {
  if (evaluatedFrom(state.budget) === "lake") return none("budgets of customers or tags have no forecast");
  if (run === undefined) return none("there is no forecast yet: the next run of the pipeline makes one");
  const key = scopeKey(state.budget.scope);
  const forecast = run.scopes.find(({ scope }) => scopeKey(scope) === key);
  if (forecast === undefined) return none("this scope has no forecast yet: the next run of the pipeline makes one");
  const past = Math.max(0, daysBetween(run.asOf, today) - 1);
  const left = daysBetween(today, state.to) + 1;
  const horizonDays = forecast.totals.length;
  if (past + left > horizonDays) {
    const last = addDays(run.asOf, horizonDays);
    return none(`the forecast of ${run.asOf} reaches ${horizonDays} days, to ${last}; the period ends ${state.to}`);
  }
  const days = forecast.days.slice(past, past + left);
  const expected = expectedOf(forecast.totals, past, left);
  const todayUsd = usdOf(days[0]?.mean ?? 0);
  const more = larger((state.spentToday - todayUsd) as PicoUsd, zeroUsd);
  const atEnd = (amount: number) => (state.spent - state.spentToday + more + usdOf(amount)) as PicoUsd;
  return {
    status: "projected",
    mean: larger(atEnd(expected.mean), state.spent),
    p10: larger(atEnd(expected.p10), state.spent),
    p90: larger(atEnd(expected.p90), state.spent),
    usedUpOn: usedUpOn(state, days, today),
    asOf: run.asOf,
    confidence: forecast.confidence.level,
  };
}
