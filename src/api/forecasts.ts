import type { Caller } from "#app/caller.ts";
import type { makeForecastAccuracy } from "#app/forecast-accuracy.ts";
import type { makeListForecastRuns } from "#app/forecast-runs.ts";
import type { makeReadForecast } from "#app/read-forecast.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { Scope } from "#core/config.ts";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { expectedUsd } from "#core/expected-usd.ts";
import { CONFIDENCE_REASONS, type Confidence } from "#core/forecast/confidence.ts";
import type { Expected } from "#core/forecast/forecast-daily.ts";
import type { Accuracy, BucketAccuracy, MonthEnd } from "#core/forecast-accuracy.ts";
import { formatUsd } from "#core/money.ts";
import type { PeriodEnd } from "#core/period-end.ts";
import { addDays, formatInstant, monthOf } from "#core/time.ts";
import { confineTeams } from "./confine-teams.ts";
import { problemOf } from "./refusal.ts";

export interface ForecastsDeps {
  readonly readForecast: ReturnType<typeof makeReadForecast>;
  readonly listForecastRuns: ReturnType<typeof makeListForecastRuns>;
  readonly forecastAccuracy: ReturnType<typeof makeForecastAccuracy>;
}

const currency = "USD" as const;
const horizonByDefault = "30";
const totalsAfterDays = [30, 60, 90];
const runsDaysByDefault = 90;
const monthsByDefault = 3;
/** Of each dimension. */
const namedMax = 20;
const dimensionNames = {
  team: ["team", "teams"],
  feature: ["feature", "features"],
  cost_class: ["cost class", "cost classes"],
} as const;

const scopeOf = (query: Readonly<Record<string, unknown>>): Scope =>
  Object.fromEntries(SPEND_DIMENSIONS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])));

/** The schema's lists may be changed by whoever gets them; these are nobody else's. */
const wireScope = (scope: Scope) =>
  Object.fromEntries(SPEND_DIMENSIONS.flatMap((name) => (scope[name] === undefined ? [] : [[name, [...scope[name]]]])));

const interval = ({ mean, p025, p10, p90, p975 }: Expected) => ({
  mean_usd: expectedUsd(mean),
  p10_usd: expectedUsd(p10),
  p90_usd: expectedUsd(p90),
  p025_usd: expectedUsd(p025),
  p975_usd: expectedUsd(p975),
});

const endInterval = ({ mean, p025, p10, p90, p975 }: PeriodEnd) => ({
  mean_usd: formatUsd(mean),
  p10_usd: formatUsd(p10),
  p90_usd: formatUsd(p90),
  p025_usd: formatUsd(p025),
  p975_usd: formatUsd(p975),
});

const wireConfidence = ({ level, reasons }: Confidence) => ({
  level,
  reasons: reasons.map((code) => ({ code, text: CONFIDENCE_REASONS[code].text })),
});

const percentOf = (share: number | null) => (share === null ? null : Number((share * 100).toFixed(2)));

/** What may be asked for, of each dimension; budgets that narrow by more are found by their scope alone. */
function forecastValues(scopes: readonly Scope[]): string {
  const lists = (["team", "feature", "cost_class"] as const).flatMap((name) => {
    const values = [...new Set(scopes.flatMap((scope) => scope[name] ?? []))].sort();
    const more = values.length > namedMax ? ` and ${values.length - namedMax} more` : "";
    const label = values.length === 1 ? dimensionNames[name][0] : dimensionNames[name][1];
    return values.length === 0 ? [] : [`${label} ${values.slice(0, namedMax).join(", ")}${more}`];
  });
  return lists.length === 0 ? "" : ` Known are ${lists.join("; ")}.`;
}

function notForecast(scopes: readonly Scope[]) {
  const message = `This scope is not forecast. Forecast are all spend, each cost class, teams and features within one, and the scopes of budgets.${forecastValues(scopes)}`;
  return { status: 404, body: problemOf({ code: "not_found", message }) } as const;
}

const noneYet = problemOf({
  code: "not_found",
  message: "Nothing has been forecast yet: the pipeline does so in its first run of each day.",
});

