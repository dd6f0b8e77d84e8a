import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeLandUsage } from "#app/land-usage.ts";
import type { PicoUsd } from "#core/money.ts";
import { duckdbCreateTable } from "#lake/ddl-duckdb.ts";
import { LAKE_TABLES, type Table } from "#lake/tables.ts";
import { openDuckdbEngine } from "#local/duckdb-engine.ts";
import { openParquetLanding } from "#local/parquet-landing.ts";
import { at, entry } from "../lake/entries.ts";

const later = ["trace", "sender_cost"];
const before = (table: Table): Table => ({
  ...table,
  columns: table.columns.filter(({ name }) => !later.includes(name)),
});

async function openSession(path: string) {
  const instance = await DuckDBInstance.create(path);
  const session = await instance.connect();
  return {
    session,
    [Symbol.dispose]() {
      session.closeSync();
      instance.closeSync();
    },
  };
}

/** A folder whose lake and whose landed file are those of the version that did not know the later columns. */
async function openFolderOfBefore() {
  const folder = await mkdtemp(join(tmpdir(), "lake-before-"));
  const path = join(folder, "lake.duckdb");
  const landingFolder = join(folder, "landing");
  const landing = await openParquetLanding(landingFolder);
  const now = at("2026-11-20T10:30:00Z");
  const land = (shard: string, one: ReturnType<typeof entry>) =>
    makeLandUsage({ landing, clock: () => now })(shard, [{ shard, sequence: "1", entry: one }]);
  await land("before", entry({ id: "before" }));
  const file = join(landingFolder, "landed_hour=2026-11-20-10", "*.parquet");
  {
    using lake = await openSession(path);
    for (const table of LAKE_TABLES.map(before)) await lake.session.run(duckdbCreateTable(table));
    const [name] = (await lake.session.runAndReadAll(`select file from glob('${file}')`)).getRows()[0] ?? [];
    await lake.session.run(
      `copy (select * exclude (${later.join(", ")}) from '${name}') to '${name}.old' (format parquet)`,
    );
    await lake.session.run(`copy (from read_parquet('${name}.old')) to '${name}' (format parquet)`);
    await rm(`${name}.old`);
  }
  const setAside: string[] = [];
  const open = () =>
    openDuckdbEngine({
      ...{ path, memoryLimit: "500MB", threads: 1, spillFolder: join(folder, "spill") },
      landing: { folder: landingFolder, onUnreadable: (unreadable) => setAside.push(unreadable) },
    });
  return {
    open,
    land,
    setAside,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test("a lake of a version that had fewer columns gets them, and takes its landed files beside new ones", async () => {
  await using folder = await openFolderOfBefore();
  const after = {
    ...entry({ id: "after" }),
    trace: { filledBy: { team: "rule-1" }, policy: "unlisted" },
    senderCost: 12_500_000_000n as PicoUsd,
  };
  await folder.land("after", after);

  // Opened twice: the second time there is nothing to add.
  (await folder.open()).close();
  const engine = await folder.open();
  await engine.run("merge_usage_events", {
    substitutions: {
      ...{ from_hour: "2026-11-20-00", first_day: "2026-11-01", last_day: "2026-11-30" },
      ...{ known_from: "0001-01-01", known_to: "9999-12-31" },
    },
  });
  const { find } = makeLakeEvents({ engine });
  expect(await find("app", "before")).toEqual([entry({ id: "before" })]);
  expect(await find("app", "after")).toEqual([after]);
  expect(folder.setAside).toEqual([]);
  engine.close();
});
