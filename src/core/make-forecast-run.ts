import { agreeForecasts } from "./agree-forecasts.ts";
import type { Histories, ScopeHistory } from "./cost-history.ts";
import { fnv1a } from "./fnv-1a.ts";
import { forecastDaily } from "./forecast/forecast-daily.ts";
import type { ForecastRun, ScopeForecast } from "./forecast-run.ts";
import type { PicoUsd } from "./money.ts";
import { daysBetween, type Instant, type UsageDate } from "./time.ts";

const horizonDays = 90;
export const HISTORY_DAYS_MAX = 180;

const picoUsdPerUsd = 1e12;

/** As an ordinary number: what is expected is no booking. */
export const usdOf = (cost: PicoUsd): number => Number(cost) / picoUsdPerUsd;

/** From the first day with spend on. */
function daysOfHistory(costs: readonly PicoUsd[]): number {
  const first = costs.findIndex((cost) => cost > 0n);
  return first === -1 ? 0 : costs.length - first;
}

function forecastOf({ scope, costs }: ScopeHistory): ScopeForecast {
  return { scope, historyDays: daysOfHistory(costs), ...forecastDaily(costs.map(usdOf), horizonDays) };
}

/** The same for the same day, scopes and costs: what is run again makes the same run, other costs make another one. */
function idOf(kind: ForecastRun["kind"], asOf: UsageDate, { scopes }: Histories): string {
  if (kind === "backtest") return `backtest-${asOf}`;
  const histories = scopes.map(({ key, costs }) => `${key} ${costs.join()}`).sort();
  return `run-${asOf}-${fnv1a(JSON.stringify(histories)).toString(16).padStart(8, "0")}`;
}

/**
 * The forecast of every scope as of the end of a day of the history, from the 180 days up to it, made to agree where they
 * can be.
 */
export function makeForecastRun(
  histories: Histories,
  { from, asOf, madeAt, kind }: { from: UsageDate; asOf: UsageDate; madeAt: Instant; kind: ForecastRun["kind"] },
): ForecastRun {
  const days = daysBetween(from, asOf) + 1;
  const scopes = histories.scopes.map((history) => ({
    ...history,
    costs: history.costs.slice(Math.max(0, days - HISTORY_DAYS_MAX), days),
  }));
  const forecasts = new Map(scopes.map((history) => [history.key, forecastOf(history)]));
  return {
    id: idOf(kind, asOf, histories),
    ...{ asOf, madeAt, kind },
    ...(histories.leftOut > 0 && { scopesLeftOut: histories.leftOut }),
    scopes: agreeForecasts(forecasts, { scopes, leftOut: histories.leftOut }),
  };
}
