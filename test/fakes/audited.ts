import type { StoredKey } from "#app/ports/keys.ts";
import type { AuditDraft } from "#core/audit.ts";
import type { Instant } from "#core/time.ts";

/** What a change is audited with where a test is about something else. */
export const anAudit: AuditDraft = {
  at: 1_000 as Instant,
  by: "key_1",
  action: "key.create",
  subject: "key/key_1",
  from: null,
  to: null,
  reason: "",
};

/** Of anybody, without limits. */
export const aKey = (changed: Partial<StoredKey> = {}): StoredKey => ({
  id: "key_1",
  name: "sender",
  hash: "hash-1",
  role: "ingest",
  attribution: { fixed: {}, defaults: {} },
  teams: null,
  requestsPerSecond: null,
  createdAt: 1_000 as Instant,
  expiresAt: null,
  revokedAt: null,
  ...changed,
});
