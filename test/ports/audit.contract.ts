import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { AuditLog } from "#app/ports/audit.ts";
import { type AuditDraft, type AuditEntry, auditFault } from "#core/audit.ts";
import type { Instant } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

export const draft = (changed: Partial<AuditDraft> = {}): AuditDraft => ({
  at: 1_000 as Instant,
  by: "key_1",
  action: "key.create",
  subject: "key/key_2",
  from: null,
  to: '{"name":"gateway"}',
  reason: "a new gateway",
  ...changed,
});

export async function allOf(log: AuditLog): Promise<readonly AuditEntry[]> {
  const all: AuditEntry[] = [];
  for (let page = 0; page < 1_000; page++) {
    const entries = await log.read(all.length + 1, 100);
    if (entries.length === 0) return all;
    all.push(...entries);
  }
  throw new Error("no end");
}

/** Numbers without gaps, each hash over what was given and the hash before, the head at the last one. */
export async function expectWhole(log: AuditLog, drafts: number): Promise<void> {
  const entries = await allOf(log);
  expect(entries.map(({ number }) => number)).toEqual(Array.from({ length: drafts }, (_, i) => i + 1));
  expect(auditFault(undefined, entries, sha256)).toBeUndefined();
  const last = entries.at(-1);
  expect(await log.head()).toEqual(last && { number: last.number, hash: last.hash });
}

export const auditContract = (name: string, open: () => Promise<Opened<AuditLog>>) =>
  describe(name, () => {
    test("an empty log has no head and no entries", async () => {
      await using opened = await open();
      expect(await opened.port.head()).toBeUndefined();
      expect(await opened.port.read(1, 10)).toEqual([]);
    });

    test("an entry keeps what it was given, its number and the hash of the one before", async () => {
      await using opened = await open();
      const first = await opened.port.append(draft());
      const text = '[1,1,"",1000,"key_1","key.create","key/key_2",null,"{\\"name\\":\\"gateway\\"}","a new gateway"]';
      expect(first).toEqual({ ...draft(), number: 1, previousHash: "", hash: sha256(text) });
      const odd = draft({ from: '"Zoë 🔑"', to: null, reason: "", subject: "a\u0000b" });
      const second = await opened.port.append(odd);
      expect(second).toMatchObject({ ...odd, number: 2, previousHash: first.hash });
      expect(await opened.port.read(1, 10)).toEqual([first, second]);
      expect(await opened.port.head()).toEqual({ number: 2, hash: second.hash });
    });

    test("a page begins where it is asked to and ends at its limit", async () => {
      await using opened = await open();
      for (let at = 1; at <= 11; at++) await opened.port.append(draft({ at: at as Instant }));
      expect((await opened.port.read(9, 2)).map(({ at }) => at)).toEqual([9, 10]);
      expect((await opened.port.read(9, 10)).map(({ number }) => number)).toEqual([9, 10, 11]);
      expect(await opened.port.read(12, 10)).toEqual([]);
    });

    test("entries appended at once all stand, in one chain", async () => {
      await using opened = await open();
      await Promise.all(Array.from({ length: 5 }, (_, i) => opened.port.append(draft({ reason: `${i}` }))));
      await expectWhole(opened.port, 5);
      expect((await allOf(opened.port)).map(({ reason }) => reason).sort()).toEqual(["0", "1", "2", "3", "4"]);
    });

    test("the chain goes on after a restart", async () => {
      await using opened = await open();
      await opened.port.append(draft());
      const log = await opened.reopen();
      await log.append(draft({ reason: "again" }));
      await expectWhole(log, 2);
    });
  });
