import { describe, expect, test } from "vitest";
import type { CatalogCard } from "#core/price-book.ts";
import { buildCatalog } from "../../scripts/catalog/build-catalog.ts";
import { catalogChanges } from "../../scripts/catalog/catalog-changes.ts";
import { commonFactor, usdPerMillion } from "../../scripts/catalog/decimal.ts";
import { gatherAliases } from "../../scripts/catalog/gather-aliases.ts";
import type { CatalogProvider } from "../../scripts/catalog/providers.ts";
import type { GenaiModel, LitellmEntry, PriceSources } from "../../scripts/catalog/sources.ts";

const provider: CatalogProvider = {
  name: "acme",
  litellm: ["acme"],
  prefixes: ["acme/"],
  genai: "acme",
  locations: ["eu/"],
  page: "https://acme.example/prices",
};

const UNITS = {
  input_tokens: { per: 1_000_000, price_key: "input_mtok" },
  output_tokens: { per: 1_000_000, price_key: "output_mtok" },
  cache_read_tokens: { per: 1_000_000, price_key: "cache_read_mtok" },
};

function sources(litellm: Record<string, LitellmEntry>, models: readonly GenaiModel[] = []): PriceSources {
  return {
    versions: { litellm: "1", "genai-prices": "2" },
    litellm,
    genai_providers: [{ id: "acme", models }],
    genai_units: UNITS,
  };
}

function acme(litellm: Record<string, LitellmEntry>, models: readonly GenaiModel[] = []) {
  return buildCatalog(provider, sources(litellm, models), "2026-11-23").models;
}

const equals = (id: string) => ({ kind: "ClauseEquals", equals: id }) as const;
const chat = (prices: Record<string, unknown>) => ({ litellm_provider: "acme", mode: "chat", ...prices });
const usdOf = (card: CatalogCard | undefined) =>
  Object.fromEntries(
    card?.rates.map((rate) => [`${rate.meter} ${rate.tier} ${rate.above}`, rate.usd_per_million]) ?? [],
  );

describe("decimals", () => {
  test("the text of a number is shifted, never multiplied as a float", () => {
    expect(usdPerMillion("1e-07", 1n)).toBe("0.1");
    expect(usdPerMillion("2.125e-06", 1n)).toBe("2.125");
    expect(usdPerMillion("0.00001", 1n)).toBe("10");
    expect(usdPerMillion("0", 1n)).toBe("0");
  });

  test("an hourly price is a second's, rounded half even at twelve decimals", () => {
    expect(usdPerMillion("0.111", 3600n)).toBe("30.833333333333");
    expect(usdPerMillion("0.0000000000000000005", 1n)).toBe("0");
    expect(usdPerMillion("0.0000000000000000015", 1n)).toBe("0.000000000002");
  });

  test("anything but a plain number is refused", () => {
    expect(() => usdPerMillion("-1", 1n)).toThrow("plain number");
    expect(() => usdPerMillion("NaN", 1n)).toThrow("plain number");
  });

  test("a common factor is one that turns every price into its other", () => {
    const pairs = [
      { base: "2.5", other: "2.75" },
      { base: "10", other: "11" },
    ];
    expect(commonFactor(pairs)).toBe("1.1");
    expect(commonFactor([...pairs, { base: "1", other: "2" }])).toBeUndefined();
  });
});

