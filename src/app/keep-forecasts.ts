import type { ForecastRun, ScopeForecast } from "#core/forecast-run.ts";
import { scopeKey } from "#core/scope-key.ts";
import { forecastText } from "#lake/forecast-literal.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

/** Athena takes 262,144 bytes of text; the statement itself and its commas and quotes take the rest. */
const charactersMax = 240_000;
/** Quotes and commas around the fields of a row. */
const perRow = 100;
/** Of one call: a step of the pipeline has minutes, and each takes seconds. */
const statementsMax = 60;

interface Chunk {
  readonly texts: string[];
  readonly dates: Set<string>;
  characters: number;
}

type Forecast = readonly [ForecastRun, ScopeForecast];

/** As few statements as hold them: each costs its minimum, and writes a file. A scope that none can hold is left out. */
function chunksOf(forecasts: readonly Forecast[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (const [run, scope] of forecasts) {
    const text = forecastText(run, scope);
    const size = text.length + perRow;
    if (size > charactersMax) continue;
    const last = chunks.at(-1);
    const fits = last !== undefined && last.characters + size <= charactersMax;
    const chunk = fits ? last : { texts: [], dates: new Set<string>(), characters: 0 };
    if (!fits) chunks.push(chunk);
    chunk.texts.push(text);
    chunk.dates.add(run.asOf);
    chunk.characters += size;
  }
  return chunks;
}

/** How many statements it took, and whether all is written. */
interface Kept {
  readonly statements: number;
  readonly isWhole: boolean;
}

async function keep(engine: QueryEngine, forecasts: readonly Forecast[]): Promise<Kept> {
  const chunks = chunksOf(forecasts);
  for (const { texts, dates } of chunks.slice(0, statementsMax)) {
    await engine.run("merge_forecast_daily", { substitutions: { forecasts: texts, dates: [...dates] } });
  }
  return { statements: Math.min(statementsMax, chunks.length), isWhole: chunks.length <= statementsMax };
}

/** Writes to `forecast_daily` what it has not of the run, as much as one step may. Done again, it goes on. */
export async function keepForecast(engine: QueryEngine, run: ForecastRun): Promise<Kept> {
  const { asOf } = run;
  const rows = await engine.run("forecast_written", {
    substitutions: { first_day: asOf, last_day: asOf },
    parameters: [run.id],
  });
  const written = new Set(rows.map(({ scope }) => String(scope)));
  const missing = run.scopes.filter(({ scope }) => !written.has(scopeKey(scope)));
  return keep(
    engine,
    missing.map((scope) => [run, scope]),
  );
}

/** Writes all backtests, over those that there were. Killed anywhere and done again, each is there once. */
export async function keepBacktests(engine: QueryEngine, runs: readonly ForecastRun[]): Promise<void> {
  await keep(
    engine,
    runs.flatMap((run) => run.scopes.map((scope) => [run, scope] as const)),
  );
}
