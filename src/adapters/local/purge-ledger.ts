import { setImmediate } from "node:timers/promises";
import { dayMs, hourMs, type Instant } from "#core/time.ts";
import { placeOf } from "./change-sequence.ts";
import type { Sqlite } from "./sqlite.ts";

const entriesKeptMs = 35 * dayMs;
const changesKeptMs = 24 * hourMs;
/** Bounds the time that one transaction keeps other work of the process waiting. */
const deletedAtOnce = 2_000;

/** Shards closed long enough whose last change every consumer has passed. */
function spentShards(database: Sqlite, now: Instant, consumers: readonly string[]): { number: number; id: string }[] {
  const checkpoint = database.prepare("select sequence from checkpoints where consumer = ? and shard = ?");
  return database
    .prepare("select number, id, changes from shards where closed_at <= ?")
    .all(now - changesKeptMs)
    .map((row) => ({ number: row.number as number, id: row.id as string, changes: row.changes as number }))
    .filter(({ number, id, changes }) =>
      consumers.every((consumer) => {
        const sequence = checkpoint.get(consumer, id)?.sequence;
        return typeof sequence === "string" && placeOf(number, sequence) >= changes;
      }),
    );
}

/** The shard's row goes last: a purge cut short is taken up again. Returns whether there is more to delete. */
function deleteChanges(database: Sqlite, shard: { number: number; id: string }): boolean {
  return database.write(() => {
    const deleted = database
      .prepare(
        `delete from changes where shard_number = ?1 and place in
           (select place from changes where shard_number = ?1 order by place limit ?2)`,
      )
      .run(shard.number, deletedAtOnce);
    if (deleted.changes === deletedAtOnce) return true;
    database.prepare("delete from checkpoints where shard = ?").run(shard.id);
    database.prepare("delete from shards where number = ?").run(shard.number);
    return false;
  });
}

/** Entries whose change is still kept stay: it would point to nothing. Returns whether there is more to delete. */
function deleteEntries(database: Sqlite, now: Instant): boolean {
  return database.write(() => {
    const deleted = database
      .prepare(
        `delete from entries where received_at < ?1
           and position in (select position from entries order by position limit ?2)
           and position < coalesce(
             (select min((select entry_position from changes where shard_number = number order by place limit 1))
              from shards), 9223372036854775807)`,
      )
      .run(now - entriesKeptMs, deletedAtOnce);
    return deleted.changes === deletedAtOnce;
  });
}

export async function purgeLedger(database: Sqlite, now: Instant, consumers: readonly string[]): Promise<void> {
  for (const shard of database.read(() => spentShards(database, now, consumers))) {
    while (deleteChanges(database, shard)) await setImmediate();
  }
  while (deleteEntries(database, now)) await setImmediate();
  database.write(() => database.prepare("delete from failed_changes where done_at < ?").run(now - entriesKeptMs));
}
