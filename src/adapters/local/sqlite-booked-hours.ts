import type { BookedHours } from "#app/ports/booked-hours.ts";
import { BOOKED_KEPT_MS } from "#core/booked-hours.ts";
import { decodeBookedHour, decodeReading, encodeBookedHour, encodeReading } from "#core/booked-hours-codec.ts";
import type { Sqlite } from "./sqlite.ts";

/** The reading is a single row. */
export const bookedHoursSchema = `
  create table if not exists spend_reading (
    only integer primary key check (only = 1),
    version integer not null,
    reading text not null
  ) strict;
  create table if not exists booked_hours (hour integer primary key, booked text not null) strict`;

/** @param database opened with `bookedHoursSchema` */
export function sqliteBookedHours(database: Sqlite): BookedHours {
  const versionNow = () => database.prepare("select version from spend_reading").get()?.version ?? 0;
  return {
    async last() {
      const row = database.read(() => database.prepare("select reading from spend_reading").get());
      return row && decodeReading(row.reading as string);
    },

    async hours(from) {
      return database
        .read(() => database.prepare("select booked from booked_hours where hour >= ? order by hour").all(from))
        .map((row) => decodeBookedHour(row.booked as string));
    },

    async put(reading, hours) {
      return database.write(() => {
        if (versionNow() !== reading.version - 1) return "stale";
        database
          .prepare("insert or replace into spend_reading values (1, ?, ?)")
          .run(reading.version, encodeReading(reading));
        for (const one of hours) {
          database.prepare("insert or replace into booked_hours values (?, ?)").run(one.hour, encodeBookedHour(one));
        }
        database.prepare("delete from booked_hours where hour < ?").run(reading.at - BOOKED_KEPT_MS);
        return "stored";
      });
    },
  };
}
