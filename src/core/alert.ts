import type { FindingKind } from "./finding.ts";
import type { Instant } from "./time.ts";

export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Besides the kinds of findings. */
const OWN_ALERT_KINDS = [
  "budget_actual",
  "budget_forecast",
  "burn_rate_fast",
  "burn_rate_slow",
  "anomaly",
  "runaway",
  "pipeline_failed",
  "pipeline_late",
  "account_differs",
  "account_repaired",
  "weekly_summary",
  "monthly_summary",
] as const;
export type AlertKind = (typeof OWN_ALERT_KINDS)[number] | FindingKind;

/** What may be told about, once in each period and for each threshold. */
export interface AlertRule {
  readonly kind: AlertKind;
  /** The budget, the scope, the sender … */
  readonly subject: string;
  /** Its first and last UTC day, "2026-11-01/2026-11-30"; null where there is none. */
  readonly period: string | null;
  readonly threshold: string | null;
}

/** Injective. */
export function ruleId({ kind, subject, period, threshold }: AlertRule): string {
  return JSON.stringify([kind, subject, period, threshold]);
}

/** "How much: 812.20 USD of 1,000 USD". */
export interface AlertFact {
  readonly label: string;
  readonly value: string;
}

/** What people are told, in the order in which they ask: what, where, how much, since when, projected, who owns it. */
interface AlertText {
  readonly severity: Severity;
  /** Whose it is to mend, as routing knows it; null: nobody in particular. */
  readonly team: string | null;
  /** The teams that all it says is of; null: of the whole company, or nobody knows. */
  readonly visibleTo: readonly string[] | null;
  readonly owner: string | null;
  /** One line of at most 100 characters. */
  readonly title: string;
  readonly facts: readonly AlertFact[];
}

/** A rule that an evaluation has found to fire now; one that it found not to has none. */
export interface AlertReading extends AlertText {
  readonly rule: AlertRule;
  /** How bad; comparable with other readings of the rule. */
  readonly level: number;
  /** It is told again once the level is so much above the one told last; null: never. */
  readonly step: number | null;
  /** A notice is told once and then over: nothing resolves it. */
  readonly isNotice: boolean;
  /** Of what a budget's level is measured against. Where it has changed since it was told, what was told counts no more. */
  readonly basis?: string;
  /** Another rule tells it: it stays where it fires already, and is not raised. */
  readonly isToldByOther?: boolean;
}

/**
 * Where a rule stands, and what was told of it last. It changes only together with the alert that tells of it, or when
 * somebody acknowledges it, on condition of its version.
 */
export interface AlertState extends AlertText {
  readonly id: string;
  readonly rule: AlertRule;
  /** 1 when first stored, and one more with each change. */
  readonly version: number;
  readonly status: "firing" | "resolved" | "told";
  /** Alerts told so far: the number of the last one. */
  readonly told: number;
  /** The highest level told since it was raised. */
  readonly toldLevel: number;
  /** Of the reading that was told last. */
  readonly basis?: string;
  /** When it began to fire, the last time. */
  readonly since: Instant;
  readonly changedAt: Instant;
  /** Of what fires, or fired last; raising it again forgets it. */
  readonly acknowledgement: { readonly by: string; readonly at: Instant; readonly note: string } | null;
}

/** A row of the outbox: the decision to tell, and what is told. Never changed; consumers drop repeats by its id. */
export interface Alert extends AlertText {
  /** Of the state and the number: the same decision, made again, is the same alert. */
  readonly id: string;
  readonly stateId: string;
  readonly rule: AlertRule;
  readonly number: number;
  readonly event: "raised" | "worsened" | "resolved" | "told";
  readonly at: Instant;
  readonly since: Instant;
}

/** How long alerts and the states that have ended are kept. */
export const ALERT_KEPT_DAYS = 400;
