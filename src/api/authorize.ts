import type { Authorization, makeAuthorize } from "#app/authorize.ts";
import type { Caller } from "#app/caller.ts";
import type { AuthorizeRequest } from "#contract/authorize.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { Quantities } from "#core/meters.ts";
import { formatUsd } from "#core/money.ts";
import { formatInstant } from "#core/time.ts";
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
