import type { Authorization, makeAuthorize } from "#app/authorize.ts";
import type { makeReadBudgets } from "#app/budget-states.ts";
import type { Caller } from "#app/caller.ts";
import type { ConfigStore } from "#app/ports/config.ts";
import type { AuthorizeRequest } from "#contract/authorize.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { isUsedUp, sharePercent } from "#core/budget-state.ts";
import type { Quantities } from "#core/meters.ts";
import { formatUsd } from "#core/money.ts";
import { formatInstant, type Instant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { claimedOf } from "./claimed-attribution.ts";

export interface AuthorizeDeps {
  readonly authorize: ReturnType<typeof makeAuthorize>;
}

function expectedOf(asked: AuthorizeRequest): Quantities {
  const { expected_meters, expected_input_tokens: input, expected_output_tokens: output } = asked;
  if (expected_meters != null) return expected_meters;
  return {
    ...(input != null && { uncached_input_tokens: input }),
    ...(output != null && { text_output_tokens: output }),
  };
}

function askedCall(asked: AuthorizeRequest): Omit<UsageEvent, "time" | "id"> {
  return {
    source: asked.source ?? "authorize",
    provider: asked.provider,
    model: asked.model,
    serviceTier: asked.service_tier ?? "standard",
    speed: asked.speed ?? "standard",
    ...(asked.serving_location != null && { servingLocation: asked.serving_location }),
    requests: 1,
    quantities: expectedOf(asked),
    claimed: claimedOf(asked.attribution),
    tags: asked.tags ?? {},
    quantitiesEstimated: true,
  };
}

function cheapestOf({ cheapest }: Authorization) {
  if (cheapest === null) return null;
  const { provider, model, cost, saving } = cheapest;
  return {
    ...{ provider, model, estimated_cost_usd: formatUsd(cost) },
    saving_usd: saving === null ? null : formatUsd(saving),
  };
}

export const makeAuthorizeHandler =
  ({ authorize }: AuthorizeDeps): Handlers<Routes, Caller>["authorize"] =>
  async ({ body: asked }, caller) => {
    const authorization = await authorize(askedCall(asked), caller);
    const { decision, reasons, provider, model, estimatedCost, revision, degraded } = authorization;
    return {
      status: 200,
      body: {
        ...{ decision, reasons: reasons.map((reason) => ({ ...reason })), provider, model, revision },
        estimated_cost_usd: estimatedCost === null ? null : formatUsd(estimatedCost),
        price_status: authorization.priceStatus,
        attribution: { ...authorization.attribution },
        cost_class: authorization.costClass,
        policy_status: authorization.policyStatus,
        cheapest_approved: cheapestOf(authorization),
        ...(degraded && { degraded: { store: degraded.store, since: formatInstant(degraded.since) } }),
      },
    };
  };

export interface BudgetsDeps {
  readonly config: Pick<ConfigStore, "read">;
  readonly readBudgets: ReturnType<typeof makeReadBudgets>;
  readonly clock: () => Instant;
}

export const makeListBudgets =
  ({ config: store, readBudgets, clock }: BudgetsDeps): Handlers<Routes, Caller>["listBudgets"] =>
  async () => {
    const now = clock();
    const { config } = await store.read();
    const states = await readBudgets(config.budgets, now);
    const budgets = states.map((state) => {
      const { id, owner, scope, period, amount_usd, when_used_up } = state.budget;
      return {
        ...{ id, owner, period, amount_usd, when_used_up, from: state.from, to: state.to },
        scope: Object.fromEntries(Object.entries(scope).map(([name, values]) => [name, [...values]])),
        spent_usd: formatUsd(state.spent),
        spent_percent: sharePercent(state),
        used_up: isUsedUp(state),
      };
    });
    return { status: 200, body: { budgets, as_of: formatInstant(now) } };
  };
