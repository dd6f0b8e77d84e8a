import { describe, expect, test } from "vitest";
import { makeCreateKey, makeListKeys, makeRevokeKey, makeRotateKey, type NewKey } from "#app/keys.ts";
import { type Config, INITIAL_CONFIG } from "#core/config.ts";
import type { Instant } from "#core/time.ts";
import { memoryKeys } from "../fakes/memory-stores.ts";
import { at, officer, sha256 } from "../fakes/usage.ts";

const start = at("2026-11-23T12:00:00Z");

function setUp(tokens = ["fk_one", "fk_two", "fk_three"]) {
  const decided = { registry: {} as Config["registry"] };
  const config = { read: async () => ({ config: { ...INITIAL_CONFIG, ...decided }, revision: 1 }) };
  const keys = memoryKeys();
  const time = { now: start };
  const clock = () => time.now;
  const left = tokens.values();
  const deps = { keys, config, clock, sha256, newToken: () => left.next().value ?? "fk_last" };
  const createKey = makeCreateKey(deps);
  const tryCreate = (key: NewKey) => createKey(key, "a new gateway", officer);
  return {
    keys,
    decided,
    tryCreate,
    elapsed: (ms: number) => {
      time.now = (start + ms) as Instant;
    },
    create: async (key: NewKey) => {
      const result = await tryCreate(key);
      if (result.status !== "created") throw new Error(JSON.stringify(result.errors));
      return result.key;
    },
    list: makeListKeys({ keys }),
    revoke: makeRevokeKey({ keys, clock }),
    rotate: makeRotateKey(deps),
  };
}

const idOf = (token: string) => `key_${sha256(token).slice(0, 16)}`;
const attribution = { fixed: { environment: "development" }, defaults: { team: "search" } } as const;
const newKey: NewKey = {
  ...{ name: "gateway", role: "ingest", attribution },
  ...{ teams: ["search"], requestsPerSecond: 50 },
};
const auditText =
  '{"name":"gateway","role":"ingest","fixed":{"environment":"development"},"defaults":{"team":"search"},' +
  '"teams":["search"],"requests_per_second":50,"expires_at":null}';

