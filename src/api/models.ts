import type { Caller } from "#app/caller.ts";
import type { makeModelUsage } from "#app/model-usage.ts";
import type { ModelInUse, makeModelsInUse } from "#app/models-in-use.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { formatUsd } from "#core/money.ts";
import { daysBetween, formatInstant, type Instant, type UsageDate } from "#core/time.ts";
import { confineTeams } from "./confine-teams.ts";
import { problemOf, refuse } from "./refusal.ts";

export interface ModelsDeps {
  readonly modelsInUse: ReturnType<typeof makeModelsInUse>;
  readonly modelUsage: ReturnType<typeof makeModelUsage>;
  readonly clock: () => Instant;
}

const reportDaysMax = 400;
const usageDaysMax = 90;

function rangeRefusal({ from, to }: { from: UsageDate; to: UsageDate }, daysMax: number) {
  const days = daysBetween(from, to) + 1;
  if (days >= 1 && days <= daysMax) return undefined;
  const field = { path: "query.to", found: to, wanted: `a day from ${from} on, at most ${daysMax} days in all` };
  return refuse("bad_request", "Some fields cannot be taken: each is named with what is wanted.", [field]).refusal;
}

function shown({ provider, model, sums, unpricedRequests, firstSeen, policyStatus, ...used }: ModelInUse) {
  const { environments, teams, unapproved, deprecated, perMillion, cheapest } = used;
  return {
    ...{ provider, model, cost_usd: formatUsd(sums.cost), requests: Number(sums.requests) },
    unpriced_requests: Number(unpricedRequests),
    ...{ environments: [...environments], teams: [...teams], first_seen: firstSeen, policy_status: policyStatus },
    deprecated,
    unapproved: unapproved.map(({ cost, unpricedRequests: unpriced, ...use }) => ({
      ...use,
      ...{ cost_usd: formatUsd(cost), unpriced_requests: Number(unpriced) },
    })),
    usd_per_million_tokens: perMillion === null ? null : formatUsd(perMillion),
    cheapest_approved: cheapest && {
      ...{ provider: cheapest.provider, model: cheapest.model },
      ...{ environment: cheapest.environment, team: cheapest.team },
      usd_per_million_tokens: formatUsd(cheapest.perMillion),
    },
  };
}

export const makeModelsReport =
  ({ modelsInUse, clock }: Pick<ModelsDeps, "modelsInUse" | "clock">): Handlers<Routes, Caller>["modelsReport"] =>
  async ({ query: { from, to } }, caller) => {
    const wrongRange = rangeRefusal({ from, to }, reportDaysMax);
    if (wrongRange) return { status: 400, body: problemOf(wrongRange) };
    const models = await modelsInUse({ from, to, teams: caller.teams });
    return { status: 200, body: { from, to, models: models.map(shown), generated_at: formatInstant(clock()) } };
  };

export const makeModelUsageHandler =
  ({ modelUsage }: Pick<ModelsDeps, "modelUsage">): Handlers<Routes, Caller>["modelUsage"] =>
  async ({ query: { from, to, provider, model, team } }, caller) => {
    const teams = confineTeams(team === undefined ? undefined : [team], caller);
    if (!teams.ok) return { status: 403, body: problemOf(teams.refusal) };
    const wrongRange = rangeRefusal({ from, to }, usageDaysMax);
    if (wrongRange) return { status: 400, body: problemOf(wrongRange) };
    const { rows, isComplete } = await modelUsage({ from, to, provider, model, teams: teams.value });
    return {
      status: 200,
      body: {
        rows: rows.map((row) => ({
          ...{ usage_date: row.usageDate, provider: row.provider, model: row.model, team: row.team },
          ...{ environment: row.environment, key_id: row.keyId, key_name: row.keyName },
          ...{ policy_status: row.policyStatus, events: row.events, requests: row.requests },
          cost_usd: formatUsd(row.cost),
        })),
        complete: isComplete,
      },
    };
  };
