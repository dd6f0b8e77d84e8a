import { type Alert, type AlertReading, type AlertState, ruleId } from "#core/alert.ts";
import { nextAlert } from "#core/alert-state.ts";
import { dayMs, type Instant } from "#core/time.ts";

export const alertsNow = Date.parse("2026-11-24T01:30:00Z") as Instant;

export const later = (ms: number) => (alertsNow + ms) as Instant;

/** A threshold that is reached. */
export const reading = (changes: Partial<AlertReading> = {}): AlertReading => ({
  rule: { kind: "budget_actual", subject: "search", period: "2026-11-01/2026-11-30", threshold: "80 %" },
  level: 81,
  step: 25,
  isNotice: false,
  severity: "warning",
  team: "search",
  visibleTo: ["search"],
  owner: "Ada",
  title: "search: 81.2 % of 1,000.00 USD spent",
  facts: [
    { label: "What", value: "The month's spend has reached 80 % of its budget" },
    { label: "How much", value: "812.20 of 1,000.00 USD, 81.2 %" },
  ],
  ...changes,
});

/** A reading of a rule of its own. */
export const readingOf = (subject: string, changes: Partial<AlertReading> = {}) =>
  reading({ rule: { ...reading().rule, subject }, title: `${subject} spends too much`, ...changes });

/** A state that has just been raised, with its alert. */
export function raised(subject = "search", at = alertsNow): { readonly state: AlertState; readonly alert: Alert } {
  const step = nextAlert(undefined, readingOf(subject), at);
  if (step?.alert === undefined) throw new Error(`nothing is raised of ${ruleId(readingOf(subject).rule)}`);
  return { state: step.state, alert: step.alert };
}

/** The state after, when it fires no more. */
export function resolvedAfter(state: AlertState, at = (state.changedAt + dayMs) as Instant) {
  const step = nextAlert(state, undefined, at);
  if (step?.alert === undefined) throw new Error(`nothing is resolved of ${state.id}`);
  return { state: step.state, alert: step.alert };
}
