import { budgetPeriod, type Period } from "#core/budget-period.ts";
import { isInScope } from "#core/budget-state.ts";
import type { Scope } from "#core/config.ts";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import type { ForecastRun, ScopeForecast } from "#core/forecast-run.ts";
import type { PicoUsd } from "#core/money.ts";
import { expectedAtEnd, type PeriodEnd } from "#core/period-end.ts";
import { scopeKey } from "#core/scope-key.ts";
import { type Instant, usageDateOf } from "#core/time.ts";
import type { CostReportRow, makeCostReport } from "./cost-report.ts";
import type { ForecastStore } from "./ports/forecasts.ts";

interface MonthForecast {
  readonly forecast: ScopeForecast;
  /** From the month's first day on, today included. */
  readonly spent: PicoUsd;
  /** Undefined: the run is so old that it does not reach the month's end. */
  readonly atMonthEnd: PeriodEnd | undefined;
}

type ForecastAnswer =
  | { readonly status: "none_yet" }
  /** With the scopes that are forecast. */
  | { readonly status: "not_forecast"; readonly scopes: readonly Scope[] }
  | {
      readonly status: "found";
      readonly run: ForecastRun;
      /** It runs today. */
      readonly month: Period;
      /** The scope itself, where it is forecast as a whole, and it within each cost class. */
      readonly forecasts: readonly MonthForecast[];
    };

/** Whether `scope` is what was asked for within a cost class: nothing else is named, and no value that was not asked for. */
function isPartOf(asked: Scope, scope: Scope): boolean {
  if (scope.cost_class === undefined || scope.cost_class.length !== 1) return false;
  const names = SPEND_DIMENSIONS.filter((name) => name !== "cost_class" || asked.cost_class !== undefined);
  return names.every((name) => {
    const [wanted, named] = [asked[name], scope[name]];
    if (wanted === undefined || named === undefined) return wanted === named;
    return named.every((value) => wanted.includes(value));
  });
}

/** Whole first, then by class. */
function forecastsOf({ scopes }: ForecastRun, asked: Scope): readonly ScopeForecast[] {
  const key = scopeKey(asked);
  const whole = scopes.filter(({ scope }) => scopeKey(scope) === key);
  const parts = scopes.filter(({ scope }) => scopeKey(scope) !== key && isPartOf(asked, scope));
  return [...whole, ...parts];
}

interface ReadForecastDeps {
  readonly forecasts: ForecastStore;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly clock: () => Instant;
}

/** The latest forecast of a scope, and what this month has cost so far. */
export const makeReadForecast =
  ({ forecasts, costReport, clock }: ReadForecastDeps) =>
  async (asked: Scope): Promise<ForecastAnswer> => {
    const run = await forecasts.latest();
    if (run === undefined) return { status: "none_yet" };
    const found = forecastsOf(run, asked);
    if (found.length === 0) return { status: "not_forecast", scopes: run.scopes.map(({ scope }) => scope) };
    const today = usageDateOf(clock());
    const month = budgetPeriod("month", today);
    const groupBy = SPEND_DIMENSIONS.filter((name) => found.some(({ scope }) => scope[name] !== undefined));
    const query = { from: month.from, to: today, granularity: "daily", groupBy, filters: {} } as const;
    const { rows } = await costReport(query);
    const costOf = (some: readonly CostReportRow[]) => some.reduce((sum, { sums }) => sum + sums.cost, 0n) as PicoUsd;
    return {
      ...{ status: "found", run, month },
      forecasts: found.map((forecast) => {
        const own = rows.filter(({ dimensions }) => isInScope(forecast.scope, dimensions));
        const spent = costOf(own);
        const spentToday = costOf(own.filter(({ date }) => date === today));
        const days = { asOf: run.asOf, today, to: month.to };
        return { forecast, spent, atMonthEnd: expectedAtEnd(forecast, { spent, spentToday }, days) };
      }),
    };
  };
