import { rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hourMs, type Instant } from "#core/time.ts";
import { openStores } from "#server/stores.ts";
import { at } from "../lake/entries.ts";
import { tempFolder } from "./temp-folder.ts";

const now = at("2026-11-20T10:00:00Z");

/** A data folder in which a pipeline run has ended, unless told otherwise. */
async function used(folder: string, ran = true): Promise<void> {
  const stores = await openStores(folder, () => now);
  const times = { startedAt: now, finishedAt: (now + hourMs) as Instant };
  if (ran) {
    await stores.pipeline.finish({ id: "run", ...times, status: "succeeded", days: [], differences: [] }, now);
  }
  stores.close();
}

test.each(["lake.duckdb", "ledger.db", "spend.db", "control.db"])(
  "a data folder that has lost its %s is refused, saying so, and nothing is made in its place",
  async (file) => {
    using folder = tempFolder();
    await used(folder.path);
    rmSync(folder.file(file));
    for (const _ of ["first try", "second try"]) {
      await expect(openStores(folder.path, () => now)).rejects.toMatchObject({
        name: "UnusableFolder",
        message: `The data folder ${folder.path} has lost ${file}, and what it held would be missing without a word.`,
        fix: "restore the whole folder from its backup, or start with an empty folder",
      });
    }
  },
);

test("a first start that was cut short before the lake was made is gone on with", async () => {
  using folder = tempFolder();
  await used(folder.path, false);
  for (const file of ["ledger.db", "spend.db", "lake.duckdb"]) rmSync(folder.file(file));
  const stores = await openStores(folder.path, () => now);
  stores.close();
});

test.each(["lake.duckdb", "control.db"])("a %s that is damaged is refused, naming the file", async (file) => {
  using folder = tempFolder();
  await used(folder.path);
  writeFileSync(folder.file(file), "x".repeat(20_000));
  await expect(openStores(folder.path, () => now)).rejects.toMatchObject({
    name: "UnusableFolder",
    message: expect.stringMatching(new RegExp(`^${folder.file(file)} cannot be opened: [^\\n]+$`)),
    fix: "restore the whole folder from its backup, or start with an empty folder",
  });
});
