import * as z from "zod";
import type { SourceRhythms } from "#app/ports/source-rhythms.ts";
import type { SourceRhythm } from "#core/silence.ts";
import type { Instant } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";

export const sourceRhythmsSchema = `
  create table if not exists source_rhythms (
    source text primary key,
    last_heard_at integer not null,
    longest_gap_ms integer
  ) strict`;

const rhythmRow = z.object({ source: z.string(), last_heard_at: z.int(), longest_gap_ms: z.int().nullable() });

function readRhythm(found: unknown): SourceRhythm {
  const { source, last_heard_at, longest_gap_ms } = rhythmRow.parse(found);
  return { source, lastHeardAt: last_heard_at as Instant, longestGapMs: longest_gap_ms };
}

/** @param database opened with `sourceRhythmsSchema` */
export function sqliteSourceRhythms(database: Sqlite): SourceRhythms {
  return {
    async put(rhythms) {
      database.write(() => {
        for (const { source, lastHeardAt, longestGapMs } of rhythms) {
          database
            .prepare("insert or replace into source_rhythms values (?, ?, ?)")
            .run(source, lastHeardAt, longestGapMs);
        }
      });
    },

    async list() {
      return database
        .read(() => database.prepare("select * from source_rhythms order by source").all())
        .map(readRhythm);
    },
  };
}
