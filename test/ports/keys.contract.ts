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
