import * as z from "zod";
import type { SourceRhythms } from "#app/ports/source-rhythms.ts";
import type { SourceRhythm } from "#core/silence.ts";
import type { Instant } from "#core/time.ts";
import { type ControlTableDeps, controlTable } from "./control-table.ts";
import { parseItem, type StoredItem } from "./stored-item.ts";

const rhythmItem = z.object({
  s: z.string(),
  last_heard_at: z.int().transform((value) => value as Instant),
  /** -1 while the rhythm is unknown. */
  longest_gap_ms: z.int(),
});

function readRhythm(item: StoredItem): SourceRhythm {
  const { s, last_heard_at, longest_gap_ms } = parseItem(rhythmItem, item);
  return { source: s, lastHeardAt: last_heard_at, longestGapMs: longest_gap_ms < 0 ? null : longest_gap_ms };
}

const p = "sources";

/** One partition, an item a source. */
export function dynamoSourceRhythms(deps: ControlTableDeps): SourceRhythms {
  const table = controlTable(deps);
  return {
    async put(rhythms) {
      for (const { source, lastHeardAt, longestGapMs } of rhythms) {
        await table.update({
          p,
          s: source,
          set: "last_heard_at = :at, longest_gap_ms = :gap",
          values: { ":at": lastHeardAt, ":gap": longestGapMs ?? -1 },
        });
      }
    },

    async list() {
      return (await table.list(p)).map(readRhythm);
    },
  };
}
