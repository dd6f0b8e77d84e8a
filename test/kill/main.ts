// node test/kill/main.ts [--kills 20] [--events 6000] [--seed N]: kills the server in the middle of an import, again
// and again, and compares its books with those of an undisturbed run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { importWithKills } from "./kill-run.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    events: { type: "string", default: "6000" },
    seed: { type: "string", default: "1" },
  },
});
const run = { events: Number(values.events), seed: Number(values.seed), nowMs: Date.now() };
const folder = mkdtempSync(join(tmpdir(), "kill-"));
try {
  const quiet = await importWithKills(join(folder, "quiet"), { ...run, kills: 0 });
  const killed = await importWithKills(join(folder, "killed"), { ...run, kills: Number(values.kills) });
  if (killed.books !== quiet.books) throw new Error(`the books differ:\n${quiet.books}\n${killed.books}`);
  console.log(
    `${killed.kills} × kill -9: the books equal those of an undisturbed run (${quiet.books.length} characters)`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
