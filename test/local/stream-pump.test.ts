import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { Unavailable } from "#app/unavailable.ts";
import type { Change } from "#core/ledger-entry.ts";
import type { Consumer } from "#local/advance-shard.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import { startStreamPump } from "#local/stream-pump.ts";
import { entryWith, sampleTime } from "../ports/sample-entry.ts";
import { tempFolder } from "./temp-folder.ts";

const entries = (...ids: readonly string[]) => ids.map((id) => entryWith({ id }));
const numbered = (count: number) => entries(...Array.from({ length: count }, (_, i) => String(i)));

function world(shardChangesMax = 1_000) {
  const ledger = openLedger({
    path: IN_MEMORY,
    clock: () => sampleTime,
    rotation: { openShards: 2, shardChangesMax },
  });
  const errors: unknown[] = [];
  const start = (consume: Consumer, gatherMs = 0) =>
    startStreamPump({
      consumer: "test",
      changes: ledger.changes,
      checkpoints: ledger.checkpoints,
      consume,
      setAside: ledger.failedChanges,
      gatherMs,
      onError: (error) => errors.push(error),
    });
  return { ledger, errors, start };
}

/** Collects what it is given; can be told to fail. */
function collector() {
  const batches: { shard: string; changes: readonly Change[] }[] = [];
  const state = { failures: 0 };
  const consume: Consumer = async (shard, changes) => {
    if (state.failures > 0) {
      state.failures -= 1;
      throw new Error("not now");
    }
    batches.push({ shard, changes });
  };
  const ids = () => batches.flatMap(({ changes }) => changes.map(({ entry }) => entry.id)).sort();
  return { batches, state, consume, ids };
}

/** Resolves at the first call for which `wanted` holds. */
function until(wanted: () => boolean) {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, check: () => wanted() && resolve() };
}