describe("merging", () => {
  const genai = (prices: Record<string, string>): GenaiModel => ({ id: "m", match: equals("m"), prices });

  test("the same price from both is from both; a different one is disputed and LiteLLM's is in use", () => {
    const models = acme({ "acme/m": chat({ input_cost_per_token: "2e-06", output_cost_per_token: "8e-06" }) }, [
      genai({ input_mtok: "2", output_mtok: "9" }),
    ]);
    expect(models.m?.cards[0]?.rates).toEqual([
      { meter: "uncached_input_tokens", tier: "standard", above: 0, usd_per_million: "2", source: "both" },
      {
        meter: "text_output_tokens",
        tier: "standard",
        above: 0,
        usd_per_million: "8",
        source: "litellm",
        disputed: { litellm: "8", "genai-prices": "9" },
      },
      {
        meter: "reasoning_tokens",
        tier: "standard",
        above: 0,
        usd_per_million: "8",
        source: "litellm",
        disputed: { litellm: "8", "genai-prices": "9" },
      },
    ]);
  });

  test("a bracket that one source denies by a flat price is disputed", () => {
    const entry = chat({ input_cost_per_token: "1e-06", input_cost_per_token_above_200k_tokens: "2e-06" });
    const rates = acme({ "acme/m": entry }, [genai({ input_mtok: "1" })]).m?.cards[0]?.rates;
    expect(rates?.[1]).toMatchObject({
      above: 200_000,
      usd_per_million: "2",
      disputed: { litellm: "2", "genai-prices": "1" },
    });
  });

  test("reasoning follows the output price through tiers, unless it has a price of its own", () => {
    const follows = chat({
      output_cost_per_token: "2e-06",
      output_cost_per_token_batches: "1e-06",
      output_cost_per_reasoning_token: "2e-06",
    });
    const own = chat({
      output_cost_per_token: "2e-06",
      output_cost_per_token_batches: "1e-06",
      output_cost_per_reasoning_token: "3e-06",
    });
    const models = acme({ "acme/follows": follows, "acme/own": own });
    expect(usdOf(models.follows?.cards[0])).toMatchObject({
      "reasoning_tokens standard 0": "2",
      "reasoning_tokens batch 0": "1",
    });
    expect(usdOf(models.own?.cards[0])).toEqual({
      "text_output_tokens standard 0": "2",
      "reasoning_tokens standard 0": "3",
      "text_output_tokens batch 0": "1",
    });
  });

  test("nothing but zeros is no price unless both sources say free", () => {
    const free = chat({ input_cost_per_token: "0", output_cost_per_token: "0.0" });
    expect(acme({ "acme/m": free })).toEqual({});
    expect(usdOf(acme({ "acme/m": free }, [genai({ input_mtok: "0", output_mtok: "0" })]).m?.cards[0])).toMatchObject({
      "uncached_input_tokens standard 0": "0",
    });
  });

  test("dated prices make cards; LiteLLM's, which know the present only, are compared with the one in force", () => {
    const dated: GenaiModel = {
      id: "m",
      match: equals("m"),
      prices: [
        { prices: { input_mtok: "4" } },
        { constraint: { kind: "StartDateConstraint", start_date: "2026-06-01" }, prices: { input_mtok: "3" } },
        { constraint: { kind: "StartDateConstraint", start_date: "2027-01-01" }, prices: { input_mtok: "5" } },
      ],
    };
    const cards = acme({ "acme/m": chat({ input_cost_per_token: "3e-06" }) }, [dated]).m?.cards;
    expect(cards?.map(({ from, rates }) => [from, rates[0]?.usd_per_million, rates[0]?.source])).toEqual([
      [null, "4", "genai-prices"],
      ["2026-06-01", "3", "both"],
      ["2027-01-01", "5", "genai-prices"],
    ]);
  });

  test("the day on which a tier was first checked is not the day from which it holds", () => {
    const batch: GenaiModel = {
      ...genai({ input_mtok: "4" }),
      price_variants: [
        {
          when: { processing: "batch" },
          prices: { input_mtok: "2" },
          constraint: { kind: "StartDateConstraint", start_date: "2026-10-14" },
        },
      ],
    };
    expect(acme({}, [batch]).m?.cards.map((card) => [card.from, usdOf(card)])).toEqual([
      [null, { "uncached_input_tokens standard 0": "4", "uncached_input_tokens batch 0": "2" }],
    ]);
  });

  test("a location's own prices become an uplift of the plain name where one factor explains them", () => {
    const price = (input: string, output: string) =>
      chat({ input_cost_per_token: input, output_cost_per_token: output });
    const models = acme({ "acme/m": price("2e-06", "1e-05"), "acme/eu/m": price("2.2e-06", "1.1e-05") });
    expect(models.m?.cards[0]?.uplifts).toEqual([
      { serving_location: "eu", multiply: "1.1", page: "https://acme.example/prices" },
    ]);
    expect(models["eu/m"]?.cards[0]?.uplifts).toBeUndefined();
  });
});

describe("names", () => {
  const at = (usd_per_million: string) => ({
    cards: [
      {
        from: null,
        rates: [
          {
            meter: "uncached_input_tokens" as const,
            tier: "standard" as const,
            above: 0,
            usd_per_million,
            source: "both",
          },
        ],
      },
    ],
  });
  const inLitellm = () => ({ inLitellm: true, genaiId: undefined });

  test("a snapshot at the model's price is its alias; at another price it stands for itself", () => {
    const models = new Map([
      ["m", at("1")],
      ["m-2026-01-01", at("1")],
      ["m-2025-01-01", at("2")],
    ]);
    expect(gatherAliases(models, inLitellm)).toEqual({
      m: { aliases: ["m-2026-01-01"], ...at("1") },
      "m-2025-01-01": at("2"),
    });
  });

  test("two models at one price stay two models", () => {
    const models = new Map([
      ["m", at("1")],
      ["m-codex", at("1")],
    ]);
    expect(Object.keys(gatherAliases(models, inLitellm))).toEqual(["m", "m-codex"]);
  });

  test("two regions of a model stay apart where the model itself has another price", () => {
    const models = new Map([
      ["eu/m", at("2")],
      ["us/m", at("2")],
      ["m", at("1")],
    ]);
    expect(Object.keys(gatherAliases(models, inLitellm))).toEqual(["eu/m", "m", "us/m"]);
  });

  test("a pattern makes no name: only what a source writes out is published", () => {
    const pattern: GenaiModel = {
      id: "m",
      match: { kind: "ClauseStartsWith", starts_with: "m-" },
      prices: { input_mtok: "1" },
    };
    expect(acme({}, [pattern])).toEqual({});
    expect(
      Object.keys(acme({}, [{ ...pattern, match: { kind: "ClauseOr", or_: [pattern.match, equals("m-1")] } }])),
    ).toEqual(["m-1"]);
  });
});

test("a refresh prints models that came and went, prices from and to, and disputes", () => {
  const entry = (input: string) => ({ "acme/m": chat({ input_cost_per_token: input }) });
  const before = buildCatalog(
    provider,
    sources({ ...entry("1e-06"), "acme/old": chat({ input_cost_per_token: "1e-06" }) }),
    "2026-11-23",
  );
  const model: GenaiModel = { id: "m", match: equals("m"), prices: { input_mtok: "3" } };
  const after = buildCatalog(
    provider,
    sources({ ...entry("2e-06"), "acme/new": chat({ input_cost_per_token: "1e-06" }) }, [model]),
    "2026-11-23",
  );
  expect(catalogChanges(before, after)).toEqual([
    "acme + new",
    "acme - old",
    "acme   m: uncached_input_tokens standard 1 → 2",
    "acme   m: uncached_input_tokens standard disputed: litellm 2, genai-prices 3",
  ]);
});
