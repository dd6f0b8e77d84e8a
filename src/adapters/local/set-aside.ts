import { mkdir, readFile, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { landedFiles, landedHourPrefix, landingColumns, makeFromFiles, seedHour, seedName } from "./landing-files.ts";

/** What is wrong with these files: undefined when every value of every column can be read. */
async function faultOf(session: DuckDBConnection, files: readonly string[]): Promise<unknown> {
  try {
    await session.runAndReadAll(
      `select bit_xor(hash(${landingColumns})) from ${await makeFromFiles()(session, files)}`,
    );
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Tells a damaged file from one that cannot be read now: the damaged one has bytes, and no sense. */
async function canBeRead(file: string): Promise<boolean> {
  try {
    await readFile(file);
    return true;
  } catch {
    return false;
  }
}

/**
 * Moves the damaged ones of the landed files from an hour on out of the landing, to `unreadable` beside it: one such
 * file would stop every run that reads it. Nothing is deleted. True when there were any.
 * @param onSetAside told where the file is now, and what is wrong with it
 */
export async function setUnreadableAside(
  session: DuckDBConnection,
  root: string,
  fromHour: string,
  onSetAside: (file: string, fault: unknown) => void,
): Promise<boolean> {
  const seed = join(root, landedHourPrefix + seedHour, `${seedName}.parquet`);
  if ((await faultOf(session, [seed])) !== undefined) return false;
  let some = false;
  for (const file of await landedFiles(root, fromHour)) {
    const fault = await faultOf(session, [seed, file]);
    if (fault === undefined || !(await canBeRead(file))) continue;
    const folder = join(dirname(root), "unreadable", basename(dirname(file)));
    const aside = join(folder, basename(file));
    await mkdir(folder, { recursive: true });
    await rename(file, aside);
    onSetAside(aside, fault);
    some = true;
  }
  return some;
}
