import type { Instant } from "./time.ts";

export const AUDIT_ACTIONS = [
  "key.create",
  "key.rotate",
  "key.revoke",
  "key.void",
  "price.set",
  "price.restate",
  "config.add",
  "config.change",
  "config.remove",
  "approval.request",
  "approval.review",
  "approval.approve",
  "approval.reject",
  "attribution.assign",
  "usage.reprice",
  "usage.reclassify",
  "double.drop",
  "alert.acknowledge",
  "anomaly.decide",
  "adoption_plan.set",
  "adoption_plan.remove",
  "scenario.set",
  "scenario.remove",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditDraft {
  readonly at: Instant;
  /** The id of the key that asked, "pipeline" for what a rule does by itself, "deployment" for what its set-up does. */
  readonly by: string;
  readonly action: AuditAction;
  /** What was changed: "key/key_abc", "policies/gpt-4o-prod", "approval/apr_1". */
  readonly subject: string;
  /** As JSON text; null when there was nothing, or is nothing any more. */
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string;
}

export interface AuditEntry extends AuditDraft {
  /** 1 for the first one; without gaps. */
  readonly number: number;
  /** Of the entry before; "" for the first. */
  readonly previousHash: string;
  /** SHA-256, base64url, over the number, the hash before and every other field. */
  readonly hash: string;
}

/** What an entry's hash is made of: injective, in a fixed order. */
export function auditText(number: number, previousHash: string, draft: AuditDraft): string {
  const { at, by, action, subject, from, to, reason } = draft;
  return JSON.stringify([1, number, previousHash, at, by, action, subject, from, to, reason]);
}

/** The entry that follows `head`. `sha256` is of UTF-8 text, base64url. */
export function auditEntryAfter(
  head: Pick<AuditEntry, "number" | "hash"> | undefined,
  draft: AuditDraft,
  sha256: (text: string) => string,
): AuditEntry {
  const number = (head?.number ?? 0) + 1;
  const previousHash = head?.hash ?? "";
  return { ...draft, number, previousHash, hash: sha256(auditText(number, previousHash, draft)) };
}

/**
 * `missing`: there is no entry of this number. `changed`: it does not follow from its fields and the entry before.
 * `rewritten`: it follows, but is not the one that was noted.
 */
export interface AuditFault {
  readonly kind: "missing" | "changed" | "rewritten";
  readonly number: number;
}

/** The first fault of a stretch of the log, entries in order, that follows `before`; undefined when there is none. */
export function auditFault(
  before: Pick<AuditEntry, "number" | "hash"> | undefined,
  entries: readonly AuditEntry[],
  sha256: (text: string) => string,
): AuditFault | undefined {
  let last = before;
  for (const entry of entries) {
    const expected = auditEntryAfter(last, entry, sha256);
    if (entry.number > expected.number) return { kind: "missing", number: expected.number };
    const isSame = entry.number === expected.number && entry.hash === expected.hash;
    if (!isSame || entry.previousHash !== expected.previousHash) return { kind: "changed", number: expected.number };
    last = entry;
  }
  return undefined;
}
