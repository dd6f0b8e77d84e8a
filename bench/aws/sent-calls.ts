import { createHash } from "node:crypto";
import { drawCalls } from "#server/demo/call-sizes.ts";

const models = [
  { provider: "openai", model: "gpt-4o", format: "code" },
  { provider: "openai", model: "gpt-4o-mini", format: "conversation" },
  { provider: "anthropic", model: "claude-sonnet-4-5", format: "code" },
  { provider: "anthropic", model: "claude-haiku-4-5", format: "conversation" },
  { provider: "gcp.gemini", model: "gemini-2.5-flash", format: "conversation" },
] as const;

/** mulberry32: the same calls in every run. */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Version 4's form, from a number. */
function uuid(number: number): string {
  const hex = createHash("sha256").update(String(number)).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * A call as a gateway reports it: sizes as in the Azure inference trace, five models, a customer, a tag and the
 * provider's id of it. `cell` chooses team, feature and model: as many cells as there are numbers.
 */
export function sentCall(number: number, cell: number, timeMs: number, random: () => number): object {
  const { provider, model, format } = models[cell % models.length] as (typeof models)[number];
  const { input, output } = drawCalls(format, 1, random);
  const cached = random() < 0.3 ? Math.floor(input / 2) : 0;
  return {
    source: "llm-gateway",
    id: uuid(number),
    time: new Date(timeMs - (number % 60_000)).toISOString(),
    provider,
    model,
    meters: { uncached_input_tokens: input - cached, cache_read_tokens: cached, text_output_tokens: output },
    attribution: {
      team: `team-${Math.floor(cell / models.length) % 10}`,
      feature: `feature-${Math.floor(cell / (10 * models.length))}`,
      environment: "production",
      region: "emea",
      customer_tier: "enterprise",
      customer_id: `customer-${number % 2_000}`,
    },
    tags: { release: "2026.11.3" },
    response_id: `chatcmpl-${uuid(number).replaceAll("-", "").slice(0, 24)}`,
  };
}
