import type { ForecastRun } from "#core/forecast-run.ts";
import { forecastText } from "#lake/forecast-literal.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

/** Athena takes 262,144 bytes of text; the statement itself and its commas and quotes take the rest. */
const charactersMax = 240_000;
/** Quotes and commas around the fields of a row. */
const perRow = 100;

interface Chunk {
  readonly texts: string[];
  readonly dates: Set<string>;
  characters: number;
}

/** As few statements as hold them: each costs its minimum, and writes a file. */
function chunksOf(runs: readonly ForecastRun[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (const run of runs) {
    for (const scope of run.scopes) {
      const text = forecastText(run, scope);
      const size = text.length + perRow;
      const last = chunks.at(-1);
      const fits = last !== undefined && last.characters + size <= charactersMax;
      const chunk = fits ? last : { texts: [], dates: new Set<string>(), characters: 0 };
      if (!fits) chunks.push(chunk);
      chunk.texts.push(text);
      chunk.dates.add(run.asOf);
      chunk.characters += size;
    }
  }
  return chunks;
}

/** Writes the runs to `forecast_daily`. Killed anywhere and done again, each is there once. */
export async function keepForecasts(engine: QueryEngine, runs: readonly ForecastRun[]): Promise<void> {
  for (const { texts, dates } of chunksOf(runs)) {
    await engine.run("merge_forecast_daily", { substitutions: { forecasts: texts, dates: [...dates] } });
  }
}
