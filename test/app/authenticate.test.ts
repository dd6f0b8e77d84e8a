import { expect, test } from "vitest";
import { makeAuthenticate } from "#app/authenticate.ts";
import type { StoredKey } from "#app/ports/keys.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Instant } from "#core/time.ts";
import { aKey, anAudit } from "../fakes/audited.ts";
import { memoryKeys } from "../fakes/memory-stores.ts";
import { at, sha256 } from "../fakes/usage.ts";

const start = at("2026-11-23T12:00:00Z");

async function setUp(...stored: readonly Partial<StoredKey>[]) {
  const keys = memoryKeys();
  const time = { now: start };
  const clock = () => time.now;
  const add = (key: Partial<StoredKey>) => keys.add(aKey({ hash: sha256("fk_one"), ...key }), anAudit);
  for (const key of stored) await add(key);
  return {
    keys,
    add,
    elapsed: (ms: number) => {
      time.now = (start + ms) as Instant;
    },
    authenticate: makeAuthenticate({ keys, clock, sha256, adminHash: sha256("the admin key") }),
  };
}

const known = (teams?: readonly string[]) => {
  const caller = { keyId: "key_1", role: "ingest", attribution: { fixed: {}, defaults: {} } };
  return { status: "known", caller: teams === undefined ? caller : { ...caller, teams } };
};

test("a token is whom its key says, confined to the teams of its key", async () => {
  const { authenticate } = await setUp({}, { id: "key_2", hash: sha256("fk_two"), teams: ["search"] });
  expect(await authenticate("fk_one")).toEqual(known());
  expect(await authenticate("fk_two")).toMatchObject({ caller: { keyId: "key_2", teams: ["search"] } });
});

test("an unknown token is nobody, and works as soon as it is made", async () => {
  const { add, authenticate } = await setUp();
  expect(await authenticate("fk_one")).toEqual({ status: "unknown" });
  await add({});
  expect(await authenticate("fk_one")).toEqual(known());
});

test("the machine's admin key does everything without being stored", async () => {
  const { keys, authenticate } = await setUp();
  const caller = { keyId: "admin", role: "admin", attribution: { fixed: {}, defaults: {} } };
  expect(await authenticate("the admin key")).toEqual({ status: "known", caller });
  expect(keys.reads).toEqual([]);
});

test("without an admin key no token is it", async () => {
  const authenticate = makeAuthenticate({ keys: memoryKeys(), clock: () => start, sha256 });
  expect(await authenticate("")).toEqual({ status: "unknown" });
});

test("a key is read again after five seconds, not before, and when the clock was set back", async () => {
  const { keys, authenticate, elapsed } = await setUp({});
  const readsAt = async (ms: number) => {
    elapsed(ms);
    await authenticate("fk_one");
    return keys.reads.length;
  };
  expect([await readsAt(0), await readsAt(4_999), await readsAt(5_000)]).toEqual([1, 1, 2]);
  expect([await readsAt(4_999), await readsAt(5_000)]).toEqual([3, 3]);
});

test("a revocation holds within five seconds, for that key alone", async () => {
  const { keys, authenticate, elapsed } = await setUp({}, { id: "key_2", hash: sha256("fk_two") });
  await authenticate("fk_one");
  elapsed(1_000);
  await keys.revoke("key_1", (start + 1_000) as Instant, anAudit);
  elapsed(5_000);
  expect(await authenticate("fk_one")).toEqual({ status: "unknown" });
  elapsed(4_000);
  expect(await authenticate("fk_one")).toEqual({ status: "unknown" });
  expect(await authenticate("fk_two")).toMatchObject({ status: "known" });
});

test("a key holds until the moment it expires, also while it is cached, and is then told apart", async () => {
  const expiresAt = (start + 1_000) as Instant;
  const { authenticate, elapsed } = await setUp({ expiresAt });
  elapsed(999);
  expect(await authenticate("fk_one")).toEqual(known());
  elapsed(1_000);
  expect(await authenticate("fk_one")).toEqual({ status: "expired", at: expiresAt });
});

test("a revoked key is unknown, expired or not", async () => {
  const { authenticate } = await setUp({ expiresAt: start, revokedAt: start });
  expect(await authenticate("fk_one")).toEqual({ status: "unknown" });
});

test("a key has its requests of a second, then as many as come in time", async () => {
  const limited = { status: "limited", requestsPerSecond: 4 };
  const { authenticate, elapsed } = await setUp({ requestsPerSecond: 4 }, { id: "key_2", hash: sha256("fk_two") });
  const statuses = async (times: number) => {
    const found: string[] = [];
    for (let i = 0; i < times; i++) found.push((await authenticate("fk_one")).status);
    return found;
  };
  expect(await statuses(4)).toEqual(["known", "known", "known", "known"]);
  expect(await authenticate("fk_one")).toEqual(limited);
  expect(await authenticate("fk_two")).toMatchObject({ status: "known" });
  elapsed(249);
  expect(await statuses(1)).toEqual(["limited"]);
  elapsed(250);
  expect(await statuses(2)).toEqual(["known", "limited"]);
  elapsed(60_000);
  expect(await statuses(5)).toEqual(["known", "known", "known", "known", "limited"]);
});

test("a clock that is set back neither brings requests nor takes any", async () => {
  const { authenticate, elapsed } = await setUp({ requestsPerSecond: 2 });
  await authenticate("fk_one");
  elapsed(-60_000);
  expect(await authenticate("fk_one")).toMatchObject({ status: "known" });
  expect(await authenticate("fk_one")).toMatchObject({ status: "limited" });
  elapsed(-59_500);
  expect(await authenticate("fk_one")).toMatchObject({ status: "known" });
});

test("a store that cannot be reached is an outage, not a refusal", async () => {
  const { keys, authenticate } = await setUp();
  keys.findByHash = async () => {
    throw new Unavailable("keys");
  };
  await expect(authenticate("fk_one")).rejects.toThrow(Unavailable);
});

test("set so, keys that are known hold while the store is out, and no others do", async () => {
  const keys = memoryKeys();
  await keys.add(aKey({ hash: sha256("fk_one") }), anAudit);
  const time = { now: start, isOut: false };
  const findByHash = async (hash: string) => {
    if (time.isOut) throw new Unavailable("control");
    return keys.findByHash(hash);
  };
  const deps = { keys: { ...keys, findByHash }, clock: () => time.now, sha256 };
  const [keeping, other] = [makeAuthenticate({ ...deps, keepsKnown: true }), makeAuthenticate(deps)];
  await keeping("fk_one");
  await other("fk_one");
  time.isOut = true;
  time.now = (start + 3_600_000) as Instant;
  expect(await keeping("fk_one")).toEqual(known());
  await expect(other("fk_one")).rejects.toThrow(Unavailable);
  await expect(keeping("fk_two")).rejects.toThrow(Unavailable);
  time.isOut = false;
  await keys.revoke("key_1", time.now, anAudit);
  time.now = (time.now + 5_000) as Instant;
  expect(await keeping("fk_one")).toEqual({ status: "unknown" });
});
