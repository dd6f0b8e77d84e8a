import { type BudgetState, evaluatedFrom } from "./budget-state.ts";
import type { Expected } from "./forecast/forecast-daily.ts";
import type { ForecastRun, ScopeForecast } from "./forecast-run.ts";
import type { PicoUsd } from "./money.ts";
import { expectedAtEnd, expectedCost } from "./period-end.ts";
import { scopeKey } from "./scope-key.ts";
import { addDays, daysBetween, type UsageDate } from "./time.ts";

/** What a budget will have spent at its period's end: an expectation, no booking. */
interface ProjectedSpend {
  readonly status: "projected";
  readonly mean: PicoUsd;
  /** The 80 % interval; neither end is below what is spent already. */
  readonly p10: PicoUsd;
  readonly p90: PicoUsd;
  /** The first day on which the amount is expected to be reached; null: not in this period, or already. */
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

const larger = (a: PicoUsd, b: PicoUsd) => (a > b ? a : b);

/** The day on which the amount is reached when every day costs its mean, and today no less than it has already. */
function usedUpOn(state: BudgetState, days: readonly Expected[], today: UsageDate): UsageDate | null {
  if (state.spent >= state.amount) return null;
  let sum: bigint = state.spent - state.spentToday;
  for (const [i, { mean }] of days.entries()) {
    sum += i === 0 ? larger(expectedCost(mean), state.spentToday) : expectedCost(mean);
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
  const { asOf } = run;
  const atEnd = expectedAtEnd(forecast, state, { asOf, today, to: state.to });
  if (atEnd === undefined) {
    const horizonDays = forecast.totals.length;
    const last = addDays(asOf, horizonDays);
    return none(`the forecast of ${asOf} reaches ${horizonDays} days, to ${last}; the period ends ${state.to}`);
  }
  const past = Math.max(0, daysBetween(asOf, today) - 1);
  const days = forecast.days.slice(past, past + daysBetween(today, state.to) + 1);
  const { mean, p10, p90 } = atEnd;
  return {
    status: "projected",
    ...{ mean, p10, p90, asOf },
    usedUpOn: usedUpOn(state, days, today),
    confidence: forecast.confidence.level,
  };
}
