import { hourMs, type Instant } from "#core/time.ts";
import { landedHour } from "#lake/landed-hour.ts";
import type { ImportStore } from "./ports/imports.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import type { WaitingImport } from "./run-state.ts";

/** The clock of who landed a part may have been behind the one that dated the import. */
const clockSlackMs = 6 * hourMs;

/**
 * Counts the landed events of imports and marks them merged. `waiting` was read before the merge: what it had landed is
 * merged now. An import that has landed more since stays unmerged for the next run.
 */
export async function countImports(
  deps: { readonly engine: QueryEngine; readonly imports: ImportStore },
  waiting: readonly WaitingImport[],
): Promise<void> {
  for (const { id, startedAt, landed } of waiting) {
    const [row] = await deps.engine.run("import_counts", {
      parameters: [id],
      substitutions: { from_hour: landedHour((startedAt - clockSlackMs) as Instant) },
    });
    if (row === undefined) continue;
    const counts = {
      new: Number(row.new_events),
      known: Number(row.known_events),
      conflicting: Number(row.conflicting_events),
    };
    await deps.imports.setMerged(id, counts, landed);
  }
}
