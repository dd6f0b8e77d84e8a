import { backtestDays } from "#core/backtest-days.ts";
import type { Budget, Scope } from "#core/config.ts";
import { type Histories, type HistoryDays, scopeHistories } from "#core/cost-history.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { HISTORY_DAYS_MAX, makeForecastRun } from "#core/make-forecast-run.ts";
import { scopeKey } from "#core/scope-key.ts";
import { lastSettledDay } from "#core/settled-day.ts";
import { addDays, daysBetween, type Instant, type UsageDate } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import { keepBacktests, keepForecast } from "./keep-forecasts.ts";
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
 * Forecasts what is due: once a UTC day; again when a budget has a scope that is not forecast, when history has been
 * imported, recomputed or has become longer, and once when usage of its last day has come late. What is then still to be
 * written to the lake is gone on with in each run. Run again, it ends the same.
 */
export type MakeForecasts = (run: RunSoFar) => Promise<void>;

const scopesMax = 2_000;
/** Of a backtest: a year's worth of statements would be written at once. */
const backtestScopesMax = 100;
/** A step that has written more leaves them to the next run. */
const statementsBeforeBacktests = 20;
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

/** Usage of its last day has come since: once, or a sender that is always late would have it made every hour. */
function hasLateDay({ asOf, isAgain }: ForecastRun, { changedDays }: RunSoFar): boolean {
  return isAgain !== true && changedDays.includes(asOf);
}

function isDue(latest: ForecastRun | undefined, asOf: UsageDate, wanted: readonly Scope[], run: RunSoFar): boolean {
  if (latest === undefined || latest.asOf < asOf || historyOf(latest) === 0) return true;
  if (isOfNewHistory(run, asOf) || isOfOlderHistory(latest, run)) return true;
  const forecast = new Set(latest.scopes.map(({ scope }) => scopeKey(scope)));
  if (latest.asOf !== asOf) return false;
  return hasLateDay(latest, run) || wanted.some((scope) => !forecast.has(scopeKey(scope)));
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

/** What is known now, and what is still to be written of it. Undefined: nothing has come where there was nothing. */
async function forecastNow(
  { engine, clock }: MakeForecastsDeps,
  { asOf, wanted, latest, soFar }: { asOf: UsageDate; wanted: readonly Scope[]; latest?: ForecastRun; soFar: RunSoFar },
): Promise<ForecastRun | undefined> {
  const days = { from: addDays(asOf, 1 - HISTORY_DAYS_MAX), to: asOf };
  const histories = scopeHistories(await readCostHistory(engine, days, wanted), days, wanted, scopesMax);
  const run = makeForecastRun(histories, { from: days.from, asOf, madeAt: clock(), kind: "run" });
  const isOfSameDay = latest?.asOf === asOf;
  const isTried =
    isOfNewHistory(soFar, asOf) || hasNewHistory(latest, run) || latest?.pending?.includes("backtests") === true;
  if (isOfSameDay && run.id === latest.id && !isTried) return undefined;
  const isAgain = isOfSameDay && (latest.isAgain === true || hasLateDay(latest, soFar));
  return { ...run, pending: isTried ? ["run", "backtests"] : ["run"], ...(isAgain && { isAgain }) };
}

async function tryPast(
  { engine, clock }: MakeForecastsDeps,
  { asOf }: ForecastRun,
  wanted: readonly Scope[],
): Promise<void> {
  const past = { from: addDays(asOf, 1 - HISTORY_DAYS_MAX - backtestedDaysMax), to: asOf };
  const firstRun = await readFirstRun(engine, past);
  const tried = scopeHistories(await readCostHistory(engine, past, wanted), past, wanted, backtestScopesMax);
  await keepBacktests(engine, backtests(tried, { ...past, madeAt: clock(), firstRun }));
}

/** To the lake, as much as one step may; told in the store, so that the next run goes on with what is left. */
async function writePending(deps: MakeForecastsDeps, latest: ForecastRun, wanted: readonly Scope[]): Promise<void> {
  const { pending = [], ...run } = latest;
  const put = (left: typeof pending) => deps.forecasts.put({ ...run, ...(left.length > 0 && { pending: left }) });
  const rest = pending.filter((what) => what !== "run");
  if (pending.includes("run")) {
    const { statements, isWhole } = await keepForecast(deps.engine, run);
    if (!isWhole) return;
    await put(rest);
    if (statements > statementsBeforeBacktests) return;
  }
  if (rest.length === 0) return;
  await tryPast(deps, run, wanted);
  await put([]);
}

export const makeMakeForecasts =
  (deps: MakeForecastsDeps): MakeForecasts =>
  async (soFar) => {
    const { forecasts, rules, clock } = deps;
    const asOf = lastSettledDay(clock());
    const wanted = forecastScopes((await rules()).config.budgets);
    const latest = await forecasts.latest();
    const made = isDue(latest, asOf, wanted, soFar)
      ? await forecastNow(deps, { asOf, wanted, soFar, ...(latest && { latest }) })
      : undefined;
    // First: budgets are judged by it, however long the lake takes.
    if (made !== undefined) await forecasts.put(made);
    const inForce = made ?? latest;
    if (inForce !== undefined) await writePending(deps, inForce, wanted);
  };
