import type { AlertReading } from "#core/alert.ts";
import { type Anomaly, isOpen } from "#core/anomaly.ts";
import { anomalyRule, ownerOf } from "#core/anomaly-alert.ts";
import { hourOf } from "#core/booked-hours.ts";
import type { Registry } from "#core/config.ts";
import { moneyText } from "#core/money-text.ts";
import { findRunaways, type TeamsOfFeature } from "#core/runaways.ts";
import { scopeKey } from "#core/scope-key.ts";
import { scopeText } from "#core/scope-text.ts";
import type { SpendCell } from "#core/spend-cell.ts";
import { formatInstant, hourMs, type Instant } from "#core/time.ts";
import { visibleTo } from "#core/visibility.ts";
import type { Booked } from "./evaluate-booked-hours.ts";
import type { AnomalyStore } from "./ports/anomalies.ts";

export interface FindRunawaysDeps {
  readonly anomalies: Pick<AnomalyStore, "get" | "put">;
}

export interface Runaways {
  /** One for each that is to be told, most specific scopes alone. */
  readonly readings: readonly AlertReading[];
  /** Subjects that run away too, but are told by a narrower one's alert. */
  readonly toldByOthers: ReadonlySet<string>;
  /** Why they could not be kept as anomalies; they are told nonetheless. */
  readonly fault: unknown;
}

const picoPerUsd = 1e12;
const titleMax = 100;
const contributorsTold = 3;

function teamsOfFeature(cells: readonly SpendCell[]): TeamsOfFeature {
  const teams = new Map<string, Set<string>>();
  for (const { dimensions } of cells) {
    const ofFeature = teams.get(dimensions.feature) ?? new Set<string>();
    teams.set(dimensions.feature, ofFeature.add(dimensions.team));
  }
  return teams;
}

const usd = (amount: Anomaly["cost"]) => `${moneyText(amount)} USD`;

function whyText({ explanations }: Anomaly): string {
  const [first] = explanations;
  if (first === undefined) return "it is in itself the narrowest that is known by the hour";
  const parts = first.contributors.slice(0, contributorsTold);
  return parts
    .map(({ value, excess }) => `${first.dimension.replaceAll("_", " ")} ${value} +${usd(excess)}`)
    .join(", ");
}

function teamOf({ scope }: Anomaly, teams: TeamsOfFeature): string | null {
  const [team] = scope.team ?? [];
  if (team !== undefined) return team;
  const [feature] = scope.feature ?? [];
  const ofFeature = [...(teams.get(feature ?? "") ?? [])];
  return ofFeature.length === 1 ? (ofFeature[0] ?? null) : null;
}

function readingOf(one: Anomaly, teams: TeamsOfFeature, registry: Registry): AlertReading {
  const { scope, cost, expected, excess } = one;
  const hour = formatInstant(one.hour as Instant);
  const level = Number(excess) / picoPerUsd;
  const title = `${scopeText(scope)} runs away: ${usd(cost)} in an hour`;
  const team = teamOf(one, teams);
  const owner = ownerOf(scope, team, registry);
  return {
    rule: anomalyRule(one),
    ...{ severity: "critical", team, visibleTo: visibleTo(scope), owner, isNotice: false, level },
    // Once more when it has doubled.
    step: level / 2,
    title: title.length > titleMax ? `${title.slice(0, titleMax - 1)}…` : title,
    facts: [
      { label: "What", value: `An hour has booked far more than is usual at this time: ${usd(excess)} above it` },
      { label: "Where", value: scopeText(scope) },
      { label: "How much", value: `${usd(cost)} in the hour; the whole hour usually books ${usd(expected)}` },
      { label: "Since", value: `the hour from ${hour.slice(0, 10)} ${hour.slice(11, 16)} UTC` },
      { label: "Mostly", value: whyText(one) },
      { label: "Owner", value: owner ?? "nobody is named" },
    ],
  };
}

/** Of the same scope the worse hour: both are the same rule. */
function worst(readings: readonly AlertReading[]): readonly AlertReading[] {
  const bySubject = Map.groupBy(readings, ({ rule }) => rule.subject);
  return [...bySubject.values()].map((same) => same.reduce((a, b) => (b.level > a.level ? b : a)));
}

/** A store is not written again for less than a quarter more. */
const growthTold = 1.25;

/**
 * What runs away in the running hour or did in the one before: so it is over once a whole hour was calm. Each is kept
 * as an anomaly, with what somebody has said of it.
 */
export function makeFindRunaways({ anomalies }: FindRunawaysDeps) {
  /** Adds to `settled` those of which somebody has said that they are explained or over. */
  async function keep(found: readonly Anomaly[], now: Instant, settled: Set<string>): Promise<void> {
    for (const one of found) {
      const stored = await anomalies.get(one.id);
      if (stored !== undefined && !isOpen(stored)) settled.add(one.id);
      const isOver = one.hour !== null && one.hour + hourMs <= now;
      const isNews =
        stored === undefined ||
        Number(one.cost) >= growthTold * Number(stored.cost) ||
        (isOver && stored.cost !== one.cost);
      if (!isNews) continue;
      const said = { state: stored?.state ?? "new", decision: stored?.decision ?? null } as const;
      await anomalies.put([{ ...one, ...said, firstSeen: stored?.firstSeen ?? now, lastSeen: now }]);
    }
  }

  return async ({ byScope, cells }: Booked, registry: Registry, now: Instant): Promise<Runaways> => {
    const teams = teamsOfFeature(cells);
    const hour = hourOf(now);
    const found = [(hour - hourMs) as Instant, hour].flatMap((one) => findRunaways(byScope, teams, one));
    const settled = new Set<string>();
    const fault: unknown = await keep(found, now, settled).catch((error: unknown) => error);
    const told = found.filter(({ id, toldBy }) => toldBy === null && !settled.has(id));
    return {
      readings: worst(told.map((one) => readingOf(one, teams, registry))),
      toldByOthers: new Set(found.filter(({ toldBy }) => toldBy !== null).map(({ scope }) => scopeKey(scope))),
      fault,
    };
  };
}
