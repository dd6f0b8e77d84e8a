import { describe, expect, test } from "vitest";
import type { NegotiatedRate } from "#core/price-book.ts";
import { type Instant, parseInstant } from "#core/time.ts";
import { rated } from "./rating-catalog.ts";

const at = (text: string) => parseInstant(text) as Instant;

function deal(changes: Partial<NegotiatedRate>): NegotiatedRate {
  return { provider: "openai", model: "plain", meter: "*", tier: "*", from: "2026-01-01", to: null, ...changes };
}

const one = { quantities: { uncached_input_tokens: 1_000_000 } } as const;

describe("a negotiated price", () => {
  test("wins over list for the cost; the list cost stays", () => {
    const result = rated(one, [deal({ meter: "uncached_input_tokens", usd_per_million: "2" })]);
    expect(result).toMatchObject({ cost: 2_000_000_000_000n, listCost: 2_500_000_000_000n, priceStatus: "priced" });
    expect(result.charges[0]).toMatchObject({ unitPrice: 2_000_000_000_000n, listUnitPrice: 2_500_000_000_000n });
  });

  test("as a discount is exact to the last digit", () => {
    const { cost } = rated({ quantities: { uncached_input_tokens: 1 } }, [deal({ discount_percent: "12.3456" })]);
    expect(cost).toBe(2_191_360n);
    const fine = rated(one, [deal({ discount_percent: "0.000001" })]);
    expect(fine.cost).toBe(2_499_999_975_000n);
  });

  test("is rounded half even, once, where a digit has no place", () => {
    const tiny = deal({ meter: "uncached_input_tokens", usd_per_million: "0.0000025" });
    expect(rated({ quantities: { uncached_input_tokens: 1 } }, [tiny]).cost).toBe(2n);
    expect(rated({ quantities: { uncached_input_tokens: 3 } }, [tiny]).cost).toBe(8n);
  });

  test("holds from its first day to the end of its last, UTC", () => {
    const cost = (time: string) =>
      rated({ ...one, time: at(time) }, [deal({ discount_percent: "50", from: "2026-03-01", to: "2026-03-31" })]).cost;
    expect(cost("2026-02-28T23:59:59.999Z")).toBe(2_500_000_000_000n);
    expect(cost("2026-03-01T00:00:00Z")).toBe(1_250_000_000_000n);
    expect(cost("2026-03-31T23:59:59.999Z")).toBe(1_250_000_000_000n);
    expect(cost("2026-04-01T00:00:00Z")).toBe(2_500_000_000_000n);
  });

  test("the closest wins, of equally close ones the latest", () => {
    const everywhere = deal({ model: "*", discount_percent: "10" });
    const model = deal({ discount_percent: "20" });
    const meter = deal({ meter: "uncached_input_tokens", usd_per_million: "1" });
    expect(rated(one, [everywhere]).cost).toBe(2_250_000_000_000n);
    expect(rated(one, [model, everywhere]).cost).toBe(2_000_000_000_000n);
    expect(rated(one, [meter, model, everywhere]).cost).toBe(1_000_000_000_000n);
    expect(rated(one, [model, deal({ discount_percent: "30" })]).cost).toBe(1_750_000_000_000n);
  });

  test("of another provider, model, meter or tier changes nothing", () => {
    const others = [
      deal({ provider: "anthropic", discount_percent: "10" }),
      deal({ model: "other", discount_percent: "10" }),
      deal({ meter: "text_output_tokens", discount_percent: "10" }),
      deal({ tier: "batch", discount_percent: "10" }),
    ];
    expect(rated(one, others).cost).toBe(2_500_000_000_000n);
  });

  test("may name the provider by any of its spellings", () => {
    const quantities = { uncached_input_tokens: 1_000_000 };
    const grok = deal({ provider: "xai", model: "grok", discount_percent: "50" });
    expect(rated({ provider: "x_ai", model: "grok", quantities }, [grok]).cost).toBe(1_000_000_000_000n);
  });

  test("of output is the price of reasoning, which costs the same", () => {
    const output = deal({ meter: "text_output_tokens", usd_per_million: "8" });
    const reasoning = { quantities: { reasoning_tokens: 1 } };
    expect(rated(reasoning, [output])).toMatchObject({ cost: 8_000_000n, listCost: 10_000_000n });
    expect(rated(reasoning, [output, deal({ meter: "reasoning_tokens", usd_per_million: "6" })])).toMatchObject({
      cost: 6_000_000n,
      listCost: 10_000_000n,
      priceStatus: "priced",
    });
  });

  test("of fresh input is not the price of cached input", () => {
    const input = deal({ meter: "uncached_input_tokens", usd_per_million: "2" });
    expect(rated({ quantities: { cache_read_tokens: 1 } }, [input]).cost).toBe(1_250_000n);
  });

  test("of the standard tier holds where a tier is billed as standard", () => {
    const standard = deal({ tier: "standard", meter: "uncached_input_tokens", usd_per_million: "2" });
    const event = { serviceTier: "flex", quantities: { uncached_input_tokens: 1 } } as const;
    expect(rated(event, [standard])).toMatchObject({ cost: 2_000_000n, warnings: ["estimated_tier"] });
  });

  test("is multiplied by place and speed like list", () => {
    const claude = { provider: "anthropic", model: "claude", servingLocation: "us" } as const;
    const own = deal({ provider: "anthropic", model: "claude", meter: "uncached_input_tokens", usd_per_million: "2" });
    const result = rated({ ...claude, quantities: { uncached_input_tokens: 1 } }, [own]);
    expect(result).toMatchObject({ cost: 2_200_000n, listCost: 3_300_000n });
  });

  test.each([
    ["openai", "plain-2026-01-01"],
    ["OpenAI", "openai/plain"],
    ["openai", "plain"],
  ])("set for %s %s is of the model, whatever name it is asked for by", (provider, model) => {
    const own = deal({ provider, model, meter: "uncached_input_tokens", usd_per_million: "2" });
    expect(rated(one, [own]).cost).toBe(2_000_000_000_000n);
    expect(rated({ ...one, model: "plain-2026-01-01" }, [own]).cost).toBe(2_000_000_000_000n);
    expect(rated({ ...one, model: "other" }, [own]).cost).toBe(1_005_000_000_000n);
  });

  test("changes the price version", () => {
    expect(rated(one, [deal({ discount_percent: "1" })]).priceVersion).not.toBe(rated(one).priceVersion);
    expect(rated(one, [deal({ model: "other", discount_percent: "1" })]).priceVersion).toBe(rated(one).priceVersion);
  });

  test("prices a model that nobody publishes, and what it lacks is estimated", () => {
    const own = deal({ provider: "acme", model: "house-7b", meter: "uncached_input_tokens", usd_per_million: "2" });
    const event = { provider: "acme", model: "house-7b" };
    expect(rated({ ...event, ...one }, [own])).toMatchObject({
      cost: 2_000_000_000_000n,
      listCost: 2_000_000_000_000n,
      priceStatus: "priced",
    });
    expect(rated({ ...event, quantities: { cache_read_tokens: 1 } }, [own])).toMatchObject({
      cost: 2_000_000n,
      warnings: ["estimated_meter"],
    });
    expect(rated({ ...event, ...one, time: at("2025-12-31T00:00:00Z") }, [own]).cost).toBeNull();
    expect(rated({ ...event, model: "other-7b", ...one }, [own]).cost).toBeNull();
  });

  test("what was agreed needs no source; a discount is off a price that one source alone has", () => {
    const sent = { model: "told-once", ...one };
    const price = deal({ model: "told-once", meter: "uncached_input_tokens", usd_per_million: "2" });
    expect(rated(sent, [price]).warnings).toEqual([]);
    const discount = deal({ model: "told-once", discount_percent: "10" });
    expect(rated(sent, [discount]).warnings).toEqual(["single_source_rate"]);
  });

  test("a discount alone prices no unknown model", () => {
    expect(rated({ model: "nobody", ...one }, [deal({ model: "nobody", discount_percent: "10" })]).cost).toBeNull();
    const everywhere = rated({ model: "nobody" }, [deal({ model: "*", discount_percent: "10" })]);
    expect(everywhere).toMatchObject({ cost: null, modelUnknown: true });
  });

  test("a price for every meter gives no price to what has none", () => {
    const any = deal({ usd_per_million: "2" });
    expect(rated({ quantities: { pages: 1 } }, [any]).cost).toBeNull();
    expect(rated(one, [any]).charges).toHaveLength(1);
  });
});
