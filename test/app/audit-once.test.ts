import { expect, test } from "vitest";
import { auditOnce } from "#app/audit-once.ts";
import type { AuditDraft } from "#core/audit.ts";
import type { Instant } from "#core/time.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";

const now = Date.parse("2026-11-23T12:00:00Z") as Instant;

const assigned: AuditDraft = {
  ...{ at: now, by: "key_1", action: "attribution.assign", subject: "restatement/r1", reason: "a new team" },
  ...{ from: '{"filter":{"source":"a"}}', to: '{"team":"search"}' },
};

test("the pages of one act are one entry; whatever else comes under its name has its own", async () => {
  const control = openControl(IN_MEMORY, () => now);
  const others: Partial<AuditDraft>[] = [
    { from: '{"filter":{"source":"b"}}' },
    { to: '{"team":"payments"}' },
    { by: "key_2" },
    { reason: "another" },
    { subject: "restatement/r2" },
    { action: "usage.reprice" },
  ];
  for (const change of [{}, ...others]) {
    await auditOnce(control.audit, { ...assigned, ...change });
    await auditOnce(control.audit, { ...assigned, ...change, at: (now + 60_000) as Instant });
  }
  const entries = await control.audit.read(1, 100);
  expect(entries).toMatchObject([{}, ...others]);
  expect(entries).toHaveLength(7);
  control.close();
});
