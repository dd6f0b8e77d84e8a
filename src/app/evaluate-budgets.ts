import type { AlertKind, AlertReading, AlertRule } from "#core/alert.ts";
import type { BookedByScope } from "#core/booked-by-scope.ts";
import { budgetReadings, burnReadings } from "#core/budget-alerts.ts";
import { type Projection, projectSpend } from "#core/budget-forecast.ts";
import { type BudgetState, evaluatedFrom } from "#core/budget-state.ts";
import { burnRate } from "#core/burn-rate.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { scopeKey } from "#core/scope-key.ts";
import { type Instant, usageDateOf } from "#core/time.ts";

/** What was looked at, and what fires. */
export interface Part {
  readonly covers: (rule: AlertRule) => boolean;
  readonly readings: readonly AlertReading[];
  /** How what does not fire is now, where that is known. */
  readonly calm?: readonly AlertReading[];
}

export interface FoundOfBudgets {
  readonly states: readonly BudgetState[];
  /** Of the periods that ended yesterday: usage may still come to them. */
  readonly ended: readonly BudgetState[];
  /** Undefined: there is none. "unknown": it could not be read. */
  readonly forecast: ForecastRun | undefined | "unknown";
  readonly now: Instant;
}

/** Of a period that is over nothing is foreseen any more. */
const isOver: Projection = { status: "none", reason: "the period is over" };

const placeOf = (budget: string, period: string | null) => JSON.stringify([budget, period]);

/**
 * Thresholds of what is spent and of what is projected. A budget that is no more is looked at: what it was told of is
 * over. One of which nothing is known yet is not.
 */
export function judgeThresholds({ states, ended, forecast, now }: FoundOfBudgets): Part {
  const unknown = new Set(
    [...states, ...ended]
      .filter(({ asOf }) => asOf === null)
      .map(({ budget, from, to }) => placeOf(budget.id, `${from}/${to}`)),
  );
  const today = usageDateOf(now);
  const readings = states.map((state) =>
    budgetReadings(state, projectSpend(state, forecast === "unknown" ? undefined : forecast, today)),
  );
  const past = ended.map((state) => budgetReadings(state, isOver));
  const ofActual = ({ rule }: AlertReading) => rule.kind === "budget_actual";
  const kinds: readonly AlertKind[] = forecast === "unknown" ? ["budget_actual"] : ["budget_actual", "budget_forecast"];
  return {
    covers: ({ kind, subject, period }) => kinds.includes(kind) && !unknown.has(placeOf(subject, period)),
    readings: [
      ...readings.flatMap(({ reached }) => reached),
      ...past.flatMap(({ reached }) => reached.filter(ofActual)),
    ],
    calm: [...readings, ...past].flatMap(({ calm }) => calm),
  };
}

/** Burn rates. What burns slowly is not over because it burns fast. */
export function judgeBurn({ states, now }: FoundOfBudgets, booked: BookedByScope): Part {
  const readings = states.flatMap((state) => {
    const ofScope = evaluatedFrom(state.budget) === "live" ? booked.of(scopeKey(state.budget.scope)) : undefined;
    return ofScope === undefined ? [] : burnReadings(state, burnRate(state, ofScope, now));
  });
  const fast = new Set(readings.filter(({ rule }) => rule.kind === "burn_rate_fast").map(({ rule }) => rule.subject));
  return {
    covers: ({ kind, subject }) => kind === "burn_rate_fast" || (kind === "burn_rate_slow" && !fast.has(subject)),
    readings,
  };
}
