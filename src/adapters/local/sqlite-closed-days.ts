import type { ClosedDays } from "#app/ports/closed-days.ts";
import { packDay } from "#core/pack.ts";
import type { UsageDate } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";

export const closedDaysSchema = `
  create table if not exists closed_days (
    usage_date text primary key,
    generation integer not null,
    pack blob not null
  ) strict`;

/** @param database opened with `closedDaysSchema` */
export function sqliteClosedDays(database: Sqlite): ClosedDays {
  return {
    async write(days) {
      const packed = days.map((day) => ({ ...day, pack: packDay(day.cells) }));
      database.write(() => {
        for (const { usageDate, generation, pack } of packed) {
          database.prepare("insert or replace into closed_days values (?, ?, ?)").run(usageDate, generation, pack);
        }
      });
    },

    async read(from, to) {
      const rows = database.read(() =>
        database
          .prepare("select * from closed_days where usage_date between ? and ? order by usage_date")
          .all(from, to),
      );
      return rows.map((row) => ({
        usageDate: row.usage_date as UsageDate,
        generation: row.generation as number,
        pack: row.pack as Uint8Array,
      }));
    },
  };
}
