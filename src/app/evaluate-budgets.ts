import type { AlertKind, AlertReading, AlertRule } from "#core/alert.ts";
import type { BookedByScope } from "#core/booked-by-scope.ts";
import { budgetReadings, burnReadings } from "#core/budget-alerts.ts";
import { projectSpend } from "#core/budget-forecast.ts";
import { type BudgetState, evaluatedFrom } from "#core/budget-state.ts";
import { burnRate } from "#core/burn-rate.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { scopeKey } from "#core/scope-key.ts";
import { type Instant, usageDateOf } from "#core/time.ts";

/** What was looked at, and what fires. */
export interface Part {
  readonly covers: (rule: AlertRule) => boolean;
  readonly readings: readonly AlertReading[];
}

export interface FoundOfBudgets {
  readonly states: readonly BudgetState[];
  /** Undefined: there is none. "unknown": it could not be read. */
  readonly forecast: ForecastRun | undefined | "unknown";
  readonly now: Instant;
}

function coversOf(kinds: readonly AlertKind[], isLookedAt: (budget: string) => boolean): Part["covers"] {
  return ({ kind, subject }) => kinds.includes(kind) && isLookedAt(subject);
}

/**
 * Thresholds of what is spent and of what is projected. A budget that is no more is looked at: what it was told of is
 * over. One of which nothing is known yet is not.
 */
export function judgeThresholds({ states, forecast, now }: FoundOfBudgets): Part {
  const unknown = new Set(states.filter(({ asOf }) => asOf === null).map(({ budget }) => budget.id));
  const isKnown = (budget: string) => !unknown.has(budget);
  const today = usageDateOf(now);
  const readings = states.flatMap((state) =>
    budgetReadings(state, projectSpend(state, forecast === "unknown" ? undefined : forecast, today)),
  );
  const kinds: readonly AlertKind[] = forecast === "unknown" ? ["budget_actual"] : ["budget_actual", "budget_forecast"];
  return { covers: coversOf(kinds, isKnown), readings };
}

/** Burn rates. What burns slowly is not over because it burns fast. */
export function judgeBurn({ states, now }: FoundOfBudgets, booked: BookedByScope): Part {
  const readings = states.flatMap((state) => {
    const ofScope = evaluatedFrom(state.budget) === "live" ? booked.of(scopeKey(state.budget.scope)) : undefined;
    return ofScope === undefined ? [] : burnReadings(state, burnRate(state, ofScope, now));
  });
  const fast = new Set(readings.filter(({ rule }) => rule.kind === "burn_rate_fast").map(({ rule }) => rule.subject));
  const isSlow = coversOf(["burn_rate_slow"], (budget) => !fast.has(budget));
  const isFast = coversOf(["burn_rate_fast"], () => true);
  return { covers: (rule) => isFast(rule) || isSlow(rule), readings };
}
