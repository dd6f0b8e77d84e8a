import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
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
  const setAside: string[] = [];
  const open = () =>
    openDuckdbEngine({
      path: join(folder, "lake.duckdb"),
      landing: { folder: landingFolder, onUnreadable: (file) => setAside.push(file) },
      memoryLimit: "500MB",
      threads: 1,
      spillFolder: join(folder, "spill"),
    });
  let engine = await open();
  return {
    folder,
    landingFolder,
    landing,
    setAside,
    engine: () => engine,
    async reopen() {
      engine.close();
      engine = await open();
    },
    merge: () =>
      engine.run("merge_usage_events", {
        substitutions: {
          ...{ from_hour: "2026-11-20-00", first_day: "1999-12-01", last_day: "2026-12-31" },
          ...{ known_from: "0001-01-01", known_to: "9999-12-31" },
        },
      }),
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
  trace: {
    filledBy: { team: "rule-'1'", customer_id: "rule-2" },
    overridden: { environment: "prod\\" },
    aliased: { feature: "Чат" },
    unregistered: { region: '"emea"' },
    policy: "gpt-5-production",
    coveredBy: "seats",
  },
  senderCost: -1n as PicoUsd,
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
  const run = { parameters: [since], substitutions: { from_hour: "2026-11-20-00" } };
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

test("equal files written at the same moment are one whole file", async () => {
  await using files = await openFiles();
  const rows = Array.from({ length: 300 }, (_, i) => ({
    ...{ entry: entry({ id: `${i}` }), shard: "s", sequence: `${i}`, importId: "" },
  }));
  await Promise.all(Array.from({ length: 8 }, () => files.landing.write("same", now, rows)));
  expect(await readdir(join(files.landingFolder, "landed_hour=2026-11-20-10"))).toEqual(["same.parquet"]);
  await files.merge();
  expect((await files.engine().connection.runAndReadAll("select count(*) from usage_events")).getRows()).toEqual([
    [300n],
  ]);
});

test.each<[string, (bytes: Buffer) => Uint8Array]>([
  ["empty", () => new Uint8Array()],
  ["no Parquet at all", () => Buffer.from("not what it says it is")],
  ["cut off", (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2))],
  ["overwritten in the middle", (bytes) => Buffer.from(bytes).fill(0xff, 4, Math.floor(bytes.length / 2))],
])("a landed file that is %s is set aside and told, and the others are merged", async (_, broken) => {
  await using files = await openFiles();
  const land = (id: string) =>
    files.landing.write(id, now, [{ entry: entry({ id }), shard: "s", sequence: "1", importId: "" }]);
  for (const id of ["good", "bad", "other"]) await land(id);
  const bad = join(files.landingFolder, "landed_hour=2026-11-20-10", "bad.parquet");
  const bytes = Buffer.from(broken(await readFile(bad)));
  await writeFile(bad, bytes);
  await files.merge();
  expect((await files.find("good")).length + (await files.find("other")).length).toBe(2);
  expect(await files.find("bad")).toEqual([]);
  const aside = join(files.folder, "unreadable", "landed_hour=2026-11-20-10", "bad.parquet");
  expect(files.setAside).toEqual([aside]);
  expect(await readFile(aside)).toEqual(bytes);
  await files.merge();
  expect(files.setAside).toHaveLength(1);
});

test("a landed file with other columns is set aside", async () => {
  await using files = await openFiles();
  const folder = join(files.landingFolder, "landed_hour=2026-11-20-10");
  await files.landing.write("good", now, [{ entry: entry({ id: "good" }), shard: "s", sequence: "1", importId: "" }]);
  await files.engine().connection.run(`copy (select 1 as key) to '${folder.replaceAll("'", "''")}/bad.parquet'`);
  await files.merge();
  expect((await files.find("good")).length).toBe(1);
  expect(files.setAside).toHaveLength(1);
});

test("a fault that no landed file is to blame for sets none aside", async () => {
  await using files = await openFiles();
  await files.landing.write("good", now, [{ entry: entry({ id: "good" }), shard: "s", sequence: "1", importId: "" }]);
  await files.engine().connection.run("drop table usage_events");
  await expect(files.merge()).rejects.toThrow("usage_events does not exist");
  expect(files.setAside).toEqual([]);
});

test("an amount with more digits than its column has is not landed", async () => {
  await using files = await openFiles();
  const land = (cost: bigint) =>
    files.landing.write("a", now, [{ entry: entry({ cost }), shard: "s", sequence: "1", importId: "" }]);
  await expect(land(10n ** 38n)).rejects.toThrow(`cost: ${10n ** 38n} has more than 38 digits`);
  await expect(land(-(10n ** 38n))).rejects.toThrow("more than 38 digits");
  const most = { ...entry({ id: "most", cost: 0n }), cost: (10n ** 38n - 1n) as PicoUsd };
  await files.landing.write("most", now, [{ entry: most, shard: "s", sequence: "1", importId: "" }]);
  await files.merge();
  const kept = await files.engine().connection.runAndReadAll("select cast(cost as varchar) from usage_events");
  expect(kept.getRows()).toEqual([["99999999999999999999999999.999999999999"]]);
});
