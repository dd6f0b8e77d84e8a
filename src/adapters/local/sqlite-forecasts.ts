import type { ForecastStore } from "#app/ports/forecasts.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { decodeForecastRun, encodeForecastRun } from "#core/forecast-run-codec.ts";
import type { Sqlite } from "./sqlite.ts";

export const forecastsSchema = `
  create table if not exists forecasts (
    place text primary key check (place = 'latest'),
    as_of text not null,
    run text not null
  ) strict`;

/** @param database opened with `forecastsSchema` */
export function sqliteForecasts(database: Sqlite): ForecastStore {
  let known: { readonly text: string; readonly run: ForecastRun } | undefined;
  return {
    async put(run) {
      const replace = `
        insert into forecasts values ('latest', ?, ?)
        on conflict (place) do update set as_of = excluded.as_of, run = excluded.run
        where as_of <= excluded.as_of`;
      database.write(() => database.prepare(replace).run(run.asOf, encodeForecastRun(run)));
    },

    async latest() {
      const row = database.read(() => database.prepare("select run from forecasts").get());
      if (row === undefined) return undefined;
      const text = row.run as string;
      if (known?.text !== text) known = { text, run: decodeForecastRun(text) };
      return known.run;
    },
  };
}
