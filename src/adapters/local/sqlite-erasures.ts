import * as z from "zod";
import type { Erasure, Erasures, LedgerSweep } from "#app/ports/erasures.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";

export const erasuresSchema = `
  create table if not exists erasures (
    id text primary key,
    customer_hash text not null,
    requested_at integer not null,
    requested_by text not null,
    reason text not null,
    cleaned_at integer
  ) strict;
  create table if not exists erasure_sweeps (
    id text primary key references erasures (id),
    started_at integer not null,
    usage_date text not null,
    key text not null
  ) strict`;

const erasureRow = z.object({
  id: z.string(),
  customer_hash: z.string(),
  requested_at: z.int(),
  requested_by: z.string(),
  reason: z.string(),
  cleaned_at: z.int().nullable(),
});

function readErasure(found: unknown): Erasure {
  const row = erasureRow.parse(found);
  return {
    id: row.id,
    customerHash: row.customer_hash,
    requestedAt: row.requested_at as Instant,
    requestedBy: row.requested_by,
    reason: row.reason,
    cleanedAt: row.cleaned_at as Instant | null,
  };
}

const sweepRow = z.object({ started_at: z.int(), usage_date: z.string(), key: z.string() });

function readSweep(found: unknown): LedgerSweep {
  const row = sweepRow.parse(found);
  return { startedAt: row.started_at as Instant, usageDate: row.usage_date as UsageDate, key: row.key };
}

/** @param database opened with `erasuresSchema` */
export function sqliteErasures(database: Sqlite): Erasures {
  return {
    async add({ id, customerHash, requestedAt, requestedBy, reason, cleanedAt }) {
      database.write(() =>
        database
          .prepare("insert or ignore into erasures values (?, ?, ?, ?, ?, ?)")
          .run(id, customerHash, requestedAt, requestedBy, reason, cleanedAt),
      );
    },

    async get(id) {
      const row = database.read(() => database.prepare("select * from erasures where id = ?").get(id));
      return row && readErasure(row);
    },

    async list() {
      return database
        .read(() => database.prepare("select * from erasures order by requested_at, id").all())
        .map(readErasure);
    },

    async setCleaned(id, at) {
      database.write(() =>
        database.prepare("update erasures set cleaned_at = coalesce(cleaned_at, ?) where id = ?").run(at, id),
      );
    },

    async sweep(id) {
      const row = database.read(() => database.prepare("select * from erasure_sweeps where id = ?").get(id));
      return row && readSweep(row);
    },

    async setSweep(id, sweep) {
      database.write(() => {
        database.prepare("delete from erasure_sweeps where id = ?").run(id);
        if (sweep === undefined) return;
        database
          .prepare("insert into erasure_sweeps select id, ?, ?, ? from erasures where id = ?")
          .run(sweep.startedAt, sweep.usageDate, sweep.key, id);
      });
    },
  };
}
