import { describe, expect, test } from "vitest";
import { makeCoreRater } from "#core/rate-event.ts";
import { type Instant, parseInstant } from "#core/time.ts";
import { anEvent, catalog, rated } from "./rating-catalog.ts";

const at = (text: string) => parseInstant(text) as Instant;

describe("charges", () => {
  test("each meter is billed at its own price", () => {
    const result = rated({
      quantities: { uncached_input_tokens: 806, cache_read_tokens: 19_200, text_output_tokens: 300 },
    });
    expect(result.charges.map((charge) => [charge.meter, charge.quantity, charge.cost])).toEqual([
      ["uncached_input_tokens", 806, 2_015_000_000n],
      ["cache_read_tokens", 19_200, 24_000_000_000n],
      ["text_output_tokens", 300, 3_000_000_000n],
    ]);
    expect(result.cost).toBe(29_015_000_000n);
    expect(result.listCost).toBe(29_015_000_000n);
    expect(result.priceStatus).toBe("priced");
    expect(result.warnings).toEqual([]);
  });

  test("the order in which an event names its meters changes nothing", () => {
    const one = rated({ quantities: { uncached_input_tokens: 5, cache_read_tokens: 7, text_output_tokens: 9 } });
    const other = rated({ quantities: { text_output_tokens: 9, cache_read_tokens: 7, uncached_input_tokens: 5 } });
    expect(other).toEqual(one);
  });

  test("a meter that is zero gives no charge", () => {
    expect(rated({ quantities: { uncached_input_tokens: 1, images: 0 } }).charges).toHaveLength(1);
  });

  test("an event of a known model without quantities costs nothing", () => {
    expect(rated({})).toMatchObject({ cost: 0n, listCost: 0n, priceStatus: "priced", charges: [] });
  });

  test("the largest quantity is billed to the last digit", () => {
    const { cost } = rated({ quantities: { uncached_input_tokens: Number.MAX_SAFE_INTEGER } });
    expect(cost).toBe(9_007_199_254_740_991n * 2_500_000n);
  });

  test("requests are billed where the card has a price for them", () => {
    const result = rated({ model: "other", requests: 3, quantities: { uncached_input_tokens: 1_000_000 } });
    expect(result.charges.map((charge) => [charge.meter, charge.quantity, charge.cost])).toEqual([
      ["uncached_input_tokens", 1_000_000, 1_000_000_000_000n],
      ["requests", 3, 15_000_000_000n],
    ]);
    expect(result.priceStatus).toBe("priced");
  });

  test("guessed quantities make every charge estimated", () => {
    const result = rated({ quantities: { uncached_input_tokens: 1 }, quantitiesEstimated: true });
    expect(result.priceStatus).toBe("estimated");
    expect(result.charges[0]?.estimated).toBe(true);
  });

  test("a price on which sources differ is used and marked", () => {
    const result = rated({ model: "disputed", quantities: { uncached_input_tokens: 1, text_output_tokens: 1 } });
    expect(result).toMatchObject({ cost: 3_000_000n, priceStatus: "priced", warnings: ["disputed_rate"] });
    expect(result.charges.map((charge) => charge.disputed)).toEqual([true, false]);
  });

  test("a price that one source alone has is used and marked, and is no estimate", () => {
    const result = rated({ model: "told-once", quantities: { uncached_input_tokens: 1 } });
    expect(result).toMatchObject({ cost: 1_000_000n, priceStatus: "priced", warnings: ["single_source_rate"] });
    expect(result.charges.map((charge) => charge.disputed)).toEqual([false]);
  });
});

