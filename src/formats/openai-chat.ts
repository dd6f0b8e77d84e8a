import type { Quantities } from "#core/meters.ts";
import { openAiQuantities } from "./openai-tokens.ts";
import type { UsageFields } from "./usage-fields.ts";
import { nonZero, sumOf, type UsageReading } from "./usage-reading.ts";

/**
 * What Perplexity's deep research counts beside its totals: citations, billed as input, reasoning and searches. No
 * other provider has citations.
 */
function research(usage: UsageFields): Quantities {
  return {
    uncached_input_tokens: usage.count("citation_tokens"),
    reasoning_tokens: usage.count("reasoning_tokens"),
    web_searches: usage.count("num_search_queries"),
  };
}

/** Chat Completions, which DeepSeek, xAI, Groq, Mistral and many gateways speak too. Cached tokens are in the prompt. */
export function readOpenAiChat(usage: UsageFields): UsageReading {
  const totals = openAiQuantities(usage, {
    input: "prompt_tokens",
    inputDetails: "prompt_tokens_details",
    output: "completion_tokens",
    outputDetails: "completion_tokens_details",
  });
  return { quantities: nonZero(sumOf(totals, usage.has("citation_tokens") ? [research(usage)] : [])) };
}