export const makeReadForecastHandler =
  ({ readForecast }: Pick<ForecastsDeps, "readForecast">): Handlers<Routes, Caller>["readForecast"] =>
  async ({ query }, caller) => {
    const team = confineTeams(query.team, caller);
    if (!team.ok) return { status: 403, body: problemOf(team.refusal) };
    const answer = await readForecast(scopeOf({ ...query, team: team.value }));
    if (answer.status === "none_yet") return { status: 404, body: noneYet };
    if (answer.status === "not_forecast") return notForecast(visibleTo(answer.scopes, caller));
    const { run, month, forecasts } = answer;
    const horizonDays = Number(query.horizon ?? horizonByDefault);
    return {
      status: 200,
      body: {
        ...{ as_of: run.asOf, made_at: formatInstant(run.madeAt), kind: run.kind, currency, horizon_days: horizonDays },
        ...{ scopes_forecast: run.scopes.length, scopes_left_out: run.scopesLeftOut ?? 0 },
        forecasts: forecasts.map(({ forecast, spent, atMonthEnd }) => ({
          scope: wireScope(forecast.scope),
          agrees: forecast.agrees !== false,
          history_days: forecast.historyDays,
          confidence: wireConfidence(forecast.confidence),
          growth_percent_per_week: percentOf(forecast.growthPerWeek) ?? 0,
          month: monthOf(month.from),
          spent_usd: formatUsd(spent),
          month_end: atMonthEnd === undefined || forecast.historyDays === 0 ? null : endInterval(atMonthEnd),
          totals: totalsAfterDays.map((days) => ({
            ...{ days, to: addDays(run.asOf, days) },
            ...interval(forecast.totals[days - 1] as Expected),
          })),
          days: forecast.days
            .slice(0, horizonDays)
            .map((day, ahead) => ({ date: addDays(run.asOf, ahead + 1), ...interval(day) })),
        })),
      },
    };
  };

/** A key that is confined hears of its own teams alone. */
function visibleTo(scopes: readonly Scope[], { teams }: Pick<Caller, "teams">): readonly Scope[] {
  if (teams === undefined) return scopes;
  return scopes.filter(({ team }) => team?.every((one) => teams.includes(one)) ?? false);
}

export const makeListForecastRunsHandler =
  ({ listForecastRuns }: Pick<ForecastsDeps, "listForecastRuns">): Handlers<Routes, Caller>["listForecastRuns"] =>
  async ({ query }) => {
    const runs = await listForecastRuns(query.days ?? runsDaysByDefault);
    return {
      status: 200,
      body: {
        currency,
        runs: runs.map(({ total30Days, ...run }) => ({
          ...{ id: run.id, kind: run.kind, as_of: run.asOf, made_at: formatInstant(run.madeAt), scopes: run.scopes },
          ...{ history_days: run.historyDays, confidence: run.confidence },
          total_30_days_usd: total30Days.mean,
          total_30_days_p10_usd: total30Days.p10,
          total_30_days_p90_usd: total30Days.p90,
        })),
      },
    };
  };

const wireAccuracy = (accuracy: Accuracy) => ({
  forecasts: accuracy.forecasts,
  wape_percent: percentOf(accuracy.wape),
  bias_percent: percentOf(accuracy.bias),
  inside_80_percent: percentOf(accuracy.inside80),
  inside_95_percent: percentOf(accuracy.inside95),
});

const wireBucket = ({ daysBefore, ...accuracy }: BucketAccuracy) => ({
  days_before: { ...daysBefore },
  ...wireAccuracy(accuracy),
});

const wireMonthEnd = (end: MonthEnd) => ({
  ...{ month: end.month, as_of: end.asOf, kind: end.kind, days_before: end.daysBefore },
  ...{ forecast_usd: expectedUsd(end.forecast), actual_usd: expectedUsd(end.actual) },
  error_percent: percentOf(end.error),
  ...{ inside_80: end.inside80, inside_95: end.inside95 },
});

export const makeForecastAccuracyHandler =
  ({ forecastAccuracy }: Pick<ForecastsDeps, "forecastAccuracy">): Handlers<Routes, Caller>["forecastAccuracy"] =>
  async ({ query }) => {
    const { scopes = "classes", months = monthsByDefault } = query;
    const found = await forecastAccuracy(scopeOf(query), months, scopes);
    if (!found.isForecast) return notForecast(found.scopes.map(({ scope }) => scope));
    return {
      status: 200,
      body: {
        ...{ scope: wireScope(found.scope), currency, from: found.from, to: found.to },
        month_ends: found.monthEnds.map(wireMonthEnd),
        kinds: found.kinds.map(({ kind, monthEnds, days }) => ({
          ...{ kind, month_ends: monthEnds.map(wireBucket), days: wireAccuracy(days) },
        })),
        scopes: found.scopes.map(({ scope, kind, actual, monthEnds }) => ({
          ...{ scope: wireScope(scope), kind, actual_usd: expectedUsd(actual), ...wireBucket(monthEnds) },
        })),
      },
    };
  };
