import { describe, expect, test } from "vitest";
import { makeImport, makeImportStatus } from "#app/imports.ts";
import { makeIngest } from "#app/ingest.ts";
import { Unavailable } from "#app/unavailable.ts";
import { dayMs, type Instant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { noRules } from "../fakes/company-rules.ts";
import { memoryLedger } from "../fakes/memory-ledger.ts";
import { memoryImports, memoryLanding } from "../fakes/memory-stores.ts";
import { at, event, officer, sender, sha256, stubRater } from "../fakes/usage.ts";

function setUp(start = "2026-11-23T12:00:00Z") {
  const ledger = memoryLedger();
  const landing = memoryLanding();
  const imports = memoryImports();
  const time = { now: at(start) };
  const deps = {
    ledger,
    landing,
    imports,
    rater: async () => stubRater,
    rules: noRules,
    clock: () => time.now,
    sha256,
  };
  const useCases = { importEvents: makeImport(deps), status: makeImportStatus(deps), ingest: makeIngest(deps) };
  return { ledger, landing, time, ...useCases };
}

const old = (id: string, time = "2023-11-16T18:00:00Z") => event({ id, time: at(time) });
const recent = (id: string) => event({ id });

test("recent events go by the ledger, older ones to the landing, results in the order sent", async () => {
  const { ledger, landing, importEvents, status } = setUp();
  const { region: _, ...claimed } = event().claimed;
  const results = await importEvents(
    "imp_1",
    "p1",
    [
      old("a"),
      recent("b"),
      event({ id: "c", time: at("2030-01-01T00:00:00Z") }),
      { ...old("d"), claimed },
      recent("b"),
    ],
    2,
    sender,
  );
  expect(results.map(({ id, status, cost }) => [id, status, cost])).toEqual([
    ["a", "accepted", 8_000_000_000n],
    ["b", "accepted", 8_000_000_000n],
    ["c", "rejected", null],
    ["d", "quarantined", 8_000_000_000n],
    ["b", "duplicate", 8_000_000_000n],
  ]);
  expect(results[2]?.errors[0]).toMatchObject({ path: "time", found: "2030-01-01T00:00:00.000Z" });
  expect([...ledger.entries.values()].map(({ id }) => id)).toEqual(["b"]);
  expect([...landing.files.values()].flat().map(({ entry, ...place }) => ({ id: entry.id, ...place }))).toEqual([
    { id: "a", shard: "imp_1", sequence: "p1.000000", importId: "imp_1" },
    { id: "d", shard: "imp_1", sequence: "p1.000003", importId: "imp_1" },
  ]);
  expect(await status("imp_1")).toEqual({
    id: "imp_1",
    startedAt: at("2026-11-23T12:00:00Z"),
    live: { new: 1, known: 1, conflicting: 0 },
    landed: 2,
    rejected: 3,
    merged: null,
  });
});

test("the day decides, not the hour: all of the day thirty days ago goes by the ledger, the day before lands", async () => {
  const { ledger, landing, importEvents } = setUp();
  await importEvents(
    "imp_1",
    "p1",
    [old("in", "2026-10-24T00:00:00Z"), old("out", "2026-10-23T23:59:59.999Z")],
    0,
    sender,
  );
  expect([...ledger.entries.values()].map(({ id }) => id)).toEqual(["in"]);
  expect([...landing.files.values()].flat().map(({ entry }) => entry.id)).toEqual(["out"]);
});

test("without older events nothing is written to the landing", async () => {
  const { landing, importEvents } = setUp();
  await importEvents("imp_1", "p1", [recent("a")], 0, sender);
  expect(landing.files.size).toBe(0);
});

test("the same part again lands in the same file and counts once", async () => {
  const { landing, importEvents, status } = setUp();
  const part = [old("a"), recent("b")];
  await importEvents("imp_1", "p1", part, 1, sender);
  const again = await importEvents("imp_1", "p1", part, 1, sender);
  expect(again.map(({ status }) => status)).toEqual(["accepted", "duplicate"]);
  expect(landing.files.size).toBe(1);
  expect(await status("imp_1")).toMatchObject({ live: { new: 1, known: 0 }, landed: 1, rejected: 1 });
});

test("other rows under the name of a part that has landed do not replace its file, nor does another import", async () => {
  const { landing, importEvents } = setUp();
  await importEvents("imp_1", "p1", [old("a")], 0, sender);
  await importEvents("imp_1", "p1", [old("b")], 0, sender);
  await importEvents("imp_2", "p1", [old("a")], 0, sender);
  expect([...landing.files.values()].flat().map(({ entry, importId }) => [importId, entry.id])).toEqual([
    ["imp_1", "a"],
    ["imp_1", "b"],
    ["imp_2", "a"],
  ]);
});

test("parts of one import add up; a conflict is counted", async () => {
  const { importEvents, status } = setUp();
  await importEvents("imp_1", "p1", [recent("a"), old("b")], 0, sender);
  const results = await importEvents("imp_1", "p2", [event({ id: "a", requests: 9 }), old("c")], 0, sender);
  expect(results.map(({ status }) => status)).toEqual(["conflict", "accepted"]);
  expect(await status("imp_1")).toMatchObject({ live: { new: 1, known: 0, conflicting: 1 }, landed: 2 });
});

test("while the landing cannot be written the older ones are unavailable, and the part is not counted", async () => {
  const { landing, importEvents, status, time } = setUp();
  landing.fails = true;
  const part = [old("a"), recent("b")];
  const results = await importEvents("imp_1", "p1", part, 0, sender);
  expect(results.map(({ status, cost }) => [status, cost])).toEqual([
    ["unavailable", null],
    ["accepted", 8_000_000_000n],
  ]);
  expect(await status("imp_1")).toBeUndefined();
  time.now = (time.now + 1) as Instant;
  await importEvents("imp_1", "p1", part, 0, sender);
  expect(await status("imp_1")).toMatchObject({ live: { new: 1, known: 0 }, landed: 1 });
});

test("while the ledger cannot be written the recent ones are unavailable", async () => {
  const { ledger, landing, importEvents, status } = setUp();
  ledger.fails = "before";
  const results = await importEvents("imp_1", "p1", [old("a"), recent("b")], 0, sender);
  expect(results.map(({ status }) => status)).toEqual(["accepted", "unavailable"]);
  expect(landing.files.size).toBe(1);
  expect(await status("imp_1")).toBeUndefined();
});

test("a fault of the landing that is no outage is not taken for one", async () => {
  const { landing, importEvents } = setUp();
  landing.write = async () => {
    throw new TypeError("a bug");
  };
  await expect(importEvents("imp_1", "p1", [old("a")], 0, sender)).rejects.toThrow("a bug");
});

test("a part sent again after midnight keeps the places of what landed before, and knows what the ledger took", async () => {
  const { landing, importEvents, time, status } = setUp("2026-11-23T23:59:59Z");
  const part = [old("turns", "2026-10-24T08:00:00Z"), old("stays")];
  landing.fails = true;
  await importEvents("imp_1", "p1", part, 0, sender);
  await importEvents("imp_2", "p1", part, 0, sender);
  time.now = (time.now + 2_000) as Instant;
  const again = await importEvents("imp_1", "p1", part, 0, sender);
  expect(again.map(({ status }) => status)).toEqual(["duplicate", "accepted"]);
  expect(await status("imp_1")).toMatchObject({ live: { new: 1, known: 0, conflicting: 0 }, landed: 1 });
  const places = [...landing.files.values()].flat().map(({ entry, sequence }) => [entry.id, sequence]);
  expect(places).toEqual([
    ["stays", "p1.000001"],
    ["stays", "p1.000001"],
  ]);
});

describe("an old event that the ledger still has", () => {
  /** Taken live on Nov 23, and 32 days later too old for it: the ledger keeps it for 35, nothing is merged yet. */
  async function taken() {
    const world = setUp();
    await world.ingest([event({ id: "a" })], sender);
    world.time.now = (world.time.now + 32 * dayMs) as Instant;
    return world;
  }

  test("is a duplicate, and not landed: the lake gets it from the ledger", async () => {
    const { landing, importEvents, status } = await taken();
    const results = await importEvents("imp_1", "p1", [event({ id: "a" }), event({ id: "b" })], 0, sender);
    expect(results.map(({ id, status, cost }) => [id, status, cost])).toEqual([
      ["a", "duplicate", 8_000_000_000n],
      ["b", "accepted", 8_000_000_000n],
    ]);
    expect([...landing.files.values()].flat().map(({ entry }) => entry.id)).toEqual(["b"]);
    expect(await status("imp_1")).toMatchObject({ live: { new: 0, known: 1, conflicting: 0 }, landed: 1 });
  });

  test("is a conflict where it differs, also by its time: the merge must not prefer the landed one", async () => {
    const { landing, importEvents, status } = await taken();
    const results = await importEvents("imp_1", "p1", [old("a"), event({ id: "a", requests: 9 })], 0, sender);
    expect(results.map(({ status, errors }) => [status, errors[0]?.path])).toEqual([
      ["conflict", "id"],
      ["conflict", "id"],
    ]);
    expect(landing.files.size).toBe(0);
    expect(await status("imp_1")).toMatchObject({ live: { new: 0, known: 0, conflicting: 2 }, landed: 0 });
  });

  test("from the same part, in which the recent one came with it, conflicts with that", async () => {
    const { landing, importEvents } = setUp();
    const results = await importEvents("imp_1", "p1", [old("a"), recent("a")], 0, sender);
    expect(results.map(({ status }) => status)).toEqual(["conflict", "accepted"]);
    expect(landing.files.size).toBe(0);
  });

  test("is unavailable while nobody can ask the ledger", async () => {
    const { ledger, landing, importEvents, status } = setUp();
    ledger.read = async () => {
      throw new Unavailable("ledger");
    };
    const results = await importEvents("imp_1", "p1", [old("a"), recent("b")], 0, sender);
    expect(results.map(({ status }) => status)).toEqual(["unavailable", "accepted"]);
    expect(landing.files.size).toBe(0);
    expect(await status("imp_1")).toBeUndefined();
  });
});

describe("a part that is sent again", () => {
  /** A first try of which the ledger took all and the answer was lost, and a second one. */
  async function retried(part: readonly UsageEvent[], before: readonly UsageEvent[] = []) {
    const world = setUp();
    await world.ingest(before, sender);
    world.time.now = (world.time.now + 1_000) as Instant;
    world.ledger.fails = "after";
    await world.importEvents("imp_1", "p1", part, 0, sender);
    expect(await world.status("imp_1")).toBeUndefined();
    world.time.now = (world.time.now + 1_000) as Instant;
    const results = await world.importEvents("imp_1", "p1", part, 0, sender);
    return { ...world, results, counts: (await world.status("imp_1"))?.live };
  }

  test("counts as new what its first try brought", async () => {
    const { results, counts } = await retried([recent("a"), recent("b")]);
    expect(results.map(({ status }) => status)).toEqual(["duplicate", "duplicate"]);
    expect(counts).toEqual({ new: 2, known: 0, conflicting: 0 });
  });

  test("counts as known what was there before it, and what stands in it twice", async () => {
    const part = [recent("a"), recent("b"), recent("b"), event({ id: "b", requests: 9 })];
    const { counts } = await retried(part, [recent("a")]);
    expect(counts).toEqual({ new: 1, known: 2, conflicting: 1 });
  });

  test("counts as known what somebody else has sent in between", async () => {
    const world = setUp();
    world.ledger.fails = "before";
    await world.importEvents("imp_1", "p1", [recent("a"), recent("b")], 0, sender);
    world.time.now = (world.time.now + 1_000) as Instant;
    await world.ingest([recent("a")], officer);
    await world.importEvents("imp_1", "p1", [recent("a"), recent("b")], 0, sender);
    expect((await world.status("imp_1"))?.live).toEqual({ new: 1, known: 1, conflicting: 0 });
  });

  test("is told from one that is sent for the first time, in the very moment in which its event came another way", async () => {
    const world = setUp();
    await world.ingest([recent("a")], sender);
    await world.importEvents("imp_1", "p1", [recent("a")], 0, sender);
    expect((await world.status("imp_1"))?.live).toEqual({ new: 0, known: 1, conflicting: 0 });
  });
});
