import type { SentEvent } from "#contract/events.ts";
import type { TraceCall } from "./trace-calls.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The trace's calls are spread over the live window, its far days included, its very edge not. */
const daysAgo = [0, 1, 2, 3, 4, 9, 19, 26];
const sourceName = "azure-trace";

const pick = <T>(list: readonly T[], i: number): T => list[i % list.length] as T;

const models = [
  { provider: "openai", model: "gpt-4o" },
  { provider: "openai", model: "gpt-4o" },
  { provider: "openai", model: "gpt-4o-mini", service_tier: "batch" },
  { provider: "anthropic", model: "claude-sonnet-4-5" },
  { provider: "vertex", model: "gemini-2.5-flash" },
  { provider: "openai", model: "gpt-4o" },
  { provider: "in-house", model: "nobody-has-a-price-for-it" },
] as const;

/** The first call of each model goes as the provider's own usage object. */
function usageOf({ inputTokens, outputTokens }: TraceCall, i: number): Partial<SentEvent> {
  if (i % 10 !== 3) return { meters: { uncached_input_tokens: inputTokens, text_output_tokens: outputTokens } };
  const cached = Math.floor(inputTokens / 2);
  const usage = {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
  return { usage: { ...usage, prompt_tokens_details: { cached_tokens: cached } }, usage_format: "openai_chat" };
}

function attributionOf({ service }: TraceCall, i: number): SentEvent["attribution"] {
  return {
    ...(i % 61 !== 60 && { team: pick(["search", "support", "growth"], i) }),
    feature: service === "code" ? "completion" : "chat",
    environment: pick(["production", "production", "production", "staging", "development"], i),
    region: pick(["emea", "amer"], i >> 2),
    customer_tier: pick(["free", "pro", "enterprise"], i >> 1),
    ...(i % 13 === 0 && { purpose: "evaluation" as const }),
    ...(i % 3 === 0 && { customer_id: `customer-${i % 40}` }),
  };
}

/** The trace's calls as usage events of the last days, the youngest an hour before `nowMs`. */
export function storyEvents(calls: readonly TraceCall[], nowMs: number): SentEvent[] {
  return calls.map((call, i) => ({
    id: `${call.service}-${i}`,
    source: sourceName,
    time: new Date(nowMs - hourMs - pick(daysAgo, i) * dayMs - (i % 3_600) * 1_000).toISOString(),
    ...pick(models, i),
    ...usageOf(call, i),
    attribution: attributionOf(call, i),
    ...(i % 17 === 0 && { tags: { ticket: `T-${i % 5}`, "a#b": "c" } }),
  }));
}

/** Calls as they were recorded: in 2023. */
export function oldEvents(calls: readonly TraceCall[]): SentEvent[] {
  return calls.map((call, i) => ({
    id: `old-${i}`,
    source: sourceName,
    time: new Date(Date.UTC(2023, 10, 16, 18, 15) + i * 1_000).toISOString(),
    provider: "openai",
    model: "gpt-4o",
    meters: { uncached_input_tokens: call.inputTokens, text_output_tokens: call.outputTokens },
    attribution: attributionOf(call, i),
  }));
}

/** gpt-4o's public list price, in pico-dollars a token: 2.50 and 10.00 USD per million. */
const inputPicoUsd = 2_500_000n;
const outputPicoUsd = 10_000_000n;

/** What `oldEvents` cost, from the calls alone: no line of the product's code. */
export function importedUsd(calls: readonly TraceCall[]): string {
  const cost = calls.reduce(
    (sum, call) => sum + BigInt(call.inputTokens) * inputPicoUsd + BigInt(call.outputTokens) * outputPicoUsd,
    0n,
  );
  const decimals = String(cost % 10n ** 12n)
    .padStart(12, "0")
    .replace(/0+$/, "");
  return `${cost / 10n ** 12n}${decimals === "" ? "" : `.${decimals}`}`;
}
