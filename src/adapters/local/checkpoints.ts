import type { Sqlite } from "./sqlite.ts";

/** How far each consumer of the change log has come in each shard. */
export interface Checkpoints {
  /** Sequence number of the last change consumed, by shard. */
  load(consumer: string): Promise<ReadonlyMap<string, string>>;
  save(consumer: string, shard: string, sequence: string): Promise<void>;
}

export const checkpointsSchema = `
  create table if not exists checkpoints (
    consumer text not null,
    shard text not null,
    sequence text not null,
    primary key (consumer, shard)
  ) strict, without rowid`;

export function sqliteCheckpoints(database: Sqlite): Checkpoints {
  return {
    async load(consumer) {
      const rows = database.read(() =>
        database.prepare("select shard, sequence from checkpoints where consumer = ?").all(consumer),
      );
      return new Map(rows.map((row) => [row.shard as string, row.sequence as string]));
    },

    async save(consumer, shard, sequence) {
      database.write(() =>
        database.prepare("insert or replace into checkpoints values (?, ?, ?)").run(consumer, shard, sequence),
      );
    },
  };
}
