import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type Column, USAGE_LANDING } from "#lake/tables.ts";

export const landedHourPrefix = "landed_hour=";
/** An hour before any other: its file has no rows and tells the query engine the columns. */
export const seedHour = "2000-01-01-00";
export const seedName = "columns";

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The landed files from an hour on, the seed first. */
export async function landedFiles(root: string, fromHour: string): Promise<string[]> {
  const folders = (await readdir(root)).filter((name) => {
    const hour = name.slice(landedHourPrefix.length);
    return name.startsWith(landedHourPrefix) && (hour === seedHour || hour >= fromHour);
  });
  const files = await Promise.all(
    folders.sort().map(async (folder) => (await readdir(join(root, folder))).map((name) => join(root, folder, name))),
  );
  return files.flat().filter((name) => name.endsWith(".parquet"));
}

export const landingColumns = USAGE_LANDING.columns.map(({ name }) => name).join(", ");

const names = (columns: readonly Column[]) => columns.map(({ name }) => literal(name)).join(", ");
const { fileColumns } = USAGE_LANDING;
const required = fileColumns.filter(({ optional }) => !optional);

/**
 * Of files, those that have every column of this version; the others were landed by an earlier one. Throws, naming it,
 * when a file is none that any version has landed: it would be read as rows without a value.
 */
async function wholeAmong(session: DuckDBConnection, files: readonly string[]): Promise<string[]> {
  const found = await session.runAndReadAll(
    `select file_name,
       count(distinct name) filter (where name in (${names(required)})) as required,
       count(distinct name) filter (where name in (${names(fileColumns)})) as known
     from parquet_schema([${files.map(literal).join(", ")}]) group by file_name`,
  );
  return found.getRows().flatMap(([file, requiredFound, known]) => {
    if (Number(requiredFound) < required.length) {
      throw new Error(`${file} is no landed file: it lacks columns that every version has`);
    }
    return Number(known) === fileColumns.length ? [String(file)] : [];
  });
}

/**
 * What DuckDB reads from landed files, as a table. The first one has every column of this version; one that an earlier
 * version landed has no value in the columns that came later. To look for those columns takes a millisecond a file: it
 * is done where there is such a file, and a file that is whole is asked once.
 */
export function makeFromFiles() {
  let whole: ReadonlySet<string> = new Set();
  return async (session: DuckDBConnection, files: readonly string[]): Promise<string> => {
    const unknown = files.filter((file) => !whole.has(file));
    const found = unknown.length > 0 ? await wholeAmong(session, unknown) : [];
    const known = new Set([...whole, ...found]);
    whole = new Set(files.filter((file) => known.has(file)));
    const byName = whole.size < files.length ? ", union_by_name = true" : "";
    const list = files.map(literal).join(", ");
    return `read_parquet([${list}], hive_partitioning = true, hive_types = {'landed_hour': varchar}${byName})`;
  };
}

/**
 * The landed files from an hour on as the table `usage_landing`. They are named one by one: a month of landing is too
 * many files to look through for the few hours that a statement reads.
 */
export function makeLandingView(root: string) {
  const fromFiles = makeFromFiles();
  return async (session: DuckDBConnection, fromHour: string): Promise<string> => {
    const files = await fromFiles(session, await landedFiles(root, fromHour));
    return `create or replace temp view ${USAGE_LANDING.name} as select ${landingColumns} from ${files}`;
  };
}
