import { budgetPeriod, type Period } from "#core/budget-period.ts";
import { isInScope } from "#core/budget-state.ts";
import type { Scope } from "#core/config.ts";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import type { ForecastRun, ScopeForecast } from "#core/forecast-run.ts";
import type { PicoUsd } from "#core/money.ts";
import { scopeKey } from "#core/scope-key.ts";
import { addDays } from "#core/time.ts";
import type { makeCostReport } from "./cost-report.ts";
import type { ForecastStore } from "./ports/forecasts.ts";

interface MonthForecast {
  readonly forecast: ScopeForecast;
  /** From the month's first day up to `asOf`. */
  readonly spent: PicoUsd;
}

type ForecastAnswer =
  | { readonly status: "none_yet" }
  /** With the scopes that are forecast. */
  | { readonly status: "not_forecast"; readonly scopes: readonly Scope[] }
  | {
      readonly status: "found";
      readonly run: ForecastRun;
      /** The month of the day after `asOf`. */
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

/** The latest forecast of a scope, and what its month has cost by then. */
export const makeReadForecast =
  ({
    forecasts,
    costReport,
  }: {
    readonly forecasts: ForecastStore;
    readonly costReport: ReturnType<typeof makeCostReport>;
  }) =>
  async (asked: Scope): Promise<ForecastAnswer> => {
    const run = await forecasts.latest();
    if (run === undefined) return { status: "none_yet" };
    const found = forecastsOf(run, asked);
    if (found.length === 0) return { status: "not_forecast", scopes: run.scopes.map(({ scope }) => scope) };
    const month = budgetPeriod("month", addDays(run.asOf, 1));
    const groupBy = SPEND_DIMENSIONS.filter((name) => found.some(({ scope }) => scope[name] !== undefined));
    const query = { from: month.from, to: run.asOf, granularity: "total", groupBy, filters: {} } as const;
    const rows = run.asOf < month.from ? [] : (await costReport(query)).rows;
    const spentOf = (scope: Scope) =>
      rows
        .filter(({ dimensions }) => isInScope(scope, dimensions))
        .reduce((sum, { sums }) => sum + sums.cost, 0n) as PicoUsd;
    return {
      ...{ status: "found", run, month },
      forecasts: found.map((forecast) => ({ forecast, spent: spentOf(forecast.scope) })),
    };
  };
