import { writeFile } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import type { LandedEntry, Landing } from "#app/ports/landing.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { adjustment, at, entry } from "../lake/entries.ts";
import { tempFolder } from "../local/temp-folder.ts";

export interface LandedFile {
  /** Of its folder: "2026-11-20-10". */
  readonly hour: string;
  /** Without ".parquet". */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface OpenedLanding extends AsyncDisposable {
  readonly landing: Landing;
  /** What has landed, in any order. */
  files(): Promise<readonly LandedFile[]>;
}

const landedAt = at("2026-11-20T10:30:00Z");

const rows = (...entries: readonly LedgerEntry[]): LandedEntry[] =>
  entries.map((one, i) => ({ entry: one, shard: "shard-1", sequence: String(i + 7), importId: "" }));

/** What DuckDB reads of a file. */
async function query({ bytes }: LandedFile, select: string): Promise<unknown[][]> {
  using folder = tempFolder();
  const path = folder.file("landed.parquet");
  await writeFile(path, bytes);
  const database = await DuckDBInstance.create(":memory:");
  const session = await database.connect();
  try {
    return (await session.runAndReadAll(`select ${select} from '${path}'`)).getRowsJson();
  } finally {
    session.closeSync();
    database.closeSync();
  }
}

async function onlyFile(opened: OpenedLanding): Promise<LandedFile> {
  const files = await opened.files();
  if (files.length !== 1 || files[0] === undefined) throw new Error(`found ${files.length} files, want 1`);
  return files[0];
}

const places = async (opened: OpenedLanding) =>
  (await opened.files()).map(({ hour, name }) => `${hour}/${name}`).sort();

const sources = "list(event_id order by landed_row)";

export const landingContract = (what: string, open: () => Promise<OpenedLanding>) =>
  describe(what, () => {
    test("rows are in the file as they were written, with where they came from", async () => {
      await using opened = await open();
      const [reversal] = adjustment(entry({ id: "b" }), { team: "ads" }, "2026-11-20T10:00:00Z") as [LedgerEntry];
      await opened.landing.write("shard-1_7_8", landedAt, [
        ...rows(entry({ id: "a", customer: "c-1", cost: 92_233_720_368_547_758_080_000_000_001n }), reversal),
        { entry: entry({ id: "old", cost: null }), shard: "import-1", sequence: "part-1.000000", importId: "import-1" },
      ]);
      const file = await onlyFile(opened);
      expect([file.hour, file.name]).toEqual(["2026-11-20-10", "shard-1_7_8"]);
      const change =
        "event_id, kind, team, customer_id, cost, shard, ltrim(sequence, '0'), length(sequence), import_id";
      expect(await query(file, change)).toEqual([
        ["a", "usage", "search", "c-1", "92233720368547758.080000000001", "shard-1", "7", "40", ""],
        ["b", "adjustment", "search", null, "-0.002500000000", "shard-1", "8", "40", ""],
        ["old", "usage", "search", null, null, "import-1", "part-1.000000", "40", "import-1"],
      ]);
      const where = "landed_file, landed_row, strftime(landed_at, '%Y-%m-%dT%H:%M')";
      expect(await query(file, where)).toEqual(["0", "1", "2"].map((row) => ["shard-1_7_8", row, "2026-11-20T10:30"]));
    });

    test("thousands of rows land whole and in order", async () => {
      await using opened = await open();
      const many = Array.from({ length: 5_000 }, (_, i) => entry({ id: String(i), cost: BigInt(i) }));
      await opened.landing.write("many", landedAt, rows(...many));
      const inOrder = "bool_and(event_id = landed_row::varchar)";
      expect(await query(await onlyFile(opened), `count(*), sum(cost), ${inOrder}`)).toEqual([
        ["5000", "0.000012497500", true],
      ]);
    });

    test("the same name in the same hour replaces the file", async () => {
      await using opened = await open();
      await opened.landing.write("one", at("2026-11-20T10:00:00Z"), rows(entry({ id: "a" }), entry({ id: "b" })));
      await opened.landing.write("one", at("2026-11-20T10:59:59.999Z"), rows(entry({ id: "c" })));
      expect(await query(await onlyFile(opened), sources)).toEqual([[["c"]]]);
    });

    test("the same name in another hour is another file, and hours are of UTC", async () => {
      await using opened = await open();
      await opened.landing.write("one", at("2026-11-20T23:59:59.999+00:00"), rows(entry()));
      await opened.landing.write("one", at("2026-11-20T23:00:00-01:00"), rows(entry()));
      expect(await places(opened)).toEqual(["2026-11-20-23/one", "2026-11-21-00/one"]);
    });

    test("names that differ in a sign are different files", async () => {
      await using opened = await open();
      const names = ["shard.20.1_0", "shard-20.1_0", "shard_20.1_0", "shard.20.1_0.parquet"];
      for (const name of names) await opened.landing.write(name, landedAt, rows(entry()));
      expect(await places(opened)).toEqual(names.map((name) => `2026-11-20-10/${name}`).sort());
    });

    test("the same rows at the same moment make the same bytes", async () => {
      await using opened = await open();
      await opened.landing.write("one", landedAt, rows(entry({ id: "a" })));
      const first = (await onlyFile(opened)).bytes;
      await opened.landing.write("one", landedAt, rows(entry({ id: "a" })));
      expect(Buffer.from((await onlyFile(opened)).bytes).equals(Buffer.from(first))).toBe(true);
    });

    test("a file written by several at once is one of theirs, whole", async () => {
      await using opened = await open();
      const ids = ["a", "b", "c", "d"];
      await Promise.all(ids.map((id) => opened.landing.write("one", landedAt, rows(entry({ id }), entry({ id })))));
      const [[found]] = (await query(await onlyFile(opened), sources)) as [[string[]]];
      expect(ids.map((id) => [id, id])).toContainEqual(found);
    });

    test.each(["", "a/b", "../a", "a b", "a\n", "é", "x".repeat(201)])("%j is no name of a file", async (name) => {
      await using opened = await open();
      await expect(opened.landing.write(name, landedAt, rows(entry()))).rejects.toThrow("is no file name");
      expect(await opened.files()).toEqual([]);
    });
  });