describe("unpriced", () => {
  test("an unknown model has no cost, not a cost of zero", () => {
    expect(rated({ model: "plain-2099-01-01", quantities: { uncached_input_tokens: 1 } })).toEqual({
      provider: "openai",
      model: "plain-2099-01-01",
      charges: [],
      listCost: null,
      cost: null,
      priceStatus: "unpriced",
      priceVersion: "",
      warnings: [],
      modelUnknown: true,
    });
  });

  test("an unknown model without quantities is unpriced too", () => {
    expect(rated({ model: "nobody" }).priceStatus).toBe("unpriced");
  });

  test("one meter without a price leaves the whole event unpriced", () => {
    const result = rated({ quantities: { uncached_input_tokens: 1, web_searches: 1 } });
    expect(result).toMatchObject({ model: "plain", cost: null, charges: [], priceStatus: "unpriced" });
    expect(result.modelUnknown).toBeUndefined();
  });

  test("an unknown provider is kept as it was sent", () => {
    expect(rated({ provider: "acme", model: "m" })).toMatchObject({ provider: "acme", model: "m", cost: null });
  });
});

describe("time", () => {
  test("the card of the event's time holds, from the first moment of its day", () => {
    const cost = (time: string) =>
      rated({ model: "dated", time: at(time), quantities: { uncached_input_tokens: 1 } }).cost;
    expect(cost("2026-05-31T23:59:59.999Z")).toBe(4_000_000n);
    expect(cost("2026-06-01T00:00:00Z")).toBe(3_000_000n);
    expect(cost("2026-01-01T00:00:00Z")).toBe(4_000_000n);
  });

  test("before its first card a model has no price", () => {
    expect(
      rated({ model: "dated", time: at("2025-12-31T23:59:59Z"), quantities: { uncached_input_tokens: 1 } }).cost,
    ).toBeNull();
  });

  test("the price version tells cards apart and stays the same for the same prices", () => {
    const version = (model: string, time: string) => rated({ model, time: at(time) }).priceVersion;
    expect(version("dated", "2026-02-01T00:00:00Z")).toMatch(/^2026-01-01\.[0-9a-z]+$/);
    expect(version("dated", "2026-02-01T00:00:00Z")).toBe(version("dated", "2026-05-01T00:00:00Z"));
    expect(version("dated", "2026-07-01T00:00:00Z")).toMatch(/^2026-06-01\./);
    expect(version("plain", "2026-07-01T00:00:00Z")).toMatch(/^always\./);
  });
});

describe("brackets", () => {
  test("the bracket begins above its threshold and moves every meter of the call", () => {
    const cost = (input: number) =>
      rated({ model: "long", quantities: { uncached_input_tokens: input, text_output_tokens: 1 } }).cost;
    expect(cost(1000)).toBe(1_000_000_000n + 4_000_000n);
    expect(cost(1001)).toBe(2_002_000_000n + 6_000_000n);
  });

  test("at xAI it begins at its threshold", () => {
    const cost = (input: number) =>
      rated({ provider: "xai", model: "grok", quantities: { uncached_input_tokens: input } }).cost;
    expect(cost(999)).toBe(999_000_000n);
    expect(cost(1000)).toBe(2_000_000_000n);
  });

  test("the whole input chooses it, cached tokens included; a meter without a price for it keeps its own", () => {
    const { cost } = rated({
      provider: "x_ai",
      model: "grok",
      quantities: { uncached_input_tokens: 1, cache_read_tokens: 999 },
    });
    expect(cost).toBe(2_000_000n + 99_900_000n);
  });

  test("of several calls the mean input chooses it, and the charges it moves are estimated", () => {
    const result = rated({ model: "long", requests: 2, quantities: { uncached_input_tokens: 2000, web_searches: 1 } });
    expect(result.cost).toBe(2_000_000_000n + 10_000_000_000n);
    expect(result.charges.map((charge) => charge.estimated)).toEqual([true, false]);
    expect(result).toMatchObject({ priceStatus: "estimated", warnings: ["estimated_bracket"] });
    expect(rated({ model: "long", requests: 2, quantities: { uncached_input_tokens: 2001 } }).cost).toBe(
      4_002_000_000n,
    );
  });

  test("several calls on a card without brackets are priced exactly", () => {
    expect(rated({ requests: 9, quantities: { uncached_input_tokens: 9 } }).priceStatus).toBe("priced");
  });
});

