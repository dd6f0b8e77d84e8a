import type { ForecastRun } from "#core/forecast-run.ts";

/** The forecast in force, to be read at once; all runs are in the lake's `forecast_daily`. */
export interface ForecastStore {
  /** Replaces the one before, unless that one is of a later day. */
  put(run: ForecastRun): Promise<void>;
  latest(): Promise<ForecastRun | undefined>;
}
