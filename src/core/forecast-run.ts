import type { Scope } from "./config.ts";
import type { DailyForecast } from "./forecast/forecast-daily.ts";
import type { Instant, UsageDate } from "./time.ts";

/** What a scope is expected to spend, in USD as ordinary numbers: expectations, not bookings. */
export interface ScopeForecast extends DailyForecast {
  readonly scope: Scope;
  /** Days of history that it was made from. */
  readonly historyDays: number;
  /** False: it is forecast by itself, and need not add up with the others. */
  readonly agrees?: false;
}

/** One run of the forecast over all its scopes. `days[0]` is the day after `asOf`. */
export interface ForecastRun {
  readonly id: string;
  /** The last day of the history. */
  readonly asOf: UsageDate;
  readonly madeAt: Instant;
  /** `backtest`: made later, as it would have been made then. */
  readonly kind: "run" | "backtest";
  /** All spend, each cost class, each team and each feature of a class, the scope of each budget. */
  readonly scopes: readonly ScopeForecast[];
  /** Teams and features of a class that are not forecast: there are too many, and these cost least. */
  readonly scopesLeftOut?: number;
  /** What is still to be written to the lake, in this order; left out: nothing. */
  readonly pending?: readonly ("run" | "backtests")[];
  /** Made again with what came late for its last day: that is done once. */
  readonly isAgain?: true;
}
