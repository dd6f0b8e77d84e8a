import type { Scope } from "#core/config.ts";
import { type HistoryDays, scopeHistories } from "#core/cost-history.ts";
import {
  type Accuracy,
  type ActualCosts,
  accuracyBefore,
  accuracyOf,
  type BucketAccuracy,
  type ForecastDay,
  HEADLINE_BUCKET,
  judgeForecastDays,
  judgeMonths,
  MONTH_END_BUCKETS,
  type MonthEnd,
  type RestOfMonth,
} from "#core/forecast-accuracy.ts";
import { usdOf } from "#core/make-forecast-run.ts";
import { scopeKey } from "#core/scope-key.ts";
import { addDays, type Instant, monthOf, type UsageDate, usageDateOf } from "#core/time.ts";
import type { Sha256Hex } from "./customers.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";
import { readCostHistory } from "./read-cost-history.ts";

interface KindAccuracy {
  /** `backtest`: of forecasts that were made later, as they would have been made then. */
  readonly kind: "run" | "backtest";
  /** By the days that were left. */
  readonly monthEnds: readonly BucketAccuracy[];
  /** Of single days, up to 30 ahead. */
  readonly days: Accuracy;
}

interface ScopeAccuracy {
  readonly scope: Scope;
  readonly kind: "run" | "backtest";
  /** USD, of the months that were forecast, each once. */
  readonly actual: number;
  /** Told with half of the month left. */
  readonly monthEnds: BucketAccuracy;
}

interface ForecastAccuracy extends HistoryDays {
  readonly scope: Scope;
  /** False: no forecast that was made in this time is of this scope. */
  readonly isForecast: boolean;
  readonly monthEnds: readonly MonthEnd[];
  readonly kinds: readonly KindAccuracy[];
  /** Of all spend, each cost class and the scope asked for; or of those that have cost most. The most spent first. */
  readonly scopes: readonly ScopeAccuracy[];
}

const kinds = ["run", "backtest"] as const;
/** As many scopes a query can name, and each has a row a day. */
const dearestMax = 30;
/** Of 64: no two scopes of a company have the same. */
const hashDigits = 16;

const intervalOf = (row: QueryRow, prefix: "" | "total_") => ({
  mean: Number(row[`${prefix}mean`]),
  p025: Number(row[`${prefix}p025`]),
  p10: Number(row[`${prefix}p10`]),
  p90: Number(row[`${prefix}p90`]),
  p975: Number(row[`${prefix}p975`]),
});

const runOf = (row: QueryRow) => ({
  historyDays: Number(row.history_days),
  asOf: row.as_of as UsageDate,
  kind: row.run_kind as "run" | "backtest",
});

const restOf = (row: QueryRow): RestOfMonth => ({ ...runOf(row), ...intervalOf(row, "total_") });

const dayOf = (row: QueryRow): ForecastDay => ({
  ...runOf(row),
  ...intervalOf(row, ""),
  date: row.forecast_date as UsageDate,
});

const ofKind = <T extends { readonly kind: string }>(all: readonly T[], kind: string) =>
  all.filter((one) => one.kind === kind);

/** The first day of the month that is so many months before the month of `date`. */
function monthsBefore(date: UsageDate, months: number): UsageDate {
  let first = `${monthOf(date)}-01` as UsageDate;
  for (let back = 0; back < months; back++) first = `${monthOf(addDays(first, -1))}-01` as UsageDate;
  return first;
}

interface ForecastAccuracyDeps {
  readonly engine: QueryEngine;
  readonly clock: () => Instant;
  readonly sha256Hex: Sha256Hex;
}

/**
 * What was forecast beside what came, over the last `months` months that are over and the days since: of the scope that
 * is asked for, and month ends of all spend and each class, or of the scopes that have cost most.
 */
export const makeForecastAccuracy =
  ({ engine, clock, sha256Hex }: ForecastAccuracyDeps) =>
  async (scope: Scope, months: number, shown: "classes" | "dearest"): Promise<ForecastAccuracy> => {
    const yesterday = addDays(usageDateOf(clock()), -1);
    const days = { from: monthsBefore(addDays(yesterday, 1), months), to: yesterday };
    // A month may have been forecast the day before it began.
    const window = { first_day: addDays(days.from, -1), last_day: yesterday };
    const histories = scopeHistories(
      await readCostHistory(engine, days, [scope]),
      days,
      [scope],
      shown === "dearest" ? dearestMax : 0,
    );
    // A scope may be longer than what a query takes as a parameter.
    const hashOf = (key: string) => sha256Hex(key).slice(0, hashDigits);
    const hashes = histories.scopes.map(({ key }) => hashOf(key)).join(",");
    const [monthRows, dayRows] = await Promise.all([
      engine.run("forecast_month_ends", { substitutions: window, parameters: [hashes] }),
      engine.run("forecast_days", { substitutions: window, parameters: [hashOf(scopeKey(scope))] }),
    ]);
    const byScope = Map.groupBy(monthRows, (row) => String(row.scope));
    const scopes = [...byScope.keys()].map((key) => JSON.parse(key) as Scope);
    const costsOf = new Map(histories.scopes.map(({ key, costs }) => [key, costs.map(usdOf)]));
    const actualOf = (key: string): ActualCosts => ({ from: days.from, costs: costsOf.get(key) ?? [] });
    const own = scopeKey(scope);
    const monthEndsOf = (key: string) => judgeMonths((byScope.get(key) ?? []).map(restOf), actualOf(key));
    const monthEnds = monthEndsOf(own);
    const ofDays = dayRows.map(dayOf);
    return {
      ...days,
      ...{ scope, monthEnds, isForecast: byScope.has(own) || dayRows.length > 0 },
      kinds: kinds.map((kind) => ({
        kind,
        monthEnds: MONTH_END_BUCKETS.map((bucket) => accuracyBefore(ofKind(monthEnds, kind), bucket)),
        days: accuracyOf(judgeForecastDays(ofKind(ofDays, kind), actualOf(own))),
      })),
      scopes: scopes
        .flatMap((each) => {
          const judged = monthEndsOf(scopeKey(each));
          return kinds.flatMap((kind): ScopeAccuracy[] => {
            const mine = ofKind(judged, kind);
            const actual = [...new Map(mine.map((end) => [end.month, end.actual])).values()];
            const sum = actual.reduce((total, cost) => total + cost, 0);
            const monthEnds = accuracyBefore(mine, HEADLINE_BUCKET);
            return mine.length === 0 ? [] : [{ scope: each, kind, actual: sum, monthEnds }];
          });
        })
        .sort((a, b) => b.actual - a.actual),
    };
  };
