import type { EventAttribution } from "#core/attribution.ts";
import { type Config, INITIAL_CONFIG } from "#core/config.ts";
import type { CatalogFile } from "#core/price-book.ts";
import { dayMs, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
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

/** The first day of the company's table of cost classes. */
const tableFrom = "2026-11-10" as UsageDate;

export const decided: Config = {
  ...INITIAL_CONFIG,
  registry: {
    team: { mode: "strict", values: [{ id: "search", aliases: ["srch"] }, { id: "support" }, { id: "growth" }] },
  },
  rules: [{ id: "nightly", when: { tags: { run: "night*" } }, set: { team: "support", region: "us" } }],
  cost_classes: [
    {
      ...{ id: "table", from: tableFrom, approved_by: "cfo", reason: "simulated" },
      rows: [
        {
          environment: ["production"],
          purpose: ["customer_facing"],
          customer_tier: ["fr*"],
          cost_class: "sales_marketing",
        },
        { environment: ["production"], purpose: ["customer_facing"], cost_class: "cogs" },
        { purpose: ["internal"], cost_class: "g_and_a" },
        { cost_class: "rnd" },
      ],
    },
  ],
  policies: {
    unlisted: "allow",
    list: [{ id: "unknown", status: "denied", model: "nobody-*", owner: "cfo", reason: "simulated" }],
  },
};

const teams: Readonly<Record<string, string>> = { srch: "search", serach: "unallocated" };
const environments: Readonly<Record<string, string>> = { prod: "production", dev: "development" };

function classOf(event: UsageEvent, environment: string): string {
  const { purpose = "customer_facing", customer_tier } = event.claimed;
  if (purpose === "internal") return "g_and_a";
  if (environment !== "production" || purpose !== "customer_facing") return "rnd";
  return customer_tier === "free" && usageDateOf(event.time) >= tableFrom ? "sales_marketing" : "cogs";
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
  const { team, feature = "", environment: spelled = "", region, customer_tier = "" } = event.claimed;
  const isNightly = event.tags.run === "nightly";
  const byRule = (value: string) => (isNightly ? value : "unallocated");
  const environment = environments[spelled] ?? spelled;
  const priceStatus = costOfEvent(event) === null ? "unpriced" : "priced";
  const policyStatus = event.model === "nobody-knows-1" ? "unapproved" : "approved";
  const booked = team === undefined ? byRule("support") : (teams[team] ?? team);
  const filled = [booked, feature, environment, region ?? byRule("us"), customer_tier];
  const status = [classOf(event, environment), event.model, priceStatus, policyStatus];
  return [usageDateOf(event.time), ...filled, ...status].join("|");
}

function claimed(chance: Chance, tag: string): EventAttribution {
  return {
    ...(chance.happens(0.9) && { team: chance.pick(["search", "srch", "support", "serach"]) }),
    feature: `${chance.pick(["answers", "summaries"])}-${tag}`,
    environment: chance.pick(["production", "prod", "development", "dev"]),
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
