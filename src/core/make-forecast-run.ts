import type { Histories, ScopeHistory } from "./cost-history.ts";
import { fnv1a } from "./fnv-1a.ts";
import { agreeingParts } from "./forecast/agreeing-parts.ts";
import { type Expected, forecastDaily } from "./forecast/forecast-daily.ts";
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

function forecastOf({ scope }: ScopeHistory, costs: readonly PicoUsd[]): ScopeForecast {
  return { scope, historyDays: daysOfHistory(costs), ...forecastDaily(costs.map(usdOf), horizonDays) };
}

/** The same total about another mean, no smaller than that of a day less. */
function movedTo(total: Expected, mean: number, before: Expected | undefined): Expected {
  const factor = total.mean === 0 ? 1 : mean / total.mean;
  const at = (name: "p025" | "p10" | "p90" | "p975") => Math.max(total[name] * factor, before?.[name] ?? 0);
  return {
    mean,
    p025: at("p025"),
    p10: at("p10"),
    p50: mean,
    p90: Math.max(mean, at("p90")),
    p975: Math.max(mean, at("p975")),
  };
}

function withDays(forecast: ScopeForecast, days: readonly Expected[]): ScopeForecast {
  const totals: Expected[] = [];
  let mean = 0;
  for (const [ahead, day] of days.entries()) {
    mean += day.mean;
    totals.push(movedTo(forecast.totals[ahead] as Expected, mean, totals.at(-1)));
  }
  return { ...forecast, days, totals };
}

/** Of a day on which no part expects anything: each its share of what it expects of all days. */
function sharesOf(total: Expected, expected: readonly number[]): readonly Expected[] | undefined {
  const sum = expected.reduce((means, mean) => means + mean, 0);
  if (sum === 0) return undefined;
  const part = (share: number): Expected => ({
    ...{ mean: total.mean * share, p025: total.p025 * share, p10: total.p10 * share },
    ...{ p50: total.p50 * share, p90: total.p90 * share, p975: total.p975 * share },
  });
  return expected.map((mean) => part(mean / sum));
}

/** The parts moved so that on each day, and so in each total of days, their means add up to the whole's. */
function agreeingScopes(parts: readonly ScopeForecast[], whole: ScopeForecast): readonly ScopeForecast[] {
  const expected = parts.map(({ totals }) => totals.at(-1)?.mean ?? 0);
  const byDay = whole.days.map((total, ahead) => {
    const day = parts.map(({ days }) => days[ahead] as Expected);
    const shared = day.every(({ mean }) => mean === 0) ? sharesOf(total, expected) : undefined;
    return shared ?? agreeingParts(day, total);
  });
  return parts.map((part, place) =>
    withDays(
      part,
      byDay.map((day) => day[place] as Expected),
    ),
  );
}

/** Classes agree with all spend; then the teams of a class with the class, and its features likewise. */
function makeAgree(forecasts: Map<string, ScopeForecast>, { scopes, leftOut }: Histories): void {
  const parts = scopes.filter(({ partOf }) => partOf !== undefined);
  const families = Map.groupBy(parts, ({ partOf }) => JSON.stringify([partOf?.by === "cost_class" ? 0 : 1, partOf]));
  for (const [, family] of [...families].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [{ partOf } = {}] = family;
    const whole = forecasts.get(partOf?.key ?? "");
    // What was left out is missing from the sum: the rest stay as they are.
    if (whole === undefined || (leftOut > 0 && partOf?.by !== "cost_class")) continue;
    const own = family.map(({ key }) => forecasts.get(key) as ScopeForecast);
    for (const [place, agreed] of agreeingScopes(own, whole).entries()) {
      forecasts.set((family[place] as ScopeHistory).key, agreed);
    }
  }
}

/** The same for the same day and scopes: a step that is run again makes the same run. */
function idOf(kind: ForecastRun["kind"], asOf: UsageDate, { scopes }: Histories): string {
  if (kind === "backtest") return `backtest-${asOf}`;
  const keys = scopes.map(({ key }) => key).sort();
  return `run-${asOf}-${fnv1a(JSON.stringify(keys)).toString(16).padStart(8, "0")}`;
}

/**
 * The forecast of every scope as of the end of a day of the history, from the 180 days up to it. Parts agree with their
 * total; scopes that are part of none stay as they are forecast by themselves.
 */
export function makeForecastRun(
  histories: Histories,
  { from, asOf, madeAt, kind }: { from: UsageDate; asOf: UsageDate; madeAt: Instant; kind: ForecastRun["kind"] },
): ForecastRun {
  const days = daysBetween(from, asOf) + 1;
  const forecasts = new Map(
    histories.scopes.map((history) => {
      const costs = history.costs.slice(Math.max(0, days - HISTORY_DAYS_MAX), days);
      return [history.key, forecastOf(history, costs)];
    }),
  );
  makeAgree(forecasts, histories);
  return {
    id: idOf(kind, asOf, histories),
    ...{ asOf, madeAt, kind },
    ...(histories.leftOut > 0 && { scopesLeftOut: histories.leftOut }),
    scopes: [...forecasts.values()],
  };
}
