import type { makeAuditHead, makeReadAudit } from "#app/audit.ts";
import type { Caller } from "#app/caller.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { AuditEntry } from "#core/audit.ts";
import { formatInstant } from "#core/time.ts";

export interface AuditDeps {
  readonly readAudit: ReturnType<typeof makeReadAudit>;
  readonly auditHead: ReturnType<typeof makeAuditHead>;
}

const pageByDefault = 100;

function shown({ at, previousHash, ...entry }: AuditEntry) {
  return { ...entry, at: formatInstant(at), previous_hash: previousHash };
}

export const makeReadAuditHandler =
  ({ readAudit }: Pick<AuditDeps, "readAudit">): Handlers<Routes, Caller>["readAudit"] =>
  async ({ query: { from = 1, limit = pageByDefault } }) => ({
    status: 200,
    body: { entries: (await readAudit(from, limit)).map(shown) },
  });

export const makeAuditHeadHandler =
  ({ auditHead }: Pick<AuditDeps, "auditHead">): Handlers<Routes, Caller>["auditHead"] =>
  async () => ({ status: 200, body: { head: (await auditHead()) ?? null } });
