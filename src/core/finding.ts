import type { PicoUsd } from "./money.ts";
import { dayMs, type Instant, type UsageDate } from "./time.ts";

export const FINDING_KINDS = [
  "possible_double",
  "silent_source",
  "unapproved_model",
  "production_on_other_key",
  "other_on_production_key",
  "coverage_below_target",
  "sender_cost_differs",
  "unpriced_use",
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Something of the usage that somebody has to look at. The same one again has the same id. */
export interface Finding {
  /** Of its kind and subject: `possible_double/openai/chatcmpl-1`. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly subject: string;
  /** Whose it is to mend, where it is one team's. */
  readonly team?: string;
  /** The day whose usage it is about; null where it is about none. */
  readonly usageDate: UsageDate | null;
  /** One sentence for people: what, where, since when, what to do. */
  readonly text: string;
  /** What it is about, or may cost too much; null where none of it has a price. */
  readonly cost: PicoUsd | null;
  readonly requests: number;
}

/** A finding that was found no more is listed for so long. */
export const RESOLVED_KEPT_MS = 30 * dayMs;

export interface StoredFinding extends Finding {
  readonly since: Instant;
  readonly lastSeen: Instant;
  /** When it was found no more; null while it stands. */
  readonly resolvedAt: Instant | null;
}
