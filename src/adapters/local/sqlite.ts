import { DatabaseSync, type StatementSync } from "node:sqlite";
import { Unavailable } from "#app/unavailable.ts";
import { restoreFix, UnusableFolder } from "./unusable-folder.ts";

/** A database file. Whatever keeps SQLite from reading or writing now becomes `Unavailable`; a wrong statement throws. */
export interface Sqlite {
  /** Prepared once per text and then reused. */
  prepare(sql: string): StatementSync;
  /** Runs `work` with its errors told apart. */
  read<T>(work: () => T): T;
  /** Runs `work` in one transaction: all of it is on disk when this returns, or none of it stays. */
  write<T>(work: () => T): T;
  close(): void;
}

export const IN_MEMORY = ":memory:";

/** How long a statement waits for another process that reads the file, before it counts as locked. */
const busyTimeoutMs = 100;
/** 32 MB of log before it is copied into the file: a random key changes a page of its own, and many share a copy. */
const checkpointPages = 8_000;
const schemaVersion = 1;
/** `PRAGMA synchronous` answers with this number for FULL: every commit waits for the disk. */
const synchronousFull = 2;

/** Primary result codes (sqlite.org/rescode.html) that say the file cannot be used now, not that we are wrong. */
const outageCodes: ReadonlySet<number> = new Set([
  5, // SQLITE_BUSY
  6, // SQLITE_LOCKED
  7, // SQLITE_NOMEM
  8, // SQLITE_READONLY
  9, // SQLITE_INTERRUPT
  10, // SQLITE_IOERR
  13, // SQLITE_FULL
  14, // SQLITE_CANTOPEN
  15, // SQLITE_PROTOCOL
]);

function asUnavailable(part: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  return outageCodes.has(error.errcode & 0xff) ? new Unavailable(part, { cause: error }) : error;
}

/** Primary result codes of a file that is no database, or no longer a whole one. */
const damageCodes: ReadonlySet<number> = new Set([
  11, // SQLITE_CORRUPT
  26, // SQLITE_NOTADB
]);

function asDamaged(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  if (!damageCodes.has(error.errcode & 0xff)) return error;
  return new UnusableFolder(`${path} cannot be opened: ${error.message}`, { fix: restoreFix, cause: error });
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

/** Durable from the first write on, or it throws: a setting that SQLite did not take would lose acknowledged events. */
function configure(database: DatabaseSync, path: string): void {
  const journal = path === IN_MEMORY ? "memory" : "wal";
  if (path !== IN_MEMORY) database.exec(`PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  database.exec("PRAGMA synchronous = FULL");
  const found = { journal: pragma(database, "journal_mode"), synchronous: pragma(database, "synchronous") };
  if (found.journal !== journal || found.synchronous !== synchronousFull) {
    throw new Error(`${path}: wanted journal_mode ${journal} and synchronous FULL, found ${JSON.stringify(found)}`);
  }
  const version = pragma(database, "user_version");
  if (version !== 0 && version !== schemaVersion) {
    throw new Error(`${path} was written by another version: schema ${version}, this one reads ${schemaVersion}`);
  }
}

/**
 * @param part what this file holds, as `Unavailable` names it
 * @param path a file in an existing folder, or `IN_MEMORY`
 * @param schema `create … if not exists` statements
 */
export function openSqlite(part: string, path: string, schema: string): Sqlite {
  const statements = new Map<string, StatementSync>();
  function read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asUnavailable(part, error);
    }
  }
  const database = read(() => new DatabaseSync(path, { timeout: busyTimeoutMs }));
  try {
    read(() => {
      configure(database, path);
      database.exec(`${schema}; PRAGMA user_version = ${schemaVersion}`);
    });
  } catch (error) {
    database.close();
    throw asDamaged(path, error);
  }
  function prepare(sql: string): StatementSync {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  }
  function write<T>(work: () => T): T {
    return read(() => {
      prepare("BEGIN IMMEDIATE").run();
      try {
        const result = work();
        prepare("COMMIT").run();
        return result;
      } catch (error) {
        if (database.isTransaction) prepare("ROLLBACK").run();
        throw error;
      }
    });
  }
  return { prepare, read, write, close: () => database.close() };
}

/**
 * Adds the columns that a table lacks because an earlier release made it: its rows have null there.
 *
 * @param columns names with their types
 */
export function addColumns(database: Sqlite, table: string, columns: Readonly<Record<string, string>>): void {
  database.write(() => {
    const known = database.prepare("select name from pragma_table_info(?)").all(table);
    const names = new Set(known.map(({ name }) => name));
    for (const [name, type] of Object.entries(columns)) {
      if (!names.has(name)) database.prepare(`alter table ${table} add column ${name} ${type}`).run();
    }
  });
}
