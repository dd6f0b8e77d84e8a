import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { USAGE_LANDING } from "#lake/tables.ts";

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

/** What DuckDB reads from these files, as a table. The first one says which columns there are. */
export function fromFiles(files: readonly string[]): string {
  const list = files.map(literal).join(", ");
  return `read_parquet([${list}], hive_partitioning = true, hive_types = {'landed_hour': varchar})`;
}

/**
 * The landed files from an hour on as the table `usage_landing`. They are named one by one: a month of landing is too
 * many files to look through for the few hours that a statement reads.
 */
export async function landingView(root: string, fromHour: string): Promise<string> {
  const files = fromFiles(await landedFiles(root, fromHour));
  return `create or replace temp view ${USAGE_LANDING.name} as select ${landingColumns} from ${files}`;
}
