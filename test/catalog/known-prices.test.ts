import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CatalogCard, CatalogFile, CatalogModel } from "#core/price-book.ts";

function modelOf(provider: string, name: string): CatalogModel {
  const file = JSON.parse(
    readFileSync(new URL(`../../catalog/${provider}.json`, import.meta.url), "utf8"),
  ) as CatalogFile;
  const found = Object.entries(file.models).find(([model, { aliases }]) => model === name || aliases?.includes(name));
  if (found === undefined) throw new Error(`${provider} has no ${name}`);
  return found[1];
}

/** The newest card that is not dated after the day on which these prices were looked up. */
function cardOf(provider: string, name: string): CatalogCard {
  const card = modelOf(provider, name).cards.findLast(({ from }) => from === null || from <= "2026-11-23");
  if (card === undefined) throw new Error(`${provider} ${name} has no card`);
  return card;
}

function prices(provider: string, name: string, tier = "standard", above = 0): Record<string, string> {
  const rates = cardOf(provider, name).rates.filter((rate) => rate.tier === tier && rate.above === above);
  return Object.fromEntries(rates.map(({ meter, usd_per_million }) => [meter, usd_per_million]));
}

describe("prices as the providers publish them, USD per million", () => {
  test("OpenAI gpt-4o: 2.50 in, 1.25 cached, 10 out; batch half", () => {
    expect(prices("openai", "gpt-4o")).toMatchObject({
      uncached_input_tokens: "2.5",
      cache_read_tokens: "1.25",
      text_output_tokens: "10",
      reasoning_tokens: "10",
    });
    expect(prices("openai", "gpt-4o-2024-08-06", "batch")).toEqual({
      uncached_input_tokens: "1.25",
      text_output_tokens: "5",
      reasoning_tokens: "5",
    });
  });

  test("OpenAI embeddings and Whisper: 0.02 a million tokens, 0.006 a minute", () => {
    expect(prices("openai", "text-embedding-3-small")).toEqual({ uncached_input_tokens: "0.02" });
    expect(prices("openai", "whisper-1")).toEqual({ audio_input_seconds: "100" });
  });

  test("Anthropic Claude Sonnet 4.5: cache writes 1.25 × for five minutes, 2 × for an hour; 10 per 1,000 searches", () => {
    expect(prices("anthropic", "claude-sonnet-4-5")).toEqual({
      uncached_input_tokens: "3",
      cache_read_tokens: "0.3",
      cache_write_5m_tokens: "3.75",
      cache_write_1h_tokens: "6",
      text_output_tokens: "15",
      reasoning_tokens: "15",
      web_searches: "10000",
    });
  });

  test("Gemini 2.5 Pro: 1.25 in and 10 out, twice and one and a half times that above 200,000 tokens", () => {
    expect(prices("gcp.gemini", "gemini-2.5-pro")).toMatchObject({
      uncached_input_tokens: "1.25",
      text_output_tokens: "10",
    });
    expect(prices("gcp.gemini", "gemini-2.5-pro", "standard", 200_000)).toMatchObject({
      uncached_input_tokens: "2.5",
      text_output_tokens: "15",
    });
  });

  test("Cohere Rerank 3.5: 2 per 1,000 searches", () => {
    expect(prices("cohere", "rerank-v3.5")).toEqual({ search_units: "2000" });
  });

  test("Groq Whisper: an hourly price becomes a second's, exact to twelve decimals", () => {
    expect(prices("groq", "whisper-large-v3")).toEqual({ audio_input_seconds: "30.833333333333" });
  });

  test("Mistral OCR: what was published before holds until the day of the new price", () => {
    expect(
      modelOf("mistral_ai", "mistral-ocr-latest").cards.map(({ from, rates }) => [from, rates[0]?.usd_per_million]),
    ).toEqual([
      [null, "1000"],
      ["2025-12-18", "2000"],
      ["2026-06-23", "4000"],
    ]);
  });

  test("uplifts: Anthropic in the US and fast, OpenAI data residency, Vertex regional, a Bedrock profile", () => {
    const multiply = (provider: string, name: string) =>
      Object.fromEntries(
        cardOf(provider, name).uplifts?.map((uplift) => [uplift.serving_location ?? uplift.speed, uplift.multiply]) ??
          [],
      );
    expect(multiply("anthropic", "claude-opus-4-8")).toEqual({ us: "1.1", fast: "2" });
    expect(multiply("openai", "gpt-5.4")).toEqual({ us: "1.1", eu: "1.1" });
    expect(multiply("gcp.vertex_ai", "claude-opus-4-5@20251101")).toEqual({ regional: "1.1" });
    expect(multiply("aws.bedrock", "anthropic.claude-haiku-4-5-20251001-v1:0")).toMatchObject({ us: "1.1", eu: "1.1" });
  });
});

describe("two sources", () => {
  test("a price that both give is marked so", () => {
    const rate = cardOf("openai", "gpt-4o").rates.find(({ meter }) => meter === "cache_read_tokens");
    expect(rate).toEqual({
      meter: "cache_read_tokens",
      tier: "standard",
      above: 0,
      usd_per_million: "1.25",
      source: "both",
    });
  });

  test("an hour's cache write in a batch is disputed: one halves it, the other has only the full price", () => {
    const rate = cardOf("anthropic", "claude-sonnet-4-5").rates.find(
      ({ meter, tier, above }) => meter === "cache_write_1h_tokens" && tier === "batch" && above === 0,
    );
    expect(rate).toMatchObject({ usd_per_million: "3", disputed: { litellm: "6", "genai-prices": "3" } });
  });

  test("most of what OpenAI, Anthropic and Gemini charge is given by both", () => {
    const rates = ["openai", "anthropic", "gcp.gemini"].flatMap((provider) => {
      const file = JSON.parse(
        readFileSync(new URL(`../../catalog/${provider}.json`, import.meta.url), "utf8"),
      ) as CatalogFile;
      return Object.values(file.models).flatMap(({ cards }) => cards.flatMap((card) => card.rates));
    });
    const both = rates.filter(({ source }) => source === "both").length;
    expect(both).toBeGreaterThan(1400);
    expect(both / rates.length).toBeGreaterThan(0.5);
  });

  test("a snapshot that nobody lists is no name of a model", () => {
    expect(() => modelOf("openai", "gpt-4o-2099-01-01")).toThrow("openai has no gpt-4o-2099-01-01");
    expect(() => modelOf("anthropic", "claude-sonnet-4-5-20990101")).toThrow("has no");
  });
});
