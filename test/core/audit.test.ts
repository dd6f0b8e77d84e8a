import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AuditDraft, type AuditEntry, auditEntryAfter, auditFault, auditText } from "#core/audit.ts";
import { makeAuditCheck } from "#core/audit-check.ts";
import type { Instant } from "#core/time.ts";
import { anAudit } from "../fakes/audited.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

function logOf(drafts: readonly AuditDraft[]): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const draft of drafts) entries.push(auditEntryAfter(entries.at(-1), draft, sha256));
  return entries;
}

const five = logOf(["a", "b", "c", "d", "e"].map((reason) => ({ ...anAudit, reason })));

/** What a reader of pages finds. */
function faultOf(entries: readonly AuditEntry[], noted: readonly Pick<AuditEntry, "number" | "hash">[], pageSize = 2) {
  const check = makeAuditCheck(noted, sha256);
  for (let i = 0; i < entries.length; i += pageSize) {
    const fault = check.add(entries.slice(i, i + pageSize));
    if (fault !== undefined) return fault;
  }
  return check.end();
}

const head = five.at(-1) as AuditEntry;
const changedAt = (place: number, change: Partial<AuditEntry>) =>
  five.map((entry, i) => (i === place ? { ...entry, ...change } : entry));

test("the hash of an entry is the SHA-256 of its fields in a fixed order", () => {
  const [first, second] = five;
  expect(first?.hash).toBe(sha256('[1,1,"",1000,"key_1","key.create","key/key_1",null,null,"a"]'));
  expect(auditText(2, "h", { ...anAudit, from: "1", to: "null" })).toBe(
    '[1,2,"h",1000,"key_1","key.create","key/key_1","1","null",""]',
  );
  expect(second?.previousHash).toBe(first?.hash);
});

test("no two entries have one text", () => {
  const draft = fc.record({
    ...{ by: fc.string(), subject: fc.string(), reason: fc.string() },
    ...{ from: fc.option(fc.string()), to: fc.option(fc.string()), at: fc.nat() },
  });
  fc.assert(
    fc.property(draft, draft, (a, b) => {
      const text = ({ at, ...rest }: typeof a) =>
        auditText(1, "", { ...rest, at: at as Instant, action: "key.create" });
      expect(text(a) === text(b)).toBe(
        JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort()),
      );
    }),
    { numRuns: 100 },
  );
});

describe("checking a log", () => {
  test("a whole one has no fault, and may go on behind its head", () => {
    expect(faultOf(five, [head])).toBeUndefined();
    expect(faultOf(five, [five[2] as AuditEntry])).toBeUndefined();
    expect(faultOf([], [])).toBeUndefined();
  });

  const changes: Partial<AuditEntry>[] = [
    { at: 1_001 as Instant },
    { by: "key_2" },
    { action: "key.revoke" },
    { subject: "key/key_2" },
    { from: "null" },
    { to: "{}" },
    { reason: "z" },
    { previousHash: "" },
    { hash: sha256("other") },
  ];
  test.each(changes)("an entry changed in %j is found", (change) => {
    expect(faultOf(changedAt(2, change), [head])).toEqual({ kind: "changed", number: 3 });
  });

  test("an entry that is changed together with its own hash breaks the next one", () => {
    const forged = auditEntryAfter(five[1], { ...anAudit, reason: "forged" }, sha256);
    expect(faultOf(changedAt(2, forged), [head])).toEqual({ kind: "changed", number: 4 });
  });

  test.each([0, 1, 2, 3])("a missing entry is named: place %i", (place) => {
    const gone = five.filter((_, i) => i !== place);
    for (const pageSize of [1, 2, 10]) {
      expect(faultOf(gone, [head], pageSize)).toEqual({ kind: "missing", number: place + 1 });
    }
  });

  test("a log whose end was cut off lacks what its head names", () => {
    expect(faultOf(five.slice(0, 3), [head])).toEqual({ kind: "missing", number: 4 });
    expect(faultOf([], [head])).toEqual({ kind: "missing", number: 1 });
    expect(faultOf(five.slice(0, 3), [])).toBeUndefined();
  });

  test("a log that was written anew is not the one that was noted", () => {
    const anew = logOf(["a", "b", "C", "d", "e"].map((reason) => ({ ...anAudit, reason })));
    expect(faultOf(anew, [head])).toEqual({ kind: "rewritten", number: 5 });
    expect(faultOf(anew, [five[1] as AuditEntry])).toBeUndefined();
    expect(faultOf(anew, [five[2] as AuditEntry, anew[4] as AuditEntry])).toEqual({ kind: "rewritten", number: 3 });
  });

  test("two entries of one number, or in another order, are found", () => {
    const [a, b, c] = five as [AuditEntry, AuditEntry, AuditEntry];
    expect(auditFault(undefined, [a, a], sha256)).toEqual({ kind: "changed", number: 2 });
    expect(auditFault(undefined, [b, a], sha256)).toEqual({ kind: "missing", number: 1 });
    expect(auditFault(a, [c], sha256)).toEqual({ kind: "missing", number: 2 });
  });
});