describe("what a card lacks", () => {
  test("a tier has its own price", () => {
    const result = rated({ serviceTier: "batch", quantities: { uncached_input_tokens: 1, text_output_tokens: 1 } });
    expect(result).toMatchObject({ cost: 6_250_000n, priceStatus: "priced" });
  });

  test("a tier that lacks a meter takes its standard price before another meter's tier price", () => {
    const result = rated({ serviceTier: "batch", quantities: { cache_read_tokens: 1 } });
    expect(result).toMatchObject({ cost: 1_250_000n, priceStatus: "estimated", warnings: ["estimated_tier"] });
  });

  test("a meter takes the price of what it is a kind of, in the same tier", () => {
    const standard = rated({ quantities: { reasoning_tokens: 1, cached_audio_input_tokens: 1 } });
    expect(standard).toMatchObject({ cost: 12_500_000n, priceStatus: "estimated", warnings: ["estimated_meter"] });
    expect(rated({ serviceTier: "batch", quantities: { reasoning_tokens: 1 } })).toMatchObject({
      cost: 5_000_000n,
      warnings: ["estimated_meter"],
    });
    expect(rated({ serviceTier: "priority", quantities: { reasoning_tokens: 1 } })).toMatchObject({
      cost: 10_000_000n,
      warnings: ["estimated_tier", "estimated_meter"],
    });
  });

  test("a tier's price for short calls is none for a long call", () => {
    const short = rated({
      model: "long",
      serviceTier: "flex",
      quantities: { uncached_input_tokens: 1000, text_output_tokens: 1 },
    });
    expect(short).toMatchObject({ cost: 502_000_000n, priceStatus: "priced" });
    const long = rated({
      model: "long",
      serviceTier: "flex",
      quantities: { uncached_input_tokens: 1001, text_output_tokens: 1 },
    });
    expect(long).toMatchObject({ cost: 2_002_000_000n + 3_000_000n, warnings: ["estimated_tier"] });
  });

  test("a speed that the card has no price for is estimated", () => {
    const result = rated({ speed: "fast", quantities: { uncached_input_tokens: 1 } });
    expect(result).toMatchObject({ cost: 2_500_000n, priceStatus: "estimated", warnings: ["estimated_tier"] });
  });
});

describe("uplifts", () => {
  const claude = { provider: "anthropic", model: "claude" } as const;

  test("place and speed multiply the price of tokens, and each other", () => {
    const cost = (changes: object) => rated({ ...claude, ...changes, quantities: { uncached_input_tokens: 1 } }).cost;
    expect(cost({})).toBe(3_000_000n);
    expect(cost({ servingLocation: "us" })).toBe(3_300_000n);
    expect(cost({ servingLocation: "US" })).toBe(3_300_000n);
    expect(cost({ servingLocation: "eu" })).toBe(3_000_000n);
    expect(cost({ speed: "fast" })).toBe(18_000_000n);
    expect(cost({ speed: "fast", servingLocation: "us" })).toBe(19_800_000n);
  });

  test("a search costs the same everywhere", () => {
    expect(rated({ ...claude, servingLocation: "us", quantities: { web_searches: 1 } }).cost).toBe(10_000_000_000n);
  });

  test("regional is every named place but global", () => {
    const cost = (servingLocation?: string) =>
      rated({
        provider: "vertex",
        model: "gemini",
        quantities: { uncached_input_tokens: 10 },
        ...(servingLocation && { servingLocation }),
      }).cost;
    expect(cost()).toBe(10_000_000n);
    expect(cost("global")).toBe(10_000_000n);
    expect(cost("us-east5")).toBe(11_000_000n);
  });
});

test("a provider's file is asked for once, and only when needed", () => {
  const asked: string[] = [];
  const rater = makeCoreRater((provider) => {
    asked.push(provider);
    return catalog[provider];
  }, []);
  expect(asked).toEqual([]);
  rater(anEvent({}));
  rater(anEvent({ model: "other" }));
  rater(anEvent({ provider: "groq", model: "none" }));
  rater(anEvent({ provider: "groq", model: "none" }));
  expect(asked).toEqual(["openai", "groq"]);
});
