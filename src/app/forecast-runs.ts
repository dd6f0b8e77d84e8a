import { addDays, type Instant, parseInstant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";

interface ListedRun {
  readonly id: string;
  readonly kind: "run" | "backtest";
  readonly asOf: UsageDate;
  readonly madeAt: Instant;
  readonly scopes: number;
  readonly historyDays: number;
  readonly confidence: string;
  /** Decimal strings of USD: what all spend of the next 30 days was expected to be. */
  readonly total30Days: { readonly mean: string; readonly p10: string; readonly p90: string };
}

function runOf(row: QueryRow): ListedRun {
  const madeAt = parseInstant(String(row.made_at));
  if (madeAt === undefined) throw new Error(`forecast_runs: ${row.run_id} was made at ${String(row.made_at)}`);
  return {
    id: String(row.run_id),
    kind: row.run_kind as ListedRun["kind"],
    asOf: row.as_of as UsageDate,
    madeAt,
    scopes: Number(row.scopes),
    historyDays: Number(row.history_days),
    confidence: String(row.confidence),
    total30Days: { mean: String(row.total_mean), p10: String(row.total_p10), p90: String(row.total_p90) },
  };
}

/** The forecasts made as of the last `days` days, latest first. */
export const makeListForecastRuns =
  ({ engine, clock }: { readonly engine: QueryEngine; readonly clock: () => Instant }) =>
  async (days: number): Promise<readonly ListedRun[]> => {
    const last_day = usageDateOf(clock());
    const rows = await engine.run("forecast_runs", {
      substitutions: { first_day: addDays(last_day, -days), last_day },
    });
    return rows.map(runOf);
  };
