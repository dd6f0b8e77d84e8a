import type { FailedBatch, FailedChanges } from "#app/ports/failed-changes.ts";
import { decodeEntry } from "#core/entry-codec.ts";
import type { Instant } from "#core/time.ts";
import type { StoredChange } from "./change-log.ts";
import type { Sqlite } from "./sqlite.ts";

export const failedChangesSchema = `
  create table if not exists failed_changes (
    number integer primary key,
    consumer text not null,
    shard text not null,
    sequence text not null,
    key text not null,
    entry text not null,
    problem text not null,
    failed_at integer not null,
    done_at integer,
    unique (consumer, shard, sequence)
  ) strict`;

/** Where a consumer of the change log leaves a change that it cannot take. */
export interface SetAside {
  /** Keeps the change, once for each consumer. */
  add(consumer: string, shard: string, change: StoredChange, problem: string): Promise<void>;
}

/** As text in the order of the numbers. */
const idOf = (number: unknown) => String(number).padStart(15, "0");

function numberOf(id: string): number {
  return /^\d{15}$/.test(id) ? Number(id) : -1;
}

function batchOf(shard: string, sequence: string, text: string): FailedBatch {
  try {
    return { changes: [{ shard, sequence, entry: decodeEntry(text) }], problems: [] };
  } catch (error) {
    return { changes: [], problems: [`${shard} ${sequence}: ${error instanceof Error ? error.message : error}`] };
  }
}

/** @param database opened with `failedChangesSchema` */
export function sqliteFailedChanges(database: Sqlite, clock: () => Instant): FailedChanges & SetAside {
  return {
    async add(consumer, shard, { sequence, key, text }, problem) {
      database.write(() =>
        database
          .prepare(
            `insert or ignore into failed_changes (consumer, shard, sequence, key, entry, problem, failed_at)
             values (?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(consumer, shard, sequence, key, text, problem, clock()),
      );
    },

    async list(after, limit) {
      const first = after === undefined ? 0 : numberOf(after);
      return database
        .read(() =>
          database
            .prepare("select number from failed_changes where done_at is null and number > ? order by number limit ?")
            .all(first, limit),
        )
        .map(({ number }) => idOf(number));
    },

    async read(id) {
      const row = database.read(() =>
        database
          .prepare("select shard, sequence, entry from failed_changes where number = ? and done_at is null")
          .get(numberOf(id)),
      );
      return row && batchOf(row.shard as string, row.sequence as string, row.entry as string);
    },

    async done(id) {
      database.write(() =>
        database
          .prepare("update failed_changes set done_at = ? where number = ? and done_at is null")
          .run(clock(), numberOf(id)),
      );
    },
  };
}
