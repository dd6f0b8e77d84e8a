import { describe, expect, test } from "vitest";
import type { AuditLog } from "#app/ports/audit.ts";
import type { KeyStore, StoredKey } from "#app/ports/keys.ts";
import type { Instant } from "#core/time.ts";
import { allOf, draft, expectWhole } from "./audit.contract.ts";
import type { Opened } from "./opened.ts";

const at = (ms: number) => ms as Instant;

const key = (changed: Partial<StoredKey>): StoredKey => ({
  id: "key-1",
  name: "checkout",
  hash: "hash-1",
  role: "ingest",
  attribution: { fixed: { environment: "development", team: "payments" }, defaults: { customer_tier: "free" } },
  teams: null,
  requestsPerSecond: null,
  createdAt: at(1_000),
  expiresAt: null,
  revokedAt: null,
  ...changed,
});

const created = draft();
const revoked = draft({ action: "key.revoke" });
const rotated = [draft({ action: "key.rotate" }), draft()];

export interface AuditedKeys {
  readonly keys: KeyStore;
  readonly audit: AuditLog;
}

export const keysContract = (name: string, open: () => Promise<Opened<AuditedKeys>>) =>
  describe(name, () => {
    test("a key is found by its hash, as it was added", async () => {
      await using opened = await open();
      expect(await opened.port.keys.add(key({}), created)).toBe(true);
      expect(await opened.port.keys.findByHash("hash-1")).toEqual(key({}));
      expect(await opened.port.keys.findByHash("hash-2")).toBeUndefined();
    });

    test.each([
      ["id", key({ hash: "hash-2" })],
      ["hash", key({ id: "key-2" })],
    ])("a second key with the same %s is refused", async (_, second) => {
      await using opened = await open();
      await opened.port.keys.add(key({}), created);
      expect(await opened.port.keys.add(second, created)).toBe(false);
      expect(await opened.port.keys.list()).toEqual([key({})]);
    });

    test("a revocation keeps its first moment", async () => {
      await using opened = await open();
      await opened.port.keys.add(key({}), created);
      expect(await opened.port.keys.revoke("key-1", at(2_000), revoked)).toBe(true);
      expect(await opened.port.keys.revoke("key-1", at(3_000), revoked)).toBe(true);
      expect(await opened.port.keys.findByHash("hash-1")).toEqual(key({ revokedAt: at(2_000) }));
      expect(await opened.port.keys.revoke("key-9", at(2_000), revoked)).toBe(false);
    });

    test("of two keys with one id or one hash that are added at once, one stands", async () => {
      await using opened = await open();
      const same = await Promise.all(
        ["a", "b"].map((name) => opened.port.keys.add(key({ name, hash: `hash-${name}` }), created)),
      );
      expect(same.filter(Boolean)).toHaveLength(1);
      const [first] = await opened.port.keys.list();
      expect(await opened.port.keys.findByHash(first?.hash ?? "")).toEqual(first);
      const losing = first?.name === "a" ? "hash-b" : "hash-a";
      expect(await opened.port.keys.findByHash(losing)).toBeUndefined();
      const others = ["key-3", "key-4"].map((id) => opened.port.keys.add(key({ id, hash: "hash-3" }), created));
      expect((await Promise.all(others)).filter(Boolean)).toHaveLength(1);
      expect(await opened.port.keys.list()).toHaveLength(2);
    });

    test("a key that was refused has taken neither id nor hash", async () => {
      await using opened = await open();
      await opened.port.keys.add(key({}), created);
      await opened.port.keys.add(key({ hash: "hash-2" }), created);
      await opened.port.keys.add(key({ id: "key-2" }), created);
      expect(await opened.port.keys.add(key({ id: "key-2", hash: "hash-2" }), created)).toBe(true);
    });

    test("keys are listed oldest first, each with its revocation", async () => {
      await using opened = await open();
      const older = key({ id: "z", hash: "hash-z", createdAt: at(1_000) });
      const newer = key({ id: "a", hash: "hash-a", createdAt: at(2_000) });
      await opened.port.keys.add(older, created);
      await opened.port.keys.add(newer, created);
      await opened.port.keys.revoke("z", at(3_000), revoked);
      expect(await opened.port.keys.list()).toEqual([{ ...older, revokedAt: 3_000 }, newer]);
    });

    test("two revocations at once agree on one moment", async () => {
      await using opened = await open();
      await opened.port.keys.add(key({}), created);
      await Promise.all([
        opened.port.keys.revoke("key-1", at(2_000), revoked),
        opened.port.keys.revoke("key-1", at(3_000), revoked),
      ]);
      const found = await opened.port.keys.findByHash("hash-1");
      expect([2_000, 3_000]).toContain(found?.revokedAt);
      expect(await opened.port.keys.list()).toEqual([found]);
    });

    test("a key may be added as revoked, and may have any text in its names", async () => {
      await using opened = await open();
      const odd = key({ id: "a#b", hash: "c#d", name: "Zoë's 🔑", role: "viewer", revokedAt: at(7) });
      await opened.port.keys.add(odd, created);
      expect(await opened.port.keys.findByHash("c#d")).toEqual(odd);
    });

    test("keys are there after a restart, revocations too", async () => {
      await using opened = await open();
      const second = key({ id: "key-2", hash: "hash-2", role: "admin", attribution: { fixed: {}, defaults: {} } });
      await opened.port.keys.add(key({}), created);
      await opened.port.keys.add(second, created);
      await opened.port.keys.revoke("key-1", at(2_000), revoked);
      const { keys, audit } = await opened.reopen();
      expect([...(await keys.list())].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        key({ revokedAt: at(2_000) }),
        second,
      ]);
      await expectWhole(audit, 3);
    });

    test("its teams, limit and end are kept", async () => {
      await using opened = await open();
      const confined = key({ teams: ["search", "pay, ments"], requestsPerSecond: 5, expiresAt: at(9_000) });
      await opened.port.keys.add(confined, created);
      expect(await opened.port.keys.findByHash("hash-1")).toEqual(confined);
      expect(await opened.port.keys.list()).toEqual([confined]);
    });

    test("what changes a key is audited with it, what changes nothing is not", async () => {
      await using opened = await open();
      const { keys, audit } = opened.port;
      await keys.add(key({}), created);
      await keys.add(key({ hash: "hash-2" }), created);
      await keys.revoke("key-1", at(2_000), revoked);
      await keys.revoke("key-1", at(3_000), revoked);
      await keys.revoke("key-9", at(3_000), revoked);
      expect(await allOf(audit)).toMatchObject([created, revoked]);
      await expectWhole(audit, 2);
    });

    test("a rotation adds the successor and ends the key before, once", async () => {
      await using opened = await open();
      const { keys, audit } = opened.port;
      const successor = key({ id: "key-2", hash: "hash-2", createdAt: at(2_000), teams: ["search"] });
      const third = key({ id: "key-3", hash: "hash-3" });
      await keys.add(key({}), created);
      expect(await keys.rotate("key-1", at(5_000), successor, rotated)).toBe(true);
      expect(await keys.list()).toEqual([key({ expiresAt: at(5_000) }), successor]);
      expect(await keys.findByHash("hash-1")).toEqual(key({ expiresAt: at(5_000) }));
      expect(await keys.rotate("key-1", at(9_000), third, rotated)).toBe(false);
      expect(await keys.rotate("key-9", at(9_000), third, rotated)).toBe(false);
      await keys.revoke("key-2", at(3_000), revoked);
      expect(await keys.rotate("key-2", at(9_000), third, rotated)).toBe(false);
      expect(await keys.findByHash("hash-3")).toBeUndefined();
      expect(await allOf(audit)).toMatchObject([created, ...rotated, revoked]);
      await expectWhole(audit, 4);
    });

    test.each(["id", "hash"])("a rotation to a key whose %s is taken changes nothing", async (taken) => {
      await using opened = await open();
      const { keys, audit } = opened.port;
      const other = key({ id: "key-2", hash: "hash-2" });
      await keys.add(key({}), created);
      await keys.add(other, created);
      const successor = taken === "id" ? key({ id: "key-2", hash: "hash-3" }) : key({ id: "key-3", hash: "hash-2" });
      expect(await keys.rotate("key-1", at(5_000), successor, rotated)).toBe(false);
      expect(await keys.list()).toEqual([key({}), other]);
      await expectWhole(audit, 2);
    });

    test("of two rotations at once, one is made", async () => {
      await using opened = await open();
      const { keys, audit } = opened.port;
      await keys.add(key({}), created);
      const outcomes = ["key-2", "key-3"].map((id) => keys.rotate("key-1", at(5_000), key({ id, hash: id }), rotated));
      expect((await Promise.all(outcomes)).sort()).toEqual([false, true]);
      expect(await keys.list()).toHaveLength(2);
      await expectWhole(audit, 3);
    });
  });
