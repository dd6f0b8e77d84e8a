import type { ClaimedAttribution } from "#core/attribution.ts";
import type { CatalogFile } from "#core/price-book.ts";
import { dayMs, type Instant, usageDateOf } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import type { Chance } from "./chance.ts";

/** USD per million tokens, so chosen that a token costs a whole number of pico-dollars: 1 USD per million = 10^6 each. */
const prices: Readonly<
  Record<string, { readonly uncached: bigint; readonly cached: bigint; readonly output: bigint }>
> = {
  "small-1": { uncached: 2n, cached: 1n, output: 8n },
  "large-1": { uncached: 15n, cached: 3n, output: 75n },
};
const models = [...Object.keys(prices), "nobody-knows-1"];

export const catalog: CatalogFile = {
  provider: "openai",
  sources: { simulation: "1" },
  models: Object.fromEntries(
    Object.entries(prices).map(([model, { uncached, cached, output }]) => [
      model,
      {
        cards: [
          {
            from: null,
            rates: [
              rate("uncached_input_tokens", uncached),
              rate("cache_read_tokens", cached),
              rate("text_output_tokens", output),
            ],
          },
        ],
      },
    ]),
  ),
};

function rate(meter: "uncached_input_tokens" | "cache_read_tokens" | "text_output_tokens", usd: bigint) {
  return { meter, tier: "standard" as const, above: 0, usd_per_million: `${usd}`, source: "simulation" };
}

/** What this event costs, worked out without the code under test; null when its model has no price. */
export function costOfEvent(event: UsageEvent): bigint | null {
  const price = prices[event.model];
  if (!price) return null;
  const tokens = (meter: "uncached_input_tokens" | "cache_read_tokens" | "text_output_tokens") =>
    BigInt(event.quantities[meter] ?? 0);
  return (
    1_000_000n *
    (tokens("uncached_input_tokens") * price.uncached +
      tokens("cache_read_tokens") * price.cached +
      tokens("text_output_tokens") * price.output)
  );
}

/** Where this event's money belongs, worked out without the code under test. */
export function placeOfEvent(event: UsageEvent): string {
  const { team, feature, environment, region, customer_tier, purpose } = event.claimed;
  const sold = environment === "production" && (purpose ?? "customer_facing") === "customer_facing";
  const costClass = purpose === "internal" ? "g_and_a" : { true: "cogs", false: "rnd" }[`${sold}`];
  const priceStatus = costOfEvent(event) === null ? "unpriced" : "priced";
  const filled = [team, feature, environment, region, customer_tier].map((value) => value ?? "unallocated");
  return [usageDateOf(event.time), ...filled, costClass, event.model, priceStatus].join("|");
}

function claimed(chance: Chance, tag: string): ClaimedAttribution {
  return {
    ...(chance.happens(0.9) && { team: chance.pick(["search", "support"]) }),
    feature: `${chance.pick(["answers", "summaries"])}-${tag}`,
    environment: chance.pick(["production", "production", "development"] as const),
    ...(chance.happens(0.95) && { region: "eu" }),
    customer_tier: chance.pick(["free", "pro"]),
    ...(chance.happens(0.2) && { purpose: chance.pick(["internal", "evaluation"] as const) }),
    ...(chance.happens(0.3) && { customer_id: chance.pick(["c-1", "c-2"]) }),
  };
}

/** @param tag of the seed: its events and places are its own, also in a lake that it shares */
export function makeEvent(chance: Chance, tag: string, id: number, now: Instant, daysAgoMax: number): UsageEvent {
  const ageMs = chance.happens(0.6) ? chance.below(3_600_000) : chance.below(daysAgoMax * dayMs);
  return {
    source: `${tag}/${chance.pick(["gateway", "batch"])}`,
    id: `call-${id}`,
    time: (now - ageMs) as Instant,
    provider: "openai",
    model: chance.happens(0.1) ? "nobody-knows-1" : chance.pick(models.slice(0, -1)),
    serviceTier: "standard",
    speed: "standard",
    requests: 1 + chance.below(3),
    quantities: quantities(chance),
    claimed: claimed(chance, tag),
    tags: chance.happens(0.2) ? { run: "nightly" } : {},
    quantitiesEstimated: false,
  };
}

export function quantities(chance: Chance): UsageEvent["quantities"] {
  return {
    uncached_input_tokens: 1 + chance.below(5_000),
    ...(chance.happens(0.5) && { cache_read_tokens: 1 + chance.below(9_000) }),
    text_output_tokens: chance.below(2_000),
  };
}

/** The same identity with other content. */
export function conflictingWith(event: UsageEvent): UsageEvent {
  const output = event.quantities.text_output_tokens ?? 0;
  return { ...event, quantities: { ...event.quantities, text_output_tokens: output + 1 } };
}
