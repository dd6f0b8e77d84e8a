import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { Unavailable } from "#app/unavailable.ts";
import { dayMs, hourMs, type Instant } from "#core/time.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { type LocalLedger, openLedger } from "#local/sqlite-ledger.ts";
import { entryWith, sampleTime } from "../ports/sample-entry.ts";
import { tempFolder } from "./temp-folder.ts";

const entry = (id: string, receivedAt = sampleTime) => entryWith({ id, receivedAt });
const later = (ms: number) => (sampleTime + ms) as Instant;

/** A ledger in memory whose clock the test sets. */
function ledgerAt(rotation = { openShards: 1, shardChangesMax: 1_000 }) {
  const world = { now: sampleTime };
  const ledger = openLedger({ path: IN_MEMORY, clock: () => world.now, rotation });
  return { world, ledger, [Symbol.dispose]: () => ledger.close() };
}

const idsIn = async (ledger: LocalLedger, shard: string | undefined) =>
  (await ledger.changes.read(shard ?? "", undefined, 10_000)).map((change) => change.entry.id);

async function consumeAll(ledger: LocalLedger, consumer: string): Promise<void> {
  for (const { id } of await ledger.changes.shards()) {
    const last = (await ledger.changes.read(id, undefined, 10_000)).at(-1);
    if (last) await ledger.checkpoints.save(consumer, id, last.sequence);
  }
}

