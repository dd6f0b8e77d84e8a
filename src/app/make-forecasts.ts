import { backtestDays } from "#core/backtest-days.ts";
import type { Budget, Scope } from "#core/config.ts";
import { type Histories, type HistoryDays, scopeHistories } from "#core/cost-history.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { HISTORY_DAYS_MAX, makeForecastRun } from "#core/make-forecast-run.ts";
import { scopeKey } from "#core/scope-key.ts";
import { addDays, daysBetween, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import { keepForecasts } from "./keep-forecasts.ts";
import type { ForecastStore } from "./ports/forecasts.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import { readCostHistory } from "./read-cost-history.ts";
import type { RunState } from "./run-state.ts";

interface MakeForecastsDeps {
  readonly engine: QueryEngine;
  readonly forecasts: ForecastStore;
  readonly rules: () => Promise<CompanyRules>;
  readonly clock: () => Instant;
}

type RunSoFar = Pick<RunState, "changedDays" | "importsLanded" | "backfill">;

/**
 * Forecasts what is due: once a UTC day; again when a budget has a scope that is not forecast, and when history has been
 * imported, recomputed or has become longer. Run again, it ends the same.
 */
export type MakeForecasts = (run: RunSoFar) => Promise<void>;

const scopesMax = 2_000;
/** Of a backtest: a year's worth of statements would be written at once. */
const backtestScopesMax = 100;
/** Three whole months are tried, each from a history of its own. */
const backtestedDaysMax = 124;
/** As many days more of history than there were: it has been imported since, and there is a past to try. */
const newHistoryDays = 28;

/** Customers and tags stand in no spend cell: such budgets have no forecast. */
function forecastScopes(budgets: readonly Budget[]): readonly Scope[] {
  return budgets
    .filter((budget) => budget.customer_id === undefined && budget.tags === undefined)
    .map(({ scope }) => scope);
}

const historyOf = (run: ForecastRun | undefined): number =>
  run?.scopes.find(({ scope }) => scopeKey(scope) === scopeKey({}))?.historyDays ?? 0;

function isOfNewHistory({ changedDays, importsLanded, backfill }: RunSoFar, asOf: UsageDate): boolean {
  return (importsLanded || backfill.length > 0) && changedDays.some((day) => day <= asOf);
}

/** Days before the first that it was made from have come: a sender has caught up. */
function isOfOlderHistory(latest: ForecastRun, { changedDays }: RunSoFar): boolean {
  const first = addDays(latest.asOf, 1 - historyOf(latest));
  return historyOf(latest) < HISTORY_DAYS_MAX && changedDays.some((day) => day < first);
}

function isDue(latest: ForecastRun | undefined, asOf: UsageDate, wanted: readonly Scope[], run: RunSoFar): boolean {
  if (latest === undefined || latest.asOf < asOf) return true;
  if (isOfNewHistory(run, asOf) || isOfOlderHistory(latest, run)) return true;
  const forecast = new Set(latest.scopes.map(({ scope }) => scopeKey(scope)));
  return latest.asOf === asOf && wanted.some((scope) => !forecast.has(scopeKey(scope)));
}

const allSpend = ({ scopes }: Histories) => scopes.find(({ key }) => key === scopeKey({}));

interface Past extends HistoryDays {
  readonly madeAt: Instant;
  /** From then on there are forecasts that were made in time. */
  readonly firstRun: UsageDate;
}

/** The past as it would have been forecast then. */
function backtests(histories: Histories, { from, to, madeAt, firstRun }: Past): readonly ForecastRun[] {
  const firstSpend = allSpend(histories)?.costs.findIndex((cost) => cost > 0n) ?? -1;
  if (firstSpend === -1) return [];
  return backtestDays(to, addDays(from, firstSpend))
    .filter((day) => day < firstRun)
    .map((day) => makeForecastRun(histories, { from, asOf: day, madeAt, kind: "backtest" }));
}

/** `asOf` where there is none before. */
async function readFirstRun(engine: QueryEngine, { from, to }: HistoryDays): Promise<UsageDate> {
  const rows = await engine.run("forecast_runs", { substitutions: { first_day: from, last_day: to } });
  const runs = rows.filter(({ run_kind }) => run_kind === "run").map(({ as_of }) => as_of as UsageDate);
  return [...runs, to].sort()[0] ?? to;
}

function hasNewHistory(latest: ForecastRun | undefined, run: ForecastRun): boolean {
  const passed = latest === undefined ? 0 : daysBetween(latest.asOf, run.asOf);
  return historyOf(run) - historyOf(latest) - passed >= newHistoryDays;
}

export const makeMakeForecasts =
  ({ engine, forecasts, rules, clock }: MakeForecastsDeps): MakeForecasts =>
  async (soFar) => {
    const madeAt = clock();
    const asOf = addDays(usageDateOf(madeAt), -1);
    const wanted = forecastScopes((await rules()).config.budgets);
    const latest = await forecasts.latest();
    if (!isDue(latest, asOf, wanted, soFar)) return;
    const days = { from: addDays(asOf, 1 - HISTORY_DAYS_MAX), to: asOf };
    const histories = scopeHistories(await readCostHistory(engine, days, wanted), days, wanted, scopesMax);
    const run = makeForecastRun(histories, { from: days.from, asOf, madeAt, kind: "run" });
    if (isOfNewHistory(soFar, asOf) || hasNewHistory(latest, run)) {
      const past = { from: addDays(days.from, -backtestedDaysMax), to: asOf };
      const firstRun = await readFirstRun(engine, past);
      const tried = scopeHistories(await readCostHistory(engine, past, wanted), past, wanted, backtestScopesMax);
      await keepForecasts(engine, backtests(tried, { ...past, madeAt, firstRun }));
    }
    await keepForecasts(engine, [run]);
    // Last: until then the next run makes all of it again.
    await forecasts.put(run);
  };
