import * as z from "zod";
import type { PipelineState, RunRecord } from "#app/ports/pipeline-state.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";

/** The lease and the watermark are single rows. */
export const pipelineStateSchema = `
  create table if not exists pipeline_lease (
    only integer primary key check (only = 1),
    holder text not null,
    expires_at integer not null
  ) strict;
  create table if not exists pipeline_watermark (
    only integer primary key check (only = 1),
    watermark integer not null
  ) strict;
  create table if not exists pipeline_runs (position integer primary key, run text not null) strict`;

const runsKept = 1_000;

const instant = z.int().transform((value) => value as Instant);
const usageDate = z.string().transform((value) => value as UsageDate);

const storedRun = z.strictObject({
  v: z.literal(1),
  id: z.string(),
  startedAt: instant,
  finishedAt: instant,
  status: z.enum(["skipped", "succeeded", "failed"]),
  days: z.array(usageDate),
  differences: z.array(
    z.strictObject({
      usageDate,
      cells_usd: z.string(),
      cost_daily_usd: z.string(),
      combinations: z.int(),
      standing: z.boolean(),
    }),
  ),
  repairs: z
    .array(z.strictObject({ usageDate, cells: z.int(), cost_usd: z.string(), entries: z.int() }))
    .exactOptional(),
  error: z.string().exactOptional(),
});

function readRun(text: string): RunRecord {
  const { v: _, ...run } = storedRun.parse(JSON.parse(text));
  return run;
}

/** @param database opened with `pipelineStateSchema` */
export function sqlitePipelineState(database: Sqlite): PipelineState {
  return {
    async takeLease(holder, now, ttlMs) {
      const { changes } = database.write(() =>
        database
          .prepare(
            `insert into pipeline_lease values (1, ?1, ?2)
             on conflict (only) do update set holder = ?1, expires_at = ?2 where holder = ?1 or expires_at <= ?3`,
          )
          .run(holder, now + ttlMs, now),
      );
      return changes === 1;
    },

    async releaseLease(holder) {
      database.write(() => database.prepare("delete from pipeline_lease where holder = ?").run(holder));
    },

    async lease() {
      const row = database.read(() => database.prepare("select holder, expires_at from pipeline_lease").get());
      return row && { holder: row.holder as string, expiresAt: row.expires_at as Instant };
    },

    async watermark() {
      const row = database.read(() => database.prepare("select watermark from pipeline_watermark").get());
      return row?.watermark as Instant | undefined;
    },

    async finish(record, watermark) {
      database.write(() => {
        database
          .prepare(
            `delete from pipeline_runs
             where position = (select max(position) from pipeline_runs) and run ->> '$.id' = ?`,
          )
          .run(record.id);
        const { lastInsertRowid } = database
          .prepare("insert into pipeline_runs (run) values (?)")
          .run(JSON.stringify({ v: 1, ...record }));
        database.prepare("delete from pipeline_runs where position <= ?").run(Number(lastInsertRowid) - runsKept);
        if (watermark === undefined) return;
        database.prepare("insert or replace into pipeline_watermark values (1, ?)").run(watermark);
      });
    },

    async lastRuns(count) {
      return database
        .read(() => database.prepare("select run from pipeline_runs order by position desc limit ?").all(count))
        .map((row) => readRun(row.run as string));
    },
  };
}