describe("group commit", () => {
  test("calls of the same moment share one transaction", async () => {
    using folder = tempFolder();
    const ledger = openLedger({ path: folder.file("ledger.db"), clock: () => sampleTime });
    let commits = 0;
    ledger.changes.onAppend(() => {
      commits += 1;
    });
    await Promise.all(Array.from({ length: 20 }, (_, i) => ledger.append([entry(String(i))])));
    expect(commits).toBe(1);
    await ledger.append([entry("one more")]);
    expect(commits).toBe(2);
    ledger.close();
  });

  test("a call that cannot be stored does not take the others with it", async () => {
    using opened = ledgerAt();
    const broken = { ...entry("2"), key: "of another event" };
    const results = await Promise.allSettled([opened.ledger.append([entry("1")]), opened.ledger.append([broken])]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  test("a call that breaks the transaction it shares fails alone", async () => {
    using opened = ledgerAt();
    let commits = 0;
    opened.ledger.changes.onAppend(() => {
      commits += 1;
    });
    const results = await Promise.allSettled([
      opened.ledger.append([entry("1")]),
      opened.ledger.appendTogether([entry("2"), entry("2")]),
      opened.ledger.append([entry("1"), entry("3")]),
    ]);
    expect(results).toEqual([
      { status: "fulfilled", value: [{ status: "accepted" }] },
      { status: "rejected", reason: new Error("ledger: a key stands twice in one call") },
      { status: "fulfilled", value: [{ status: "duplicate", existing: entry("1") }, { status: "accepted" }] },
    ]);
    expect((await opened.ledger.read([entry("2").key])).size).toBe(0);
    const [shard] = await opened.ledger.changes.shards();
    expect(await idsIn(opened.ledger, shard?.id)).toEqual(["1", "3"]);
    expect(commits).toBeGreaterThan(0);
  });

  test("many calls at once are cut into transactions, each answered in full", async () => {
    using opened = ledgerAt({ openShards: 2, shardChangesMax: 100_000 });
    const calls = Array.from({ length: 5 }, (_, c) => Array.from({ length: 900 }, (_, i) => entry(`${c}-${i}`)));
    const outcomes = await Promise.all(calls.map((entries) => opened.ledger.append(entries)));
    expect(outcomes.flat().filter(({ status }) => status === "accepted")).toHaveLength(4_500);
  });

  test("closing writes what waits", async () => {
    using folder = tempFolder();
    const options = { path: folder.file("ledger.db"), clock: () => sampleTime };
    const ledger = openLedger(options);
    const waiting = ledger.append([entry("1")]);
    ledger.close();
    expect(await waiting).toEqual([{ status: "accepted" }]);
    const reopened = openLedger(options);
    expect((await reopened.read([entry("1").key])).size).toBe(1);
    reopened.close();
  });
});

describe("while the file is locked", () => {
  test("each entry is unavailable, reading goes on, and later it is accepted", async () => {
    using folder = tempFolder();
    const ledger = openLedger({ path: folder.file("ledger.db"), clock: () => sampleTime });
    await ledger.append([entry("0")]);
    const other = new DatabaseSync(folder.file("ledger.db"));
    other.exec("BEGIN IMMEDIATE");
    expect(await ledger.append([entry("1"), entry("2")])).toEqual([
      { status: "unavailable" },
      { status: "unavailable" },
    ]);
    expect(await ledger.appendTogether([entry("1"), entry("2")])).toEqual({ status: "unavailable" });
    await expect(ledger.checkpoints.save("consumer", "shard", "1")).rejects.toThrow(Unavailable);
    expect((await ledger.read([entry("0").key, entry("1").key])).size).toBe(1);
    other.exec("ROLLBACK");
    other.close();
    expect(await ledger.append([entry("1"), entry("2")])).toEqual([{ status: "accepted" }, { status: "accepted" }]);
    const shards = await ledger.changes.shards();
    const ids = (await Promise.all(shards.map(({ id }) => idsIn(ledger, id)))).flat();
    expect(ids.sort()).toEqual(["0", "1", "2"]);
    ledger.close();
  });
});

describe("shards rotate", () => {
  test("after so many changes: the successor names its parent, which is closed", async () => {
    using opened = ledgerAt({ openShards: 1, shardChangesMax: 3 });
    await opened.ledger.append(["1", "2", "3", "4", "5", "6", "7"].map((id) => entry(id)));
    const shards = await opened.ledger.changes.shards();
    expect(shards.map(({ closed }) => closed)).toEqual([true, true, false]);
    expect(shards.map(({ parentId }) => parentId)).toEqual([undefined, shards[0]?.id, shards[1]?.id]);
    const ids = await Promise.all(shards.map(({ id }) => idsIn(opened.ledger, id)));
    expect(ids).toEqual([["1", "2", "3"], ["4", "5", "6"], ["7"]]);
  });

  test("after an hour", async () => {
    using opened = ledgerAt();
    await opened.ledger.append([entry("1")]);
    opened.world.now = later(hourMs - 1);
    await opened.ledger.append([entry("2")]);
    opened.world.now = later(hourMs);
    await opened.ledger.append([entry("3")]);
    const shards = await opened.ledger.changes.shards();
    expect(await Promise.all(shards.map(({ id }) => idsIn(opened.ledger, id)))).toEqual([["1", "2"], ["3"]]);
  });

  test("several are open at a time, and a key is always in the same of them", async () => {
    using opened = ledgerAt({ openShards: 4, shardChangesMax: 1_000 });
    await opened.ledger.append(Array.from({ length: 100 }, (_, i) => entry(String(i))));
    const shards = await opened.ledger.changes.shards();
    expect(shards.map(({ closed }) => closed)).toEqual([false, false, false, false]);
    const sizes = await Promise.all(shards.map(async ({ id }) => (await idsIn(opened.ledger, id)).length));
    expect(sizes.filter((size) => size > 10)).toHaveLength(4);
  });

  test("their sequence numbers get longer, within a shard and from shard to shard", async () => {
    using opened = ledgerAt({ openShards: 1, shardChangesMax: 5 });
    await opened.ledger.append(Array.from({ length: 10 }, (_, i) => entry(String(i))));
    const shards = await opened.ledger.changes.shards();
    const lengths = await Promise.all(
      shards.map(async ({ id }) =>
        (await opened.ledger.changes.read(id, undefined, 10)).map(({ sequence }) => sequence.length),
      ),
    );
    expect(lengths).toEqual([
      [22, 22, 22, 23, 23],
      [23, 23, 23, 24, 24],
    ]);
  });

  test("a transaction that fails leaves no gap and no shard", async () => {
    using folder = tempFolder();
    const rotation = { openShards: 1, shardChangesMax: 2 };
    const ledger = openLedger({ path: folder.file("ledger.db"), clock: () => sampleTime, rotation });
    await ledger.append([entry("1")]);
    const twice = [entry("2"), entry("3"), entry("2")];
    await expect(ledger.appendTogether(twice)).rejects.toThrow("twice in one call");
    await ledger.append([entry("4"), entry("5")]);
    const shards = await ledger.changes.shards();
    expect(await Promise.all(shards.map(({ id }) => idsIn(ledger, id)))).toEqual([["1", "4"], ["5"]]);
    ledger.close();
  });
});

describe("purge", () => {
  test("changes go 24 hours after their shard has closed, once every consumer has passed them", async () => {
    using opened = ledgerAt();
    const { ledger, world } = opened;
    await ledger.append([entry("1")]);
    world.now = later(hourMs);
    await ledger.append([entry("2")]);
    const consumers = ["post-spend", "land-usage"];
    const left = async () => {
      await ledger.purge(consumers);
      return (await Promise.all((await ledger.changes.shards()).map(({ id }) => idsIn(ledger, id)))).flat();
    };
    world.now = later(25 * hourMs);
    await consumeAll(ledger, "post-spend");
    expect(await left()).toEqual(["1", "2"]);
    await consumeAll(ledger, "land-usage");
    world.now = later(25 * hourMs - 1);
    expect(await left()).toEqual(["1", "2"]);
    world.now = later(25 * hourMs);
    expect(await left()).toEqual(["2"]);
    expect((await ledger.read([entry("1").key])).size).toBe(1);
  });

  test("entries go after 35 days, but not before their changes have been consumed", async () => {
    using opened = ledgerAt();
    const { ledger, world } = opened;
    await ledger.append([entry("1")]);
    world.now = later(hourMs);
    await ledger.append([entry("2", later(hourMs))]);
    const known = async () => [...(await ledger.read([entry("1").key, entry("2").key])).values()].map(({ id }) => id);
    world.now = later(35 * dayMs + 1);
    await ledger.purge(["post-spend"]);
    expect(await known()).toEqual(["1", "2"]);
    await consumeAll(ledger, "post-spend");
    await ledger.purge(["post-spend"]);
    expect(await known()).toEqual(["2"]);
    expect(await ledger.append([entry("1", world.now)])).toEqual([{ status: "accepted" }]);
  });

  test("takes more than one transaction holds", async () => {
    using opened = ledgerAt({ openShards: 1, shardChangesMax: 4_500 });
    const { ledger, world } = opened;
    await ledger.append(Array.from({ length: 4_500 }, (_, i) => entry(String(i))));
    await ledger.append([entry("next shard", later(40 * dayMs))]);
    await consumeAll(ledger, "post-spend");
    world.now = later(36 * dayMs);
    await ledger.purge(["post-spend"]);
    expect(await ledger.changes.shards()).toHaveLength(1);
    expect((await ledger.read([entry("0").key, entry("4499").key, entry("next shard").key])).size).toBe(1);
  });
});
