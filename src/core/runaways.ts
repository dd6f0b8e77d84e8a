import { type Anomaly, anomalyId } from "./anomaly.ts";
import { type DimensionValue, type Explanation, explainExcess } from "./anomaly-explain.ts";
import { judgeHour } from "./anomaly-hourly.ts";
import type { BookedByScope } from "./booked-by-scope.ts";
import { hourOf } from "./booked-hours.ts";
import type { Scope } from "./config.ts";
import { type PicoUsd, zeroUsd } from "./money.ts";
import { roundedUsd } from "./rounded-usd.ts";
import { ALL_SPEND, isWatched } from "./scope-costs.ts";
import { scopeKey } from "./scope-key.ts";
import { dayMs, hourMs, type Instant, usageDateOf } from "./time.ts";

/** An hour that costs less than this above the usual wakes nobody. */
const RUNAWAY_USD_MIN = 10;
const picoPerUsd = 1e12;

/** As `judgeHour` uses. */
const judgedHours = (14 * dayMs) / hourMs + 1;

/** What is told instead of a wider scope makes up at least so much of that one's excess. */
const toldSharePercent = 80n;

/** Of each feature, the teams that it has cost something today or yesterday. */
export type TeamsOfFeature = ReadonlyMap<string, ReadonlySet<string>>;

interface Judged {
  readonly actual: PicoUsd;
  readonly expected: PicoUsd;
  readonly score: number;
  readonly isRunaway: boolean;
}

/** What corrections move from one scope to another is no more in all: no hour of a scope counts more than all spend's. */
function bookedIn(booked: BookedByScope, key: string, hour: Instant): PicoUsd {
  const amountOf = (scope: string) => booked.of(scope)?.hours.get(hour) ?? zeroUsd;
  const [own, all] = [amountOf(key), amountOf(ALL_SPEND)];
  if (own > all) return all;
  return own;
}

/** Undefined while there is less than a day of complete hours before. */
function judge(booked: BookedByScope, key: string, hour: Instant): Judged | undefined {
  const known = booked.of(key);
  if (known === undefined) return undefined;
  const first = Math.max(hourOf(known.since) + hourMs, hour - judgedHours * hourMs);
  const count = Math.max(0, (hour - first) / hourMs);
  const before = Array.from(
    { length: count },
    (_, i) => Number(known.hours.get((first + i * hourMs) as Instant) ?? zeroUsd) / picoPerUsd,
  );
  const actual = bookedIn(booked, key, hour);
  const verdict = judgeHour(before, Number(actual) / picoPerUsd, RUNAWAY_USD_MIN);
  if (verdict === undefined) return undefined;
  const { score, isRunaway } = verdict;
  return { actual, expected: roundedUsd(verdict.expected) ?? zeroUsd, score, isRunaway };
}

const valuesOf = (booked: BookedByScope, name: keyof Scope): string[] =>
  booked.scopes.flatMap((key) => {
    const [[only, values] = [], ...others] = Object.entries(JSON.parse(key) as Scope);
    return only === name && others.length === 0 && values?.length === 1 ? (values as string[]) : [];
  });

/** What the values of a dimension have booked in the hour, and what they usually do. */
function dimensionValues(
  booked: BookedByScope,
  hour: Instant,
  name: keyof Scope,
  isPart: (value: string) => boolean,
): readonly DimensionValue[] {
  return valuesOf(booked, name).flatMap((value) => {
    const found = isPart(value) ? judge(booked, scopeKey({ [name]: [value] }), hour) : undefined;
    return found === undefined ? [] : [{ value, actual: found.actual, expected: found.expected }];
  });
}

/** Bookings are known by one dimension at a time: of a team, the features that no other team uses. */
function explain(
  booked: BookedByScope,
  teams: TeamsOfFeature,
  { scope, hour, total }: { readonly scope: Scope; readonly hour: Instant; readonly total: Judged },
): readonly Explanation[] {
  const values = (name: keyof Scope, isPart: (value: string) => boolean) => dimensionValues(booked, hour, name, isPart);
  const [team] = scope.team ?? [];
  if (team !== undefined) {
    const isOnlyOfTeam = (feature: string) => teams.get(feature)?.size === 1 && teams.get(feature)?.has(team) === true;
    return explainExcess(total, { feature: values("feature", isOnlyOfTeam) });
  }
  if (scope.feature !== undefined) return [];
  const every = () => true;
  return explainExcess(total, {
    feature: values("feature", every),
    team: values("team", every),
    cost_class: values("cost_class", every),
  });
}

/** The narrower runaway that is most of this one, if there is one. */
function narrower(one: Anomaly, all: readonly Anomaly[], teams: TeamsOfFeature): string | null {
  const [team] = one.scope.team ?? [];
  if (one.scope.feature !== undefined) return null;
  const inside = all.filter(({ scope }) => {
    const [feature] = scope.feature ?? [];
    if (team !== undefined) return feature !== undefined && teams.get(feature)?.has(team) === true;
    return feature !== undefined || scope.team !== undefined;
  });
  const rank = ({ scope }: Anomaly) => (scope.feature === undefined ? 1 : 0);
  const most = inside.filter(({ excess }) => excess * 100n >= one.excess * toldSharePercent);
  return most.toSorted((a, b) => rank(a) - rank(b) || Number(b.excess - a.excess))[0]?.id ?? null;
}

const isJudged = (key: string): boolean => {
  const scope = JSON.parse(key) as Scope;
  return isWatched(scope) && scope.cost_class === undefined;
};

/**
 * All spend, teams and features that run away in an hour: the running one, of which bookings go on, or one that is over.
 * The excess of a feature is also its team's and all spend's: `toldBy` names the narrowest that is most of it.
 */
export function findRunaways(booked: BookedByScope, teams: TeamsOfFeature, hour: Instant): readonly Anomaly[] {
  const least = BigInt(RUNAWAY_USD_MIN * picoPerUsd);
  const candidates = booked.scopes.filter((key) => isJudged(key) && bookedIn(booked, key, hour) >= least);
  const found = candidates.flatMap((key): Anomaly[] => {
    const total = judge(booked, key, hour);
    if (!total?.isRunaway) return [];
    const scope: Scope = key === ALL_SPEND ? {} : (JSON.parse(key) as Scope);
    const moment = { scope, usageDate: usageDateOf(hour), hour };
    return [
      {
        ...{ id: anomalyId(moment), grain: "hourly", ...moment, toldBy: null },
        ...{ cost: total.actual, expected: total.expected, score: total.score },
        excess: (total.actual - total.expected) as PicoUsd,
        explanations: explain(booked, teams, { scope, hour, total }),
      },
    ];
  });
  return found.map((one) => ({ ...one, toldBy: narrower(one, found, teams) }));
}
