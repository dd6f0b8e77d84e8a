import type { SpendPosting, SpendStore } from "#app/ports/spend.ts";
import { addSums, cellKey, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";
import { type CellRow, cellOfRow, rowOfCell, sumsOfRow } from "./stored-cell.ts";

export const spendSchema = `
  create table if not exists marks (shard text primary key, mark text not null) strict, without rowid;
  create table if not exists cells (
    usage_date text not null,
    cell text not null,
    cost_pico_usd text not null,
    list_cost_pico_usd text not null,
    requests text not null,
    entries text not null,
    quantities text not null,
    primary key (usage_date, cell)
  ) strict, without rowid;
  create table if not exists day_generations (
    usage_date text primary key,
    generation integer not null
  ) strict, without rowid`;

/** The AWS adapter writes the mark and these in one transaction of at most 100 items. */
const itemsMax = 99;

function assertPosting({ expectedMark, nextMark, cells, touchedClosedDays }: SpendPosting): void {
  if (cells.length + touchedClosedDays.length > itemsMax) {
    throw new RangeError(`spend: a posting has at most ${itemsMax} cells and days, found more`);
  }
  if (expectedMark !== undefined && nextMark <= expectedMark) {
    throw new RangeError(`spend: the mark may only move forward, found ${nextMark} after ${expectedMark}`);
  }
}

function addCell(database: Sqlite, cell: SpendCell): void {
  const known = database
    .prepare("select * from cells where usage_date = ? and cell = ?")
    .get(cell.usageDate, cellKey(cell.dimensions)) as unknown as CellRow | undefined;
  const row = rowOfCell(known ? { ...cell, sums: addSums(sumsOfRow(known), cell.sums) } : cell);
  database
    .prepare("insert or replace into cells values (?, ?, ?, ?, ?, ?, ?)")
    .run(
      row.usage_date,
      row.cell,
      row.cost_pico_usd,
      row.list_cost_pico_usd,
      row.requests,
      row.entries,
      row.quantities,
    );
}

function touchDay(database: Sqlite, usageDate: UsageDate): void {
  database
    .prepare(
      `insert into day_generations values (?, 1)
       on conflict (usage_date) do update set generation = generation + 1`,
    )
    .run(usageDate);
}

function markOf(database: Sqlite, shard: string): string | undefined {
  return database.prepare("select mark from marks where shard = ?").get(shard)?.mark as string | undefined;
}

/** @param database opened with `spendSchema` */
export function sqliteSpend(database: Sqlite): SpendStore {
  return {
    async mark(shard) {
      return database.read(() => markOf(database, shard));
    },

    async post(posting) {
      assertPosting(posting);
      return database.write(() => {
        if (markOf(database, posting.shard) !== posting.expectedMark) return "stale";
        for (const cell of posting.cells) addCell(database, cell);
        for (const day of posting.touchedClosedDays) touchDay(database, day);
        database.prepare("insert or replace into marks values (?, ?)").run(posting.shard, posting.nextMark);
        return "posted";
      });
    },

    async read(from, to) {
      const rows = database.read(() =>
        database
          .prepare("select * from cells where usage_date between ? and ? order by usage_date, cell")
          .all(from, to),
      ) as unknown as readonly CellRow[];
      return rows.map(cellOfRow);
    },

    async generations(from, to) {
      const rows = database.read(() =>
        database.prepare("select * from day_generations where usage_date between ? and ?").all(from, to),
      );
      return new Map(rows.map((row) => [row.usage_date as UsageDate, row.generation as number]));
    },
  };
}
