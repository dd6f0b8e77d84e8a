import type { Histories, ScopeHistory } from "./cost-history.ts";
import { agreeingParts } from "./forecast/agreeing-parts.ts";
import type { Expected } from "./forecast/forecast-daily.ts";
import type { ForecastRun, ScopeForecast } from "./forecast-run.ts";
import { scopeKey } from "./scope-key.ts";

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
function movedParts(parts: readonly ScopeForecast[], whole: readonly Expected[]): readonly ScopeForecast[] {
  const expected = parts.map(({ totals }) => totals.at(-1)?.mean ?? 0);
  const byDay = whole.map((total, ahead) => {
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

/** What sums of ordinary numbers may be off by, relative to them. */
const slack = 1e-9;

const seriesOf = ({ costs }: ScopeHistory): string => costs.join();

/** What is left of a whole where some of its parts are settled; undefined where they are more than it, or all. */
function restOf(
  whole: readonly Expected[],
  settled: readonly ScopeForecast[],
  others: readonly ScopeForecast[],
): readonly Expected[] | undefined {
  if (settled.length === 0) return whole;
  if (others.every(({ totals }) => (totals.at(-1)?.mean ?? 0) === 0)) return undefined;
  const rest = whole.map((day, ahead) => {
    const left = settled.reduce((mean, { days }) => mean - (days[ahead]?.mean ?? 0), day.mean);
    return movedTo(day, Math.abs(left) <= day.mean * slack ? 0 : left, undefined);
  });
  return rest.every(({ mean }) => mean >= 0) ? rest : undefined;
}

/** The forecasts that agree with all others, by the keys of their scopes; and of a history the one of them that has it. */
class Settled {
  private readonly byKey = new Map<string, ScopeForecast>();
  private readonly bySeries = new Map<string, ScopeForecast>();

  add(history: ScopeHistory, forecast: ScopeForecast): void {
    this.byKey.set(history.key, forecast);
    const series = seriesOf(history);
    if (!this.bySeries.has(series)) this.bySeries.set(series, forecast);
  }

  of(key: string): ScopeForecast | undefined {
    return this.byKey.get(key);
  }

  /** What has cost the same on every day is expected to cost the same. */
  sameAs(history: ScopeHistory): ScopeForecast | undefined {
    const same = this.bySeries.get(seriesOf(history));
    return same && { ...same, scope: history.scope };
  }
}

function settleFamily(
  family: readonly ScopeHistory[],
  whole: ScopeForecast,
  own: ReadonlyMap<string, ScopeForecast>,
  settled: Settled,
): void {
  const ownOf = ({ key }: ScopeHistory) => own.get(key) as ScopeForecast;
  const same = family.map((history) => settled.sameAs(history));
  const others = family.filter((_, place) => same[place] === undefined);
  const shared = same.filter((forecast) => forecast !== undefined);
  const rest = restOf(whole.days, shared, others.map(ownOf));
  if (rest === undefined) {
    // All are told already and add up, or there is no way to keep what is told: then all are moved, and differ from it.
    const sum = shared.reduce((means, { totals }) => means + (totals.at(-1)?.mean ?? 0), 0);
    const mean = whole.totals.at(-1)?.mean ?? 0;
    const addUp = Math.abs(sum - mean) <= mean * slack;
    const moved = movedParts(family.map(ownOf), whole.days);
    for (const [place, history] of family.entries()) {
      const told = same[place];
      const mine = moved[place] as ScopeForecast;
      if (told === undefined) settled.add(history, mine);
      else settled.add(history, addUp ? told : { ...mine, agrees: false });
    }
    return;
  }
  const moved = movedParts(others.map(ownOf), rest);
  for (const [place, history] of family.entries()) {
    settled.add(history, same[place] ?? (moved[others.indexOf(history)] as ScopeForecast));
  }
}

type PartOf = NonNullable<ScopeHistory["partOf"]>;
const isWithin = (value: readonly string[] | undefined, values: readonly string[] | undefined) =>
  values === undefined || (value?.every((one) => values.includes(one)) ?? false);

/** The classes, teams in classes, or features in classes that have cost, together, what this scope has, on every day. */
function partsOf(history: ScopeHistory, parts: readonly ScopeHistory[]): readonly ScopeHistory[] | undefined {
  const { scope, costs } = history;
  return (["cost_class", "team", "feature"] as const satisfies PartOf["by"][])
    .map((by) =>
      parts.filter(
        (part) =>
          part.partOf?.by === by &&
          isWithin(part.scope.cost_class, scope.cost_class) &&
          (by === "cost_class" || isWithin(part.scope[by], scope[by])),
      ),
    )
    .find((some) => some.length > 0 && costs.every((cost, day) => cost === sumOn(some, day)));
}

const sumOn = (parts: readonly ScopeHistory[], day: number): bigint =>
  parts.reduce((sum, { costs }) => sum + (costs[day] ?? 0n), 0n);

/** As much as its parts are expected to cost; its intervals are its own, moved along. */
function sumOf(own: ScopeForecast, parts: readonly ScopeForecast[]): ScopeForecast {
  const days = own.days.map((day, ahead): Expected => {
    const ofParts = parts.map(({ days: all }) => all[ahead] as Expected);
    const at = (name: keyof Expected) => ofParts.reduce((sum, expected) => sum + expected[name], 0);
    const mean = at("mean");
    if (day.mean > 0) return movedTo(day, mean, undefined);
    return { mean, p50: mean, p025: at("p025"), p10: at("p10"), p90: at("p90"), p975: at("p975") };
  });
  return withDays(own, days);
}

/**
 * All spend stands as it is forecast. Classes are moved to add up to it; then the teams of a class to the class, and its
 * features likewise. Another scope is the sum of those of these that it consists of. What has had the same costs on
 * every day of the history is expected to have the same, under whichever name. Whatever cannot be had to agree so stays
 * as it is forecast by itself, with `agrees: false`.
 */
export function agreeForecasts(
  own: ReadonlyMap<string, ScopeForecast>,
  { scopes, leftOut }: Pick<Histories, "scopes" | "leftOut">,
): ForecastRun["scopes"] {
  const settled = new Settled();
  const allSpend = scopeKey({});
  for (const history of scopes) {
    if (history.key === allSpend) settled.add(history, own.get(allSpend) as ScopeForecast);
  }
  const parts = scopes.filter(({ partOf }) => partOf !== undefined);
  const families = Map.groupBy(parts, ({ partOf }) => JSON.stringify([partOf?.by === "cost_class" ? 0 : 1, partOf]));
  for (const [, family] of [...families].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { key = "", by } = family[0]?.partOf ?? {};
    const whole = settled.of(key);
    // What was left out is missing from the sum: the rest stay as they are.
    if (whole === undefined || (leftOut > 0 && by !== "cost_class")) continue;
    settleFamily(family, whole, own, settled);
  }
  const known = parts.filter(({ key }) => settled.of(key) !== undefined);
  return scopes.map((history) => {
    const forecast = own.get(history.key) as ScopeForecast;
    const told = settled.of(history.key) ?? settled.sameAs(history);
    if (told !== undefined) return told;
    const made = partsOf(history, known);
    if (made === undefined) return { ...forecast, agrees: false };
    return sumOf(
      forecast,
      made.map(({ key }) => settled.of(key) as ScopeForecast),
    );
  });
}
