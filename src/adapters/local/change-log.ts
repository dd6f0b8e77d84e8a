import { decodeEntry } from "#core/entry-codec.ts";
import type { Change } from "#core/ledger-entry.ts";
import { hourMs, type Instant } from "#core/time.ts";
import { placeOf, sequenceOf } from "./change-sequence.ts";
import type { Sqlite } from "./sqlite.ts";

/** What the ledger accepted, as DynamoDB Streams would deliver it. */
export interface ChangeLog {
  /** Open and closed shards, parents first. */
  shards(): Promise<readonly ChangeShard[]>;
  /** Changes after this sequence number, or from the first one kept. Empty for a shard that is no longer kept. */
  read(shard: string, afterSequence: string | undefined, limit: number): Promise<readonly Change[]>;
  /** The same changes as they are stored: those that cannot be decoded too. */
  readStored(shard: string, afterSequence: string | undefined, limit: number): Promise<readonly StoredChange[]>;
  /** Calls after every commit that added changes; the function returned ends that. */
  onAppend(listener: () => void): () => void;
}

export interface StoredChange {
  readonly sequence: string;
  /** Of its entry. */
  readonly key: string;
  /** The stored entry. */
  readonly text: string;
}

export interface ChangeShard {
  readonly id: string;
  /** The shard that this one follows. */
  readonly parentId: string | undefined;
  /** Takes no more changes. */
  readonly closed: boolean;
  /** Of its last change so far; undefined when it has none. */
  readonly lastSequence: string | undefined;
}

export interface RotationLimits {
  /** Shards open at a time; an entry's key chooses. */
  readonly openShards: number;
  /** A shard that has as many changes is closed. */
  readonly shardChangesMax: number;
}

export const defaultRotation: RotationLimits = { openShards: 2, shardChangesMax: 100_000 };

export const changeLogSchema = `
  create table if not exists shards (
    number integer primary key,
    id text not null unique,
    parent_id text,
    slot integer not null,
    opened_at integer not null,
    closed_at integer,
    changes integer not null
  ) strict;
  create table if not exists changes (
    shard_number integer not null,
    place integer not null,
    entry_position integer not null,
    primary key (shard_number, place)
  ) strict, without rowid`;

interface OpenShard {
  readonly number: number;
  readonly id: string;
  readonly openedAt: number;
  changes: number;
}

/** Adds changes inside the ledger's transaction. Made anew for each transaction: one that is rolled back leaves nothing. */
export interface ChangeWriter {
  add(key: string, entryPosition: number): void;
  /** To be called before the commit. */
  finish(): void;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function shardId(openedAt: Instant, number: number): string {
  return `shardId-${String(Math.max(0, openedAt)).padStart(20, "0")}-${number.toString(16).padStart(8, "0")}`;
}

export function writeChanges(database: Sqlite, limits: RotationLimits, now: Instant): ChangeWriter {
  const open = new Map<number, OpenShard>();
  const touched = new Set<OpenShard>();
  for (const row of database.prepare("select * from shards where closed_at is null").all()) {
    const shard = { number: row.number, id: row.id, openedAt: row.opened_at, changes: row.changes } as OpenShard;
    open.set(row.slot as number, shard);
  }

  function openShard(slot: number, parent: OpenShard | undefined): OpenShard {
    const last = database.prepare("select coalesce(max(number), 0) as number from shards").get();
    const number = Number(last?.number) + 1;
    const shard: OpenShard = { number, id: shardId(now, number), openedAt: now, changes: 0 };
    database
      .prepare("insert into shards (number, id, parent_id, slot, opened_at, changes) values (?, ?, ?, ?, ?, 0)")
      .run(number, shard.id, parent?.id ?? null, slot, now);
    if (parent) database.prepare("update shards set closed_at = ? where number = ?").run(now, parent.number);
    open.set(slot, shard);
    return shard;
  }

  function shardFor(key: string): OpenShard {
    const slot = hash(key) % limits.openShards;
    const current = open.get(slot);
    const fits = current && current.changes < limits.shardChangesMax && now - current.openedAt < hourMs;
    return fits ? current : openShard(slot, current);
  }

  return {
    add(key, entryPosition) {
      const shard = shardFor(key);
      shard.changes += 1;
      touched.add(shard);
      database.prepare("insert into changes values (?, ?, ?)").run(shard.number, shard.changes, entryPosition);
    },
    finish() {
      for (const { number, changes } of touched) {
        database.prepare("update shards set changes = ? where number = ?").run(changes, number);
      }
    },
  };
}

export function readChangeLog(database: Sqlite): Omit<ChangeLog, "onAppend"> {
  function stored(shard: string, afterSequence: string | undefined, limit: number): StoredChange[] {
    return database.read(() => {
      const found = database.prepare("select number from shards where id = ?").get(shard);
      if (found === undefined) return [];
      const number = found.number as number;
      const after = afterSequence === undefined ? 0 : placeOf(number, afterSequence);
      return database
        .prepare(
          `select place, key, entry from changes join entries on entries.position = changes.entry_position
           where shard_number = ? and place > ? order by place limit ?`,
        )
        .all(number, after, limit)
        .map((row) => ({
          sequence: sequenceOf(number, row.place as number),
          key: row.key as string,
          text: row.entry as string,
        }));
    });
  }

  return {
    async shards() {
      const rows = database.read(() =>
        database.prepare("select number, id, parent_id, closed_at, changes from shards order by number").all(),
      );
      return rows.map((row) => ({
        id: row.id as string,
        parentId: (row.parent_id as string | null) ?? undefined,
        closed: row.closed_at !== null,
        lastSequence: row.changes === 0 ? undefined : sequenceOf(row.number as number, row.changes as number),
      }));
    },

    async read(shard, afterSequence, limit) {
      return stored(shard, afterSequence, limit).map(({ sequence, text }) => ({
        shard,
        sequence,
        entry: decodeEntry(text),
      }));
    },

    readStored: async (shard, afterSequence, limit) => stored(shard, afterSequence, limit),
  };
}
