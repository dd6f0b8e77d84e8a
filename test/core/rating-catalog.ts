import type { CatalogFile, CatalogRate, NegotiatedRate, Rated } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import { type Instant, parseInstant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";

type Rate = readonly [meter: CatalogRate["meter"], tier: CatalogRate["tier"], above: number, usd: string];

function rates(...all: Rate[]): CatalogRate[] {
  return all.map(([meter, tier, above, usd_per_million]) => ({ meter, tier, above, usd_per_million, source: "both" }));
}

/** A small catalogue of invented models, each for one rule. */
export const catalog: Readonly<Record<string, CatalogFile>> = {
  openai: {
    provider: "openai",
    sources: { test: "1" },
    models: {
      plain: {
        aliases: ["plain-2026-01-01", "shared-alias"],
        cards: [
          {
            from: null,
            rates: rates(
              ["uncached_input_tokens", "standard", 0, "2.5"],
              ["cache_read_tokens", "standard", 0, "1.25"],
              ["text_output_tokens", "standard", 0, "10"],
              ["uncached_input_tokens", "batch", 0, "1.25"],
              ["text_output_tokens", "batch", 0, "5"],
            ),
          },
        ],
      },
      "ft:plain-2026-01-01": { cards: [{ from: null, rates: rates(["uncached_input_tokens", "standard", 0, "3"]) }] },
      other: {
        aliases: ["shared-alias"],
        cards: [
          {
            from: null,
            rates: rates(["uncached_input_tokens", "standard", 0, "1"], ["requests", "standard", 0, "5000"]),
          },
        ],
      },
      long: {
        cards: [
          {
            from: null,
            rates: rates(
              ["uncached_input_tokens", "standard", 0, "1"],
              ["uncached_input_tokens", "standard", 1000, "2"],
              ["text_output_tokens", "standard", 0, "4"],
              ["text_output_tokens", "standard", 1000, "6"],
              ["web_searches", "standard", 0, "10000"],
              ["uncached_input_tokens", "flex", 0, "0.5"],
              ["text_output_tokens", "flex", 0, "2"],
              ["text_output_tokens", "flex", 1000, "3"],
            ),
          },
        ],
      },
      dated: {
        cards: [
          { from: "2026-01-01", rates: rates(["uncached_input_tokens", "standard", 0, "4"]) },
          { from: "2026-06-01", rates: rates(["uncached_input_tokens", "standard", 0, "3"]) },
        ],
      },
      disputed: {
        cards: [
          {
            from: null,
            rates: [
              {
                meter: "uncached_input_tokens",
                tier: "standard",
                above: 0,
                usd_per_million: "1",
                source: "a",
                disputed: { a: "1", b: "2" },
              },
              ...rates(["text_output_tokens", "standard", 0, "2"]),
            ],
          },
        ],
      },
      "told-once": {
        cards: [
          {
            from: null,
            rates: rates(["uncached_input_tokens", "standard", 0, "1"]).map((rate) => ({ ...rate, source: "a" })),
          },
        ],
      },
    },
  },
  anthropic: {
    provider: "anthropic",
    sources: { test: "1" },
    models: {
      claude: {
        cards: [
          {
            from: null,
            rates: rates(
              ["uncached_input_tokens", "standard", 0, "3"],
              ["text_output_tokens", "standard", 0, "15"],
              ["web_searches", "standard", 0, "10000"],
            ),
            uplifts: [
              { serving_location: "us", multiply: "1.1", page: "https://example.com" },
              { speed: "fast", multiply: "6", page: "https://example.com" },
            ],
          },
        ],
      },
    },
  },
  x_ai: {
    provider: "x_ai",
    sources: { test: "1" },
    models: {
      grok: {
        cards: [
          {
            from: null,
            brackets_inclusive: true,
            rates: rates(
              ["uncached_input_tokens", "standard", 0, "1"],
              ["uncached_input_tokens", "standard", 1000, "2"],
              ["cache_read_tokens", "standard", 0, "0.1"],
            ),
          },
        ],
      },
    },
  },
  "gcp.vertex_ai": {
    provider: "gcp.vertex_ai",
    sources: { test: "1" },
    models: {
      "claude@20251101": { cards: [{ from: null, rates: rates(["uncached_input_tokens", "standard", 0, "5"]) }] },
      gemini: {
        cards: [
          {
            from: null,
            rates: rates(["uncached_input_tokens", "standard", 0, "1"]),
            uplifts: [{ serving_location: "regional", multiply: "1.1", page: "https://example.com" }],
          },
        ],
      },
    },
  },
  "gcp.gemini": {
    provider: "gcp.gemini",
    sources: { test: "1" },
    models: { gemini: { cards: [{ from: null, rates: rates(["uncached_input_tokens", "standard", 0, "1"]) }] } },
  },
  "aws.bedrock": {
    provider: "aws.bedrock",
    sources: { test: "1" },
    models: {
      "us.anthropic.claude-v1:0": {
        cards: [{ from: null, rates: rates(["uncached_input_tokens", "standard", 0, "3.3"]) }],
      },
      "anthropic.claude-v1:0": { cards: [{ from: null, rates: rates(["uncached_input_tokens", "standard", 0, "3"]) }] },
    },
  },
  groq: {
    provider: "groq",
    sources: { test: "1" },
    models: {
      "openai/gpt-oss": { cards: [{ from: null, rates: rates(["uncached_input_tokens", "standard", 0, "0.15"]) }] },
    },
  },
};

export function anEvent(changes: Partial<UsageEvent>): UsageEvent {
  return {
    source: "test",
    id: "1",
    time: parseInstant("2026-11-23T12:00:00Z") as Instant,
    provider: "openai",
    model: "plain",
    serviceTier: "standard",
    speed: "standard",
    requests: 1,
    quantities: {},
    claimed: {},
    tags: {},
    quantitiesEstimated: false,
    ...changes,
  };
}

export function rated(changes: Partial<UsageEvent>, negotiated: readonly NegotiatedRate[] = []): Rated {
  return makeCoreRater((provider) => catalog[provider], negotiated)(anEvent(changes));
}
