import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { Unavailable } from "#app/unavailable.ts";
import { IN_MEMORY, openSqlite } from "#local/sqlite.ts";
import { tempFolder } from "./temp-folder.ts";

const schema = "create table if not exists notes (id text primary key, text text not null) strict";

const pragma = (database: { prepare: DatabaseSync["prepare"] }, name: string) =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

describe("a database file", () => {
  test("waits for the disk at every commit", () => {
    using folder = tempFolder();
    const database = openSqlite("notes", folder.file("notes.db"), schema);
    expect([pragma(database, "journal_mode"), pragma(database, "synchronous")]).toEqual(["wal", 2]);
    database.close();
  });

  test("may be in memory", () => {
    const database = openSqlite("notes", IN_MEMORY, schema);
    database.write(() => database.prepare("insert into notes values ('1', 'x')").run());
    expect(database.prepare("select text from notes").all()).toEqual([{ text: "x" }]);
    database.close();
  });

  test("keeps nothing of a transaction that fails", () => {
    const database = openSqlite("notes", IN_MEMORY, schema);
    const work = () => {
      database.prepare("insert into notes values ('1', 'x')").run();
      throw new Error("a bug");
    };
    expect(() => database.write(work)).toThrow("a bug");
    expect(database.prepare("select * from notes").all()).toEqual([]);
    database.close();
  });

  test("written by a later version is refused", () => {
    using folder = tempFolder();
    const later = new DatabaseSync(folder.file("notes.db"));
    later.exec("PRAGMA user_version = 2");
    later.close();
    expect(() => openSqlite("notes", folder.file("notes.db"), schema)).toThrow("another version: schema 2");
  });
});

describe("what becomes Unavailable", () => {
  test("a file that cannot be opened", () => {
    using folder = tempFolder();
    expect(() => openSqlite("notes", folder.file("no/such/folder.db"), schema)).toThrow(Unavailable);
  });

  test("a file that another process has locked, until it lets go", () => {
    using folder = tempFolder();
    const database = openSqlite("notes", folder.file("notes.db"), schema);
    const other = new DatabaseSync(folder.file("notes.db"));
    const add = () => database.write(() => database.prepare("insert into notes values ('1', 'x')").run());
    other.exec("BEGIN IMMEDIATE");
    expect(add).toThrow(Unavailable);
    other.exec("ROLLBACK");
    expect(add().changes).toBe(1);
    other.close();
    database.close();
  });

  test("a full disk, until there is room; nothing of the failed transaction stays", () => {
    using folder = tempFolder();
    const database = openSqlite("notes", folder.file("notes.db"), schema);
    const add = (ids: readonly string[]) =>
      database.write(() => {
        for (const id of ids) database.prepare("insert into notes values (?, ?)").run(id, "x".repeat(5_000));
      });
    pragma(database, "max_page_count = 6");
    expect(() => add(["1", "2", "3", "4", "5", "6"])).toThrow(Unavailable);
    pragma(database, "max_page_count = 1000");
    add(["1"]);
    expect(database.prepare("select id from notes").all()).toEqual([{ id: "1" }]);
    database.close();
  });

  test("a file that may only be read", () => {
    using folder = tempFolder();
    const database = openSqlite("notes", folder.file("notes.db"), schema);
    pragma(database, "query_only = 1");
    expect(() => database.write(() => database.prepare("insert into notes values ('1', 'x')").run())).toThrow(
      Unavailable,
    );
    database.close();
  });

  test("never a wrong statement or a broken rule of the schema", () => {
    const database = openSqlite("notes", IN_MEMORY, schema);
    const failures = ["select * from nowhere", "insert into notes values ('1', null)"].map((sql) => {
      try {
        return database.write(() => database.prepare(sql).run());
      } catch (error) {
        return error instanceof Unavailable;
      }
    });
    expect(failures).toEqual([false, false]);
    database.close();
  });
});
