import type { Caller } from "#app/caller.ts";
import type { makeDecideAnomaly } from "#app/decide-anomaly.ts";
import type { AnomalyStore } from "#app/ports/anomalies.ts";
import type { WireAnomaly } from "#contract/anomalies.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { alertHandle } from "#core/alert-handle.ts";
import type { StoredAnomaly } from "#core/anomaly.ts";
import { formatUsd } from "#core/money.ts";
import { addDays, formatInstant, type Instant, usageDateOf } from "#core/time.ts";
import { problemOf } from "./refusal.ts";

type AnomalyHandlers = Handlers<Routes, Caller>;

export interface AnomaliesDeps {
  readonly anomalies: Pick<AnomalyStore, "list">;
  readonly decideAnomaly: ReturnType<typeof makeDecideAnomaly>;
  readonly clock: () => Instant;
}

const daysByDefault = 30;

function explanationsOf({ explanations }: StoredAnomaly): WireAnomaly["explanations"] {
  return explanations.map(({ dimension, contributors, explained, rest }) => ({
    dimension,
    contributors: contributors.map(({ value, actual, expected, excess }) => ({
      value,
      actual_usd: formatUsd(actual),
      expected_usd: formatUsd(expected),
      excess_usd: formatUsd(excess),
    })),
    explained_usd: formatUsd(explained),
    rest_usd: formatUsd(rest),
  }));
}

function shown(anomaly: StoredAnomaly): WireAnomaly {
  const { id, grain, scope, usageDate, hour, cost, expected, excess, score, toldBy, state, decision } = anomaly;
  return {
    ...{ id, handle: alertHandle(id), grain, usage_date: usageDate },
    scope: Object.fromEntries(Object.entries(scope).map(([name, values]) => [name, [...values]])),
    hour: hour === null ? null : formatInstant(hour),
    ...{ currency: "USD", cost_usd: formatUsd(cost), expected_usd: formatUsd(expected) },
    excess_usd: formatUsd(excess),
    score,
    explanations: explanationsOf(anomaly),
    told_by: toldBy === null ? null : alertHandle(toldBy),
    state,
    decision: decision && { ...decision, at: formatInstant(decision.at) },
    first_seen: formatInstant(anomaly.firstSeen),
    last_seen: formatInstant(anomaly.lastSeen),
  };
}

/** A team's own, and those whose excess it explains a part of. */
function isOfTeam({ scope, explanations }: StoredAnomaly, team: string): boolean {
  if (scope.team !== undefined) return scope.team.includes(team);
  return explanations.some(
    ({ dimension, contributors }) => dimension === "team" && contributors.some(({ value }) => value === team),
  );
}

export const makeListAnomalies =
  ({ anomalies, clock }: Pick<AnomaliesDeps, "anomalies" | "clock">): AnomalyHandlers["listAnomalies"] =>
  async ({ query: { from, state, team } }) => {
    const found = await anomalies.list(from ?? addDays(usageDateOf(clock()), -daysByDefault));
    const wanted = found.filter(
      (one) => (state === undefined || one.state === state) && (team === undefined || isOfTeam(one, team)),
    );
    return { status: 200, body: { anomalies: wanted.map(shown) } };
  };

export const makeDecideAnomalyHandler =
  ({ decideAnomaly }: Pick<AnomaliesDeps, "decideAnomaly">): AnomalyHandlers["decideAnomaly"] =>
  async ({ body }, caller) => {
    const decided = await decideAnomaly(body, caller);
    switch (decided.status) {
      case "decided":
        return { status: 200, body: shown(decided.anomaly) };
      case "unknown":
        return { status: 404, body: problemOf({ code: "not_found", message: `There is no anomaly ${body.id}.` }) };
      case "ambiguous": {
        const message = `Several anomalies are called ${body.id}: say the id, one of ${decided.ids.join(" and ")}.`;
        return { status: 409, body: problemOf({ code: "conflict", message }) };
      }
      default:
        return decided satisfies never;
    }
  };
