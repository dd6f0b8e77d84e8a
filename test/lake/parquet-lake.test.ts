import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeLandUsage } from "#app/land-usage.ts";
import type { Change, LedgerEntry } from "#core/ledger-entry.ts";
import type { PicoUsd } from "#core/money.ts";
import { dayMs, hourMs, type Instant } from "#core/time.ts";
import { openDuckdbEngine } from "#local/duckdb-engine.ts";
import { openParquetLanding } from "#local/parquet-landing.ts";
import { adjustment, at, entry } from "./entries.ts";

async function openFiles() {
  const folder = await mkdtemp(join(tmpdir(), "lake-"));
  const landingFolder = join(folder, "landing's folder");
  const landing = await openParquetLanding(landingFolder);
  const open = () =>
    openDuckdbEngine({
      path: join(folder, "lake.duckdb"),
      landingFolder,
      memoryLimit: "500MB",
      threads: 1,
      spillFolder: join(folder, "spill"),
    });
  let engine = await open();
  return {
    folder,
    landingFolder,
    landing,
    engine: () => engine,
    async reopen() {
      engine.close();
      engine = await open();
    },
    merge: () => engine.run("merge_usage_events", { substitutions: { from_hour: "2026-11-20-00" } }),
    find: (id: string) => makeLakeEvents({ engine }).find("app", id),
    async [Symbol.asyncDispose]() {
      engine.close();
      await rm(folder, { recursive: true });
    },
  };
}

const now = at("2026-11-20T10:30:00Z");
const change = (one: LedgerEntry, sequence: number): Change => ({ shard: "s", sequence: String(sequence), entry: one });

/** Every field filled, with values that a careless column would round, cut or swap. */
const extreme: LedgerEntry = {
  ...entry({ id: "extreme", cost: 92_233_720_368_547_758_080_000_000_001n, input: Number.MAX_SAFE_INTEGER }),
  time: at("1999-12-31T23:59:59.999Z"),
  servingLocation: "us",
  responseId: "chatcmpl-'\"\\é漢🦜",
  tags: { sprint: "42", ключ: "", __proto__x: "a,b={c}" },
  listCost: -1n as PicoUsd,
  requests: 123_456_789,
};

test("an entry comes back from the files exactly as it went in", async () => {
  await using files = await openFiles();
  const plain = entry({ id: "plain" });
  const unpriced = entry({ id: "unpriced", cost: null });
  await makeLandUsage({ landing: files.landing, clock: () => now })("s", [
    change(extreme, 1),
    change(plain, 2),
    change(unpriced, 3),
  ]);
  await files.merge();
  expect(await files.find("extreme")).toEqual([extreme]);
  expect(await files.find("plain")).toEqual([plain]);
  expect(await files.find("unpriced")).toEqual([unpriced]);
  expect(await files.find("nobody")).toEqual([]);
});

test("an event is found with its adjustments in order, the reversal first", async () => {
  await using files = await openFiles();
  const original = entry({ id: "1" });
  const [reversal, rebooking] = adjustment(original, { team: "ads" }, "2026-11-20T10:00:00Z") as [
    LedgerEntry,
    LedgerEntry,
  ];
  await makeLandUsage({ landing: files.landing, clock: () => now })("s", [
    change(rebooking, 1),
    change(reversal, 2),
    change(original, 3),
  ]);
  await files.merge();
  expect(await files.find("1")).toEqual([original, reversal, rebooking]);
});

test("the same changes again replace their file; the lake survives being closed", async () => {
  await using files = await openFiles();
  const land = makeLandUsage({ landing: files.landing, clock: () => now });
  const changes = [change(entry({ id: "1" }), 7), change(entry({ id: "2" }), 12)];
  await land("shard/1", changes);
  await land("shard/1", changes);
  await land("shard/1", []);
  const zeros = (text: string) => text.padStart(40, "0");
  expect(await readdir(join(files.landingFolder, "landed_hour=2026-11-20-10"))).toEqual([
    `shard.2f.1_${zeros("7")}_${zeros("12")}.parquet`,
  ]);
  await files.merge();
  await files.reopen();
  await files.merge();
  expect((await files.find("1")).length).toBe(1);
});

test("shards whose names differ only in what a file name cannot have land in different files", async () => {
  await using files = await openFiles();
  const land = makeLandUsage({ landing: files.landing, clock: () => now });
  for (const shard of ["a/b", "a_b", "a.b", "a.2f.b"]) await land(shard, [change(entry({ id: shard }), 1)]);
  expect((await readdir(join(files.landingFolder, "landed_hour=2026-11-20-10"))).length).toBe(4);
});

test("the lake can be read before anything has landed, and half-written files do not count", async () => {
  await using files = await openFiles();
  await files.merge();
  const since = "2026-11-20 00:00:00";
  const run = { parameters: [since, since], substitutions: { from_hour: "2026-11-20-00" } };
  expect(await files.engine().run("landed_since", run)).toEqual([{ landed: 0n }]);
  await rm(join(files.landingFolder, "landed_hour=2000-01-01-00"), { recursive: true });
  await openParquetLanding(files.landingFolder);
  expect(await files.engine().run("landed_since", run)).toEqual([{ landed: 0n }]);
});

test("a statement reads the hours from the one it is given on", async () => {
  await using files = await openFiles();
  const land = (id: string, landedAt: Instant) =>
    files.landing.write(id, landedAt, [{ entry: entry({ id }), shard: "s", sequence: "1", importId: "" }]);
  await land("before", at("2026-11-19T23:59:59.999Z"));
  await land("first", at("2026-11-20T00:00:00Z"));
  await land("last", at("2026-11-21T07:00:00Z"));
  await files.merge();
  const found = await Promise.all(["before", "first", "last"].map(async (id) => (await files.find(id)).length));
  expect(found).toEqual([0, 1, 1]);
});

test("hours before a moment are purged, later ones and the columns stay", async () => {
  await using files = await openFiles();
  const rows = [{ entry: entry(), shard: "s", sequence: "1", importId: "" }];
  await files.landing.write("a", (now - 31 * dayMs) as Instant, rows);
  await files.landing.write("b", (now - 30 * dayMs - hourMs) as Instant, rows);
  await files.landing.write("c", (now - 30 * dayMs) as Instant, rows);
  await files.landing.purge((now - 30 * dayMs) as Instant);
  expect((await readdir(files.landingFolder)).sort()).toEqual([
    "landed_hour=2000-01-01-00",
    "landed_hour=2026-10-21-10",
  ]);
});

test("a fault of a statement names it; a file that cannot be written is an outage", async () => {
  await using files = await openFiles();
  await expect(files.engine().run("no_such")).rejects.toThrow("there is no sql/no_such.sql");
  await files.engine().connection.run("drop table customer_daily");
  await expect(files.engine().run("merge_customer_daily", { substitutions: { dates: "2026-11-20" } })).rejects.toThrow(
    /^sql\/merge_customer_daily\.sql: .*customer_daily does not exist/,
  );
  await rm(files.landingFolder, { recursive: true });
  await expect(files.merge()).rejects.toMatchObject({ name: "Unavailable" });
  await expect(files.landing.write("../a", now, [])).rejects.toThrow('"../a" is no file name');
});
