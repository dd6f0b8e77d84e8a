import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importWithKills } from "./kill-run.ts";

test("a server killed three times in the middle of an import has the books of one left in peace", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kill-test-"));
  try {
    const run = { events: 300, seed: 7, nowMs: Date.now() };
    const [quiet, killed] = await Promise.all([
      importWithKills(join(folder, "quiet"), { ...run, kills: 0 }),
      importWithKills(join(folder, "killed"), { ...run, kills: 3 }),
    ]);
    expect(killed.kills).toBe(3);
    expect(killed.books).toBe(quiet.books);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
