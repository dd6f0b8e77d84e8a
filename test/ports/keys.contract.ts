import { describe, expect, test } from "vitest";
import type { KeyStore, StoredKey } from "#app/ports/keys.ts";
import type { Instant } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const at = (ms: number) => ms as Instant;

const key = (changed: Partial<StoredKey>): StoredKey => ({
  id: "key-1",
  name: "checkout",
  hash: "hash-1",
  role: "ingest",
  attribution: { fixed: { environment: "development", team: "payments" }, defaults: { customer_tier: "free" } },
  createdAt: at(1_000),
  revokedAt: null,
  ...changed,
});

export const keysContract = (name: string, open: () => Promise<Opened<KeyStore>>) =>
  describe(name, () => {
    test("a key is found by its hash, as it was added", async () => {
      await using opened = await open();
      expect(await opened.port.add(key({}))).toBe(true);
      expect(await opened.port.findByHash("hash-1")).toEqual(key({}));
      expect(await opened.port.findByHash("hash-2")).toBeUndefined();
    });

    test.each([
      ["id", key({ hash: "hash-2" })],
      ["hash", key({ id: "key-2" })],
    ])("a second key with the same %s is refused", async (_, second) => {
      await using opened = await open();
      await opened.port.add(key({}));
      expect(await opened.port.add(second)).toBe(false);
      expect(await opened.port.list()).toEqual([key({})]);
    });

    test("a revocation keeps its first moment", async () => {
      await using opened = await open();
      await opened.port.add(key({}));
      expect(await opened.port.revoke("key-1", at(2_000))).toBe(true);
      expect(await opened.port.revoke("key-1", at(3_000))).toBe(true);
      expect(await opened.port.findByHash("hash-1")).toEqual(key({ revokedAt: at(2_000) }));
      expect(await opened.port.revoke("key-9", at(2_000))).toBe(false);
    });

    test("of two keys with one id or one hash that are added at once, one stands", async () => {
      await using opened = await open();
      const same = await Promise.all(["a", "b"].map((name) => opened.port.add(key({ name, hash: `hash-${name}` }))));
      expect(same.filter(Boolean)).toHaveLength(1);
      const [first] = await opened.port.list();
      expect(await opened.port.findByHash(first?.hash ?? "")).toEqual(first);
      const losing = first?.name === "a" ? "hash-b" : "hash-a";
      expect(await opened.port.findByHash(losing)).toBeUndefined();
      const others = ["key-3", "key-4"].map((id) => opened.port.add(key({ id, hash: "hash-3" })));
      expect((await Promise.all(others)).filter(Boolean)).toHaveLength(1);
      expect(await opened.port.list()).toHaveLength(2);
    });

    test("a key that was refused has taken neither id nor hash", async () => {
      await using opened = await open();
      await opened.port.add(key({}));
      await opened.port.add(key({ hash: "hash-2" }));
      await opened.port.add(key({ id: "key-2" }));
      expect(await opened.port.add(key({ id: "key-2", hash: "hash-2" }))).toBe(true);
    });

    test("keys are listed oldest first, each with its revocation", async () => {
      await using opened = await open();
      const older = key({ id: "z", hash: "hash-z", createdAt: at(1_000) });
      const newer = key({ id: "a", hash: "hash-a", createdAt: at(2_000) });
      await opened.port.add(older);
      await opened.port.add(newer);
      await opened.port.revoke("z", at(3_000));
      expect(await opened.port.list()).toEqual([{ ...older, revokedAt: 3_000 }, newer]);
    });

    test("two revocations at once agree on one moment", async () => {
      await using opened = await open();
      await opened.port.add(key({}));
      await Promise.all([opened.port.revoke("key-1", at(2_000)), opened.port.revoke("key-1", at(3_000))]);
      const found = await opened.port.findByHash("hash-1");
      expect([2_000, 3_000]).toContain(found?.revokedAt);
      expect(await opened.port.list()).toEqual([found]);
    });

    test("a key may be added as revoked, and may have any text in its names", async () => {
      await using opened = await open();
      const odd = key({ id: "a#b", hash: "c#d", name: "Zoë's 🔑", role: "viewer", revokedAt: at(7) });
      await opened.port.add(odd);
      expect(await opened.port.findByHash("c#d")).toEqual(odd);
    });

    test("keys are there after a restart, revocations too", async () => {
      await using opened = await open();
      const second = key({ id: "key-2", hash: "hash-2", role: "admin", attribution: { fixed: {}, defaults: {} } });
      await opened.port.add(key({}));
      await opened.port.add(second);
      await opened.port.revoke("key-1", at(2_000));
      const keys = await opened.reopen();
      expect([...(await keys.list())].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        key({ revokedAt: at(2_000) }),
        second,
      ]);
    });
  });
