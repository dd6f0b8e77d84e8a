import type { Explanation } from "./anomaly-explain.ts";
import type { Scope } from "./config.ts";
import type { PicoUsd } from "./money.ts";
import { scopeKey } from "./scope-key.ts";
import { hourMs, type Instant, parseUsageDate, type UsageDate } from "./time.ts";

/**
 * `resolved`: it was found no more, because the day's costs have changed; or an hour is over, and its scope calm again; or
 * somebody said so.
 */
export const ANOMALY_STATES = ["new", "acknowledged", "explained", "resolved"] as const;
export type AnomalyState = (typeof ANOMALY_STATES)[number];

/** A day, or an hour, of a scope that cost more than is usual. */
export interface Anomaly {
  /** Of its grain, scope and moment: the same one found again has the same id. */
  readonly id: string;
  readonly grain: "daily" | "hourly";
  readonly scope: Scope;
  readonly usageDate: UsageDate;
  /** The beginning of the hour in which it was booked; null of a day. */
  readonly hour: Instant | null;
  readonly cost: PicoUsd;
  readonly expected: PicoUsd;
  /** Cost − expected. */
  readonly excess: PicoUsd;
  readonly score: number;
  /** The most telling dimension first. */
  readonly explanations: readonly Explanation[];
  /** The id of the one that says the same more narrowly, and is told in its place; null: this one is told. */
  readonly toldBy: string | null;
}

/** Older days are judged no more, and nobody is told of them any longer. */
export const ANOMALY_LISTED_DAYS = 31;

/** How long they are kept, from their usage day on. */
export const ANOMALY_KEPT_DAYS = 400;

/** Injective. It begins with the usage day, which `usageDateOfAnomaly` reads. */
export function anomalyId({ usageDate, hour, scope }: Pick<Anomaly, "usageDate" | "hour" | "scope">): string {
  return JSON.stringify([usageDate, hour, scopeKey(scope)]);
}

/** Undefined of a text that is no id of an anomaly. */
export function usageDateOfAnomaly(id: string): UsageDate | undefined {
  return id.startsWith('["') ? parseUsageDate(id.slice(2, 12)) : undefined;
}

export interface AnomalyDecision {
  readonly state: Exclude<AnomalyState, "new">;
  readonly by: string;
  readonly at: Instant;
  readonly note: string;
}

export interface StoredAnomaly extends Anomaly {
  /** While it is found: as it was decided, else `new`. */
  readonly state: AnomalyState;
  /** What somebody has said of it, last; null while nobody has. */
  readonly decision: AnomalyDecision | null;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
}

/** Nobody has said that it is explained, and it is not over: it is told of. */
export function isOpen({ state }: Pick<StoredAnomaly, "state">): boolean {
  return state === "new" || state === "acknowledged";
}

/** An hour may still be told of while it runs, and in the one after. */
export function isRunningHour({ hour }: Pick<Anomaly, "hour">, now: Instant): boolean {
  return hour !== null && hour >= now - (now % hourMs) - hourMs;
}