describe("the stream pump", () => {
  test("brings what was appended before it started, and what is appended later, by itself", async () => {
    const { ledger, start } = world();
    const seen = collector();
    const all = until(() => seen.ids().length === 3);
    await ledger.append(entries("1", "2"));
    const pump = start(async (shard, changes) => {
      await seen.consume(shard, changes);
      all.check();
    });
    await ledger.append(entries("3"));
    await all.promise;
    expect(seen.ids()).toEqual(["1", "2", "3"]);
    await pump.stop();
    ledger.close();
  });

  test("draining consumes all there is, over rotated shards, in batches of at most 1,000", async () => {
    const { ledger, start } = world(1_100);
    const seen = collector();
    const pump = start(seen.consume);
    await ledger.append(numbered(5_000));
    await pump.drain();
    expect(seen.ids()).toEqual(
      numbered(5_000)
        .map(({ id }) => id)
        .sort(),
    );
    expect(Math.max(...seen.batches.map(({ changes }) => changes.length))).toBe(1_000);
    await pump.stop();
    ledger.close();
  });

  test("draining ends although more is appended all the time, and that comes later by itself", async () => {
    const { ledger, start } = world();
    const seen = collector();
    const stopAt = 300;
    let appended = 4;
    const all = until(() => seen.ids().length >= stopAt);
    await ledger.append(numbered(appended));
    const pump = start(async (shard, changes) => {
      await seen.consume(shard, changes);
      all.check();
      if (appended >= stopAt) return;
      await ledger.append(numbered(appended + 4).slice(appended));
      appended += 4;
    });
    await pump.drain();
    expect(seen.ids()).toEqual(expect.arrayContaining(["0", "1", "2", "3"]));
    expect(seen.ids().length).toBeLessThan(100);
    await all.promise;
    expect(new Set(seen.ids()).size).toBe(stopAt);
    await pump.stop();
    ledger.close();
  });

  test("goes on from its checkpoint when started again", async () => {
    const { ledger, start } = world();
    const before = collector();
    await ledger.append(numbered(10));
    const first = start(before.consume);
    await first.drain();
    await first.stop();
    await ledger.append(entries("later"));
    const afterwards = collector();
    const second = start(afterwards.consume);
    await second.drain();
    expect(afterwards.ids()).toEqual(["later"]);
    await second.stop();
    ledger.close();
  });

  test("brings changes again when the consumer fails, and reports each failure", async () => {
    const { ledger, errors, start } = world();
    const seen = collector();
    const all = until(() => seen.ids().length === 4);
    seen.state.failures = 3;
    await ledger.append(numbered(4));
    const pump = start(async (shard, changes) => {
      await seen.consume(shard, changes);
      all.check();
    });
    await all.promise;
    expect(seen.ids()).toEqual(["0", "1", "2", "3"]);
    expect(errors.map(String)).toEqual(["Error: not now", "Error: not now", "Error: not now"]);
    await pump.stop();
    ledger.close();
  });

  test("a shard whose changes cannot be taken does not hold up the others", async () => {
    const { ledger, start } = world(10_000);
    const seen = collector();
    await ledger.append(numbered(5_000));
    const [bad] = await ledger.changes.shards();
    const pump = start(async (shard, changes) => {
      if (shard === bad?.id) throw new Error("poison");
      await seen.consume(shard, changes);
    });
    await expect(pump.drain()).rejects.toThrow("poison");
    const inBad = (await ledger.changes.read(bad?.id ?? "", undefined, 5_000)).length;
    expect(inBad).toBeGreaterThan(1_000);
    expect(seen.ids()).toHaveLength(5_000 - inBad);
    await pump.stop();
    ledger.close();
  });

  /** Rounds that a batch is tried as it is before it is cut, and more. */
  const rounds = 12;

  test("a change that no consumer can take is set aside, alone, and those around it come through", async () => {
    const { ledger, start } = world();
    const seen = collector();
    await ledger.append(numbered(300));
    const pump = start(async (shard, changes) => {
      if (changes.some(({ entry }) => entry.id === "7" || entry.id === "8")) throw new Error("poison");
      await seen.consume(shard, changes);
    });
    for (let round = 0; round < rounds; round++) await pump.drain().catch(() => undefined);
    await pump.drain();
    expect(new Set(seen.ids()).size).toBe(298);
    expect(seen.ids()).not.toContain("7");
    const failed = await ledger.failedChanges.list(undefined, 10);
    const batches = await Promise.all(failed.map((id) => ledger.failedChanges.read(id)));
    expect(batches.flatMap((batch) => batch?.changes.map(({ entry }) => entry.id)).sort()).toEqual(["7", "8"]);
    await pump.stop();
    ledger.close();
  });

  test("a consumer that is out for long has nothing set aside: all of it comes when it is back", async () => {
    const { ledger, start } = world();
    const seen = collector();
    await ledger.append(numbered(20));
    let out = true;
    const pump = start(async (shard, changes) => {
      if (out) throw new Unavailable("spend");
      await seen.consume(shard, changes);
    });
    for (let round = 0; round < 3 * rounds; round++) await pump.drain().catch(() => undefined);
    out = false;
    await pump.drain();
    expect(seen.ids()).toHaveLength(20);
    expect(await ledger.failedChanges.list(undefined, 10)).toEqual([]);
    await pump.stop();
    ledger.close();
  });

  test("a change that cannot be decoded is set aside as it is stored, and stays until it can be", async () => {
    using folder = tempFolder();
    const ledger = openLedger({ path: folder.file("ledger.db"), clock: () => sampleTime });
    const seen = collector();
    await ledger.append(numbered(50));
    const database = new DatabaseSync(folder.file("ledger.db"));
    database.exec(`update entries set entry = '{"v":9}' where key = '["test","7"]'`);
    database.close();
    const pump = startStreamPump({
      ...{ consumer: "test", changes: ledger.changes, checkpoints: ledger.checkpoints, consume: seen.consume },
      ...{ setAside: ledger.failedChanges, gatherMs: 60_000, onError: () => undefined },
    });
    for (let round = 0; round < rounds; round++) await pump.drain().catch(() => undefined);
    await pump.drain();
    expect(new Set(seen.ids()).size).toBe(49);
    const [id = ""] = await ledger.failedChanges.list(undefined, 10);
    expect(await ledger.failedChanges.read(id)).toMatchObject({
      changes: [],
      problems: [expect.stringMatching(/^shardId-/)],
    });
    await pump.stop();
    ledger.close();
  });

  test("changes consumed before a checkpoint could be kept come again", async () => {
    const { ledger, errors } = world();
    const seen = collector();
    await ledger.append(entries("1"));
    let failing = true;
    const pump = startStreamPump({
      consumer: "test",
      changes: ledger.changes,
      checkpoints: {
        load: ledger.checkpoints.load,
        async save(...position) {
          if (failing) throw new Error("disk");
          await ledger.checkpoints.save(...position);
        },
      },
      consume: seen.consume,
      setAside: ledger.failedChanges,
      gatherMs: 60_000,
      onError: (error) => errors.push(error),
    });
    await expect(pump.drain()).rejects.toThrow("disk");
    failing = false;
    await pump.drain();
    await pump.drain();
    expect(seen.ids().length).toBeGreaterThanOrEqual(2);
    expect(new Set(seen.ids())).toEqual(new Set(["1"]));
    await pump.stop();
    ledger.close();
  });

  test("stopping waits for the batch in hand, and nothing comes after it", async () => {
    const { ledger, start } = world();
    const seen = collector();
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await ledger.append(entries("1"));
    const pump = start(async (shard, changes) => {
      begun.resolve();
      await release.promise;
      await seen.consume(shard, changes);
    });
    await begun.promise;
    const stopped = pump.stop();
    release.resolve();
    await stopped;
    expect(seen.ids()).toEqual(["1"]);
    await ledger.append(entries("2"));
    await pump.drain();
    expect(seen.ids()).toEqual(["1"]);
    ledger.close();
  });
});