describe("creating a key", () => {
  test("tells the token once and stores its hash alone", async () => {
    const { keys, create, list } = setUp();
    const created = await create(newKey);
    const moments = { createdAt: start, expiresAt: null, revokedAt: null };
    expect(created).toEqual({ ...newKey, ...moments, id: idOf("fk_one"), token: "fk_one" });
    expect(await keys.list()).toMatchObject([{ hash: sha256("fk_one") }]);
    expect(JSON.stringify(await keys.list())).not.toContain("fk_one");
    const { token: _, ...shown } = created;
    expect(await list()).toEqual([shown]);
  });

  test("is audited without its token and without its hash", async () => {
    const { keys, create } = setUp();
    const { id } = await create(newKey);
    expect(keys.audits).toEqual([
      {
        ...{ at: start, by: officer.keyId, action: "key.create", subject: `key/${id}` },
        ...{ from: null, to: auditText, reason: "a new gateway" },
      },
    ]);
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

describe("a key whose values a strict dimension does not know", () => {
  const team = { mode: "strict", values: [{ id: "search", aliases: ["srch"] }, { id: "support" }] } as const;

  test("is not made: each value is told with the nearest name", async () => {
    const { keys, decided, tryCreate } = setUp();
    decided.registry = { team };
    const attribution = { fixed: { team: "serch" }, defaults: { team: "ops", feature: "any" } };
    expect(await tryCreate({ ...newKey, attribution, teams: ["search", "suport"] })).toEqual({
      status: "unregistered",
      errors: [
        { path: "fixed.team", found: '"serch"', wanted: 'a registered team: did you mean "search"?' },
        { path: "defaults.team", found: '"ops"', wanted: "a registered team" },
        { path: "teams[1]", found: '"suport"', wanted: 'a registered team: did you mean "support"?' },
      ],
    });
    expect(await keys.list()).toEqual([]);
  });

  test("may say aliases: it keeps the ids that they stand for, in open dimensions too", async () => {
    const { decided, create } = setUp();
    decided.registry = { team, feature: { mode: "open", values: [{ id: "answers", aliases: ["qa"] }] } };
    const attribution = { fixed: { team: "srch", feature: "qa" }, defaults: { region: "moon" } };
    const { attribution: kept, teams } = await create({ ...newKey, attribution, teams: ["srch", "search"] });
    expect(kept).toEqual({ fixed: { team: "search", feature: "answers" }, defaults: { region: "moon" } });
    expect(teams).toEqual(["search"]);
  });

  test("made before stays as it is, and is not rotated", async () => {
    const { decided, create, list, rotate } = setUp();
    const { id } = await create({ ...newKey, teams: ["growth"] });
    decided.registry = { team };
    expect(await rotate(id, { overlapMs: 0, reason: "" }, officer)).toMatchObject({
      status: "unregistered",
      errors: [{ path: "teams[0]", found: '"growth"' }],
    });
    expect(await list()).toMatchObject([{ teams: ["growth"], expiresAt: null }]);
  });
});

describe("revoking a key", () => {
  test("is audited with what the key was", async () => {
    const { keys, create, revoke, list, elapsed } = setUp();
    const { id } = await create(newKey);
    elapsed(1_000);
    expect(await revoke(id, "leaked", officer)).toBe(true);
    expect(await list()).toMatchObject([{ revokedAt: start + 1_000 }]);
    expect(keys.audits.slice(1)).toEqual([
      {
        ...{ at: start + 1_000, by: officer.keyId, action: "key.revoke", subject: `key/${id}` },
        ...{ from: auditText, to: null, reason: "leaked" },
      },
    ]);
  });

  test("what is no key says so, and is not audited", async () => {
    const { keys, revoke } = setUp();
    expect(await revoke("key_none", "", officer)).toBe(false);
    expect(keys.audits).toEqual([]);
  });
});

describe("rotating a key", () => {
  const rotation = { overlapMs: 3_600_000, reason: "yearly" };

  test("makes one that may do the same, and ends the one before after the overlap", async () => {
    const { create, rotate, list, elapsed } = setUp();
    const { token: _, ...first } = await create(newKey);
    elapsed(1_000);
    const result = await rotate(first.id, rotation, officer);
    const moments = { createdAt: start + 1_000, expiresAt: null, revokedAt: null };
    const successor = { ...newKey, ...moments, id: idOf("fk_two") };
    const expiresAt = start + 3_601_000;
    expect(result).toEqual({ status: "rotated", key: { ...successor, token: "fk_two" }, expiresAt });
    expect(await list()).toEqual([{ ...first, expiresAt }, successor]);
  });

  test("is audited on both keys", async () => {
    const { keys, create, rotate } = setUp();
    await create(newKey);
    await rotate(idOf("fk_one"), { overlapMs: 0, reason: "yearly" }, officer);
    const why = { at: start, by: officer.keyId, reason: "yearly" };
    const to = `{"expires_at":"2026-11-23T12:00:00.000Z","successor":"${idOf("fk_two")}"}`;
    expect(keys.audits.slice(1)).toEqual([
      { ...why, action: "key.rotate", subject: `key/${idOf("fk_one")}`, from: auditText, to },
      { ...why, action: "key.create", subject: `key/${idOf("fk_two")}`, from: null, to: auditText },
    ]);
  });

  test("a key that was rotated or revoked is not rotated again, its successor is", async () => {
    const { create, revoke, rotate } = setUp();
    await create(newKey);
    await rotate(idOf("fk_one"), rotation, officer);
    expect(await rotate(idOf("fk_one"), rotation, officer)).toEqual({ status: "ended" });
    expect(await rotate(idOf("fk_two"), rotation, officer)).toMatchObject({ status: "rotated" });
    await revoke(idOf("fk_three"), "", officer);
    expect(await rotate(idOf("fk_three"), rotation, officer)).toEqual({ status: "ended" });
    expect(await rotate("key_none", rotation, officer)).toEqual({ status: "unknown" });
  });

  test("a token that is taken is not given out again", async () => {
    const { create, rotate } = setUp(["fk_one", "fk_one", "fk_two"]);
    await create(newKey);
    expect(await rotate(idOf("fk_one"), rotation, officer)).toMatchObject({ key: { token: "fk_two" } });
  });
});
