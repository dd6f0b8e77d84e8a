import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Landing } from "#app/ports/landing.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Instant } from "#core/time.ts";
import { landedHour } from "#lake/landed-hour.ts";
import { landedRows } from "#lake/landed-row.ts";
import { landingParquet } from "#lake/landing-parquet.ts";
import { landedHourPrefix, seedHour, seedName } from "./landing-files.ts";

export interface ParquetLanding extends Landing {
  /** Removes the hours that ended before this moment: they must have been read. */
  purge(before: Instant): Promise<void>;
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}

/** Whole or absent: the bytes are on the disk before the file has its name. */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Of its own: the same file may be written twice at a time, by a retry that did not wait for the first.
  const temporary = join(folder, `.${name}.${randomUUID()}.writing`);
  try {
    await using handle = await open(temporary, "wx");
    await handle.writeFile(bytes);
    await handle.sync();
    await rename(temporary, join(folder, `${name}.parquet`));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Landing files in `<root>/landed_hour=YYYY-MM-DD-HH/<name>.parquet`. */
export async function openParquetLanding(root: string): Promise<ParquetLanding> {
  await writeWhole(join(root, landedHourPrefix + seedHour), seedName, landingParquet([]));
  await syncFolder(root);
  return {
    async write(name, landedAt, rows) {
      if (!/^[\w.-]{1,200}$/.test(name)) throw new RangeError(`landing: "${name}" is no file name`);
      const bytes = landingParquet(landedRows(name, landedAt, rows));
      try {
        await writeWhole(join(root, landedHourPrefix + landedHour(landedAt)), name, bytes);
        await syncFolder(root);
      } catch (cause) {
        throw new Unavailable("landing", { cause });
      }
    },
    async purge(before) {
      const oldest = landedHour(before);
      for (const folder of await readdir(root)) {
        const hour = folder.slice(landedHourPrefix.length);
        if (!folder.startsWith(landedHourPrefix) || hour === seedHour || hour >= oldest) continue;
        await rm(join(root, folder), { recursive: true, force: true });
      }
    },
  };
}
