import { describe, expect, test } from "vitest";
import { makeAuthenticate, makeCreateKey, makeListKeys, makeRevokeKey } from "#app/keys.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Instant } from "#core/time.ts";
import { memoryKeys } from "../fakes/memory-stores.ts";
import { at, sha256 } from "../fakes/usage.ts";

const start = at("2026-11-23T12:00:00Z");

function setUp(tokens = ["fk_one", "fk_two"]) {
  const keys = memoryKeys();
  const time = { now: start };
  const clock = () => time.now;
  const left = tokens.values();
  const newToken = () => left.next().value ?? "fk_last";
  return {
    keys,
    elapsed: (ms: number) => {
      time.now = (start + ms) as Instant;
    },
    authenticate: makeAuthenticate({ keys, clock, sha256, adminHash: sha256("the admin key") }),
    create: makeCreateKey({ keys, clock, sha256, newToken }),
    list: makeListKeys({ keys }),
    revoke: makeRevokeKey({ keys, clock }),
  };
}

const attribution = { fixed: { environment: "development" }, defaults: { team: "search" } } as const;
const newKey = { name: "gateway", role: "ingest", attribution } as const;

describe("creating a key", () => {
  test("tells the token once and stores its hash alone", async () => {
    const { keys, create, list } = setUp();
    const created = await create(newKey);
    expect(created).toEqual({
      id: `key_${sha256("fk_one").slice(0, 16)}`,
      token: "fk_one",
      name: "gateway",
      role: "ingest",
      attribution,
      createdAt: start,
      revokedAt: null,
    });
    expect(await keys.list()).toMatchObject([{ hash: sha256("fk_one") }]);
    expect(JSON.stringify(await keys.list())).not.toContain("fk_one");
    const { token: _, ...shown } = created;
    expect(await list()).toEqual([shown]);
  });

  test("a token that is taken is not given out again", async () => {
    const { create } = setUp(["fk_one", "fk_one", "fk_one", "fk_two"]);
    await create(newKey);
    expect((await create(newKey)).token).toBe("fk_two");
  });

  test("gives up when all new tokens are taken", async () => {
    const { create } = setUp(["fk_one", "fk_one", "fk_one", "fk_one", "fk_two"]);
    await create(newKey);
    await expect(create(newKey)).rejects.toThrow("3 new tokens in turn were taken");
  });
});

describe("authenticating", () => {
  test("a token is whom its key says", async () => {
    const { create, authenticate } = setUp();
    const { id } = await create(newKey);
    expect(await authenticate("fk_one")).toEqual({ keyId: id, role: "ingest", attribution });
  });

  test("an unknown token is nobody, and works as soon as it is made", async () => {
    const { create, authenticate } = setUp();
    expect(await authenticate("fk_one")).toBeUndefined();
    await create(newKey);
    expect(await authenticate("fk_one")).toBeDefined();
  });

  test("the machine's admin key does everything without being stored", async () => {
    const { keys, authenticate } = setUp();
    const caller = { keyId: "admin", role: "admin", attribution: { fixed: {}, defaults: {} } };
    expect(await authenticate("the admin key")).toEqual(caller);
    expect(keys.reads).toEqual([]);
  });

  test("without an admin key no token is it", async () => {
    const keys = memoryKeys();
    const authenticate = makeAuthenticate({ keys, clock: () => start, sha256 });
    expect(await authenticate("")).toBeUndefined();
  });

  test("a key is read again after five seconds, not before, and when the clock was set back", async () => {
    const { keys, create, authenticate, elapsed } = setUp();
    await create(newKey);
    const readsAt = async (ms: number) => {
      elapsed(ms);
      await authenticate("fk_one");
      return keys.reads.length;
    };
    expect([await readsAt(0), await readsAt(4_999), await readsAt(5_000)]).toEqual([1, 1, 2]);
    expect([await readsAt(4_999), await readsAt(5_000)]).toEqual([3, 3]);
  });

  test("a revocation holds within five seconds, for that key alone", async () => {
    const { create, authenticate, revoke, list, elapsed } = setUp();
    const { id } = await create(newKey);
    await create({ ...newKey, name: "other" });
    await authenticate("fk_one");
    elapsed(1_000);
    expect(await revoke(id)).toBe(true);
    elapsed(5_000);
    expect(await authenticate("fk_one")).toBeUndefined();
    elapsed(4_000);
    expect(await authenticate("fk_one")).toBeUndefined();
    expect(await authenticate("fk_two")).toBeDefined();
    expect(await list()).toMatchObject([{ revokedAt: start + 1_000 }, { revokedAt: null }]);
  });

  test("revoking what is no key says so", async () => {
    expect(await setUp().revoke("key_none")).toBe(false);
  });

  test("a store that cannot be reached is an outage, not a refusal", async () => {
    const { keys, authenticate } = setUp();
    keys.findByHash = async () => {
      throw new Unavailable("keys");
    };
    await expect(authenticate("fk_one")).rejects.toThrow(Unavailable);
  });
});
