import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { USAGE_LANDING } from "#lake/tables.ts";

export const landedHourPrefix = "landed_hour=";
/** An hour before any other: its file has no rows and tells the query engine the columns. */
export const seedHour = "2000-01-01-00";

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function landedFiles(root: string, fromHour: string): Promise<string[]> {
  const folders = (await readdir(root)).filter((name) => {
    const hour = name.slice(landedHourPrefix.length);
    return name.startsWith(landedHourPrefix) && (hour === seedHour || hour >= fromHour);
  });
  const files = await Promise.all(
    folders.sort().map(async (folder) => (await readdir(join(root, folder))).map((name) => join(root, folder, name))),
  );
  return files.flat().filter((name) => name.endsWith(".parquet"));
}

/**
 * The landed files from an hour on as the table `usage_landing`. They are named one by one: a month of landing is too
 * many files to look through for the few hours that a statement reads.
 */
export async function landingView(root: string, fromHour: string): Promise<string> {
  const columns = USAGE_LANDING.columns.map(({ name }) => name).join(", ");
  const files = (await landedFiles(root, fromHour)).map(literal).join(", ");
  return `create or replace temp view ${USAGE_LANDING.name} as select ${columns}
    from read_parquet([${files}], hive_partitioning = true, hive_types = {'landed_hour': varchar})`;
}
