import * as z from "zod";
import type { ImportCounts, ImportRecord, ImportStore } from "#app/ports/imports.ts";
import type { Instant } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";

export const importsSchema = `
  create table if not exists imports (
    id text primary key,
    started_at integer not null,
    live_new integer not null default 0,
    live_known integer not null default 0,
    live_conflicting integer not null default 0,
    landed integer not null default 0,
    rejected integer not null default 0,
    merged_new integer,
    merged_known integer,
    merged_conflicting integer,
    awaits_merge integer not null default 0
  ) strict;
  create index if not exists imports_awaiting on imports (id) where awaits_merge = 1;
  create table if not exists import_parts (
    import_id text not null,
    part text not null,
    primary key (import_id, part)
  ) strict, without rowid;
  create table if not exists import_beginnings (
    import_id text not null,
    part text not null,
    begun_at integer not null,
    primary key (import_id, part)
  ) strict, without rowid`;

const importRow = z.object({
  id: z.string(),
  started_at: z.int(),
  live_new: z.int(),
  live_known: z.int(),
  live_conflicting: z.int(),
  landed: z.int(),
  rejected: z.int(),
  merged_new: z.int().nullable(),
  merged_known: z.int().nullable(),
  merged_conflicting: z.int().nullable(),
});

function mergedCounts(row: z.infer<typeof importRow>): ImportCounts | null {
  const { merged_new, merged_known, merged_conflicting } = row;
  if (merged_new === null || merged_known === null || merged_conflicting === null) return null;
  return { new: merged_new, known: merged_known, conflicting: merged_conflicting };
}

function readImport(found: unknown): ImportRecord {
  const row = importRow.parse(found);
  return {
    id: row.id,
    startedAt: row.started_at as Instant,
    live: { new: row.live_new, known: row.live_known, conflicting: row.live_conflicting },
    landed: row.landed,
    rejected: row.rejected,
    merged: mergedCounts(row),
  };
}

/** @param database opened with `importsSchema` */
export function sqliteImports(database: Sqlite): ImportStore {
  return {
    async beginPart(id, part, at) {
      const row = database.write(() => {
        database.prepare("insert or ignore into import_beginnings values (?, ?, ?)").run(id, part, at);
        return database
          .prepare("select begun_at from import_beginnings where import_id = ? and part = ?")
          .get(id, part);
      });
      return row?.begun_at as Instant;
    },

    async addPart(id, part, at, { live, landed, rejected }) {
      database.write(() => {
        const first = database.prepare("insert or ignore into import_parts values (?, ?)").run(id, part);
        if (first.changes === 0) return;
        database.prepare("insert or ignore into imports (id, started_at) values (?, ?)").run(id, at);
        database
          .prepare(
            `update imports set live_new = live_new + ?, live_known = live_known + ?,
               live_conflicting = live_conflicting + ?, landed = landed + ?, rejected = rejected + ?,
               awaits_merge = max(awaits_merge, ?)
             where id = ?`,
          )
          .run(live.new, live.known, live.conflicting, landed, rejected, landed > 0 ? 1 : 0, id);
      });
    },

    async get(id) {
      const row = database.read(() => database.prepare("select * from imports where id = ?").get(id));
      return row && readImport(row);
    },

    async unmerged() {
      return database
        .read(() => database.prepare("select * from imports where awaits_merge = 1 order by started_at, id").all())
        .map(readImport);
    },

    async setMerged(id, counts, landed) {
      const { changes } = database.write(() =>
        database
          .prepare(
            `update imports set merged_new = ?, merged_known = ?, merged_conflicting = ?, awaits_merge = 0
             where id = ? and landed = ?`,
          )
          .run(counts.new, counts.known, counts.conflicting, id, landed),
      );
      return changes === 1;
    },
  };
}
