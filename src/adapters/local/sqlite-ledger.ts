import type { FailedChanges } from "#app/ports/failed-changes.ts";
import type { AppendOutcome, Ledger } from "#app/ports/ledger.ts";
import type { LedgerErasure } from "#app/ports/ledger-erasure.ts";
import type { LedgerExports } from "#app/ports/ledger-exports.ts";
import { Unavailable } from "#app/unavailable.ts";
import { decodeEntry, encodeEntry } from "#core/entry-codec.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import {
  type ChangeLog,
  type ChangeWriter,
  changeLogSchema,
  defaultRotation,
  type RotationLimits,
  readChangeLog,
  writeChanges,
} from "./change-log.ts";
import { type Checkpoints, checkpointsSchema, sqliteCheckpoints } from "./checkpoints.ts";
import { purgeLedger } from "./purge-ledger.ts";
import { openSqlite, type Sqlite } from "./sqlite.ts";
import { failedChangesSchema, type SetAside, sqliteFailedChanges } from "./sqlite-failed-changes.ts";
import { sqliteLedgerErasure } from "./sqlite-ledger-erasure.ts";
import { sqliteLedgerExports } from "./sqlite-ledger-exports.ts";

/** The ledger on one machine, with the stream of what it accepted. */
export interface LocalLedger extends Ledger {
  readonly changes: ChangeLog;
  readonly checkpoints: Checkpoints;
  /** Changes that a consumer could not take. */
  readonly failedChanges: FailedChanges & SetAside;
  readonly erasure: LedgerErasure;
  readonly exports: LedgerExports;
  /**
   * Deletes what is past its time: shards closed for 24 hours that every one of these consumers has passed, entries
   * received more than 35 days ago whose changes are gone, and failed changes that were done as long ago.
   */
  purge(consumers: readonly string[]): Promise<void>;
  /** Writes what waits, then closes the file. */
  close(): void;
}

export interface LocalLedgerOptions {
  /** A file in an existing folder, or `IN_MEMORY`. */
  readonly path: string;
  readonly clock: () => Instant;
  readonly rotation?: RotationLimits;
}

const schema = `
  create table if not exists entries (
    position integer primary key,
    key text not null unique,
    received_at integer not null,
    entry text not null
  ) strict;
  ${changeLogSchema};
  ${checkpointsSchema};
  ${failedChangesSchema}`;

interface EncodedEntry {
  readonly entry: LedgerEntry;
  readonly text: string;
}

interface WaitingCall {
  readonly entries: readonly EncodedEntry[];
  readonly together: boolean;
  readonly resolve: (outcomes: readonly AppendOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Bounds the time that one transaction keeps other work of the process waiting. */
const transactionEntriesMax = 2_000;

const accepted: AppendOutcome = { status: "accepted" };
const unavailable: AppendOutcome = { status: "unavailable" };

function outcomeFor(entry: LedgerEntry, existing: LedgerEntry): AppendOutcome {
  return { status: existing.contentHash === entry.contentHash ? "duplicate" : "conflict", existing };
}

function find(database: Sqlite, key: string): LedgerEntry | undefined {
  const row = database.prepare("select entry from entries where key = ?").get(key);
  return row && decodeEntry(row.entry as string);
}

function add(database: Sqlite, changes: ChangeWriter, { entry, text }: EncodedEntry): AppendOutcome {
  const inserted = database
    .prepare("insert into entries (key, received_at, entry) values (?, ?, ?) on conflict (key) do nothing")
    .run(entry.key, entry.receivedAt, text);
  if (inserted.changes === 1) {
    changes.add(entry.key, Number(inserted.lastInsertRowid));
    return accepted;
  }
  const existing = find(database, entry.key);
  if (existing === undefined) throw new Error(`ledger: ${entry.key} is neither new nor known`);
  return outcomeFor(entry, existing);
}

function addCall(database: Sqlite, changes: ChangeWriter, { entries, together }: WaitingCall): AppendOutcome[] {
  if (together) {
    for (const { entry } of entries) {
      const existing = find(database, entry.key);
      if (existing !== undefined) return [outcomeFor(entry, existing)];
    }
  }
  const outcomes = entries.map((entry) => add(database, changes, entry));
  if (!together) return outcomes;
  if (outcomes.some(({ status }) => status !== "accepted")) throw new Error("ledger: a key stands twice in one call");
  return [accepted];
}

function answerUnavailable({ together, entries, resolve }: WaitingCall): void {
  resolve(together ? [unavailable] : entries.map(() => unavailable));
}

/** Calls that wait for the same transaction: they share its one wait for the disk. */
function groupCommit(database: Sqlite, options: LocalLedgerOptions, appended: () => void) {
  const waiting: WaitingCall[] = [];
  const limits = options.rotation ?? defaultRotation;

  function nextGroup(): WaitingCall[] {
    let entries = 0;
    const end = waiting.findIndex((call, index) => {
      entries += call.entries.length;
      return index > 0 && entries > transactionEntriesMax;
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  }

  function commit(group: readonly WaitingCall[]): void {
    try {
      const outcomes = database.write(() => {
        const changes = writeChanges(database, limits, options.clock());
        const results = group.map((call) => addCall(database, changes, call));
        changes.finish();
        return results;
      });
      group.forEach((call, index) => {
        call.resolve(outcomes[index] ?? []);
      });
      if (outcomes.flat().some(({ status }) => status === "accepted")) appended();
    } catch (error) {
      if (error instanceof Unavailable) group.forEach(answerUnavailable);
      else if (group.length === 1) group[0]?.reject(error);
      // One call is to blame: the others must not fail with it.
      else for (const call of group) commit([call]);
    }
  }

  function flush(): void {
    if (waiting.length === 0) return;
    commit(nextGroup());
    if (waiting.length > 0) setImmediate(flush);
  }

  function submit(entries: readonly LedgerEntry[], together: boolean): Promise<readonly AppendOutcome[]> {
    const encoded = entries.map((entry) => ({ entry, text: encodeEntry(entry) }));
    return new Promise((resolve, reject) => {
      waiting.push({ entries: encoded, together, resolve, reject });
      if (waiting.length === 1) setImmediate(flush);
    });
  }

  function flushAll(): void {
    while (waiting.length > 0) commit(nextGroup());
  }

  return { submit, flushAll };
}

export function openLedger(options: LocalLedgerOptions): LocalLedger {
  const database = openSqlite("ledger", options.path, schema);
  const listeners = new Set<() => void>();
  const group = groupCommit(database, options, () => {
    for (const listener of listeners) listener();
  });
  return {
    async append(entries) {
      return entries.length === 0 ? [] : group.submit(entries, false);
    },

    async appendTogether(entries) {
      const [outcome] = await group.submit(entries, true);
      if (outcome === undefined) throw new Error("ledger: a call had no outcome");
      return outcome;
    },

    async read(keys) {
      return database.read(() => {
        const found = new Map<string, LedgerEntry>();
        for (const key of keys) {
          const entry = find(database, key);
          if (entry !== undefined) found.set(key, entry);
        }
        return found;
      });
    },

    changes: {
      ...readChangeLog(database),
      onAppend(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    checkpoints: sqliteCheckpoints(database),
    failedChanges: sqliteFailedChanges(database, options.clock),
    erasure: sqliteLedgerErasure(database),
    exports: sqliteLedgerExports(database),
    purge: (consumers) => purgeLedger(database, options.clock(), consumers),
    close() {
      group.flushAll();
      database.close();
    },
  };
}
