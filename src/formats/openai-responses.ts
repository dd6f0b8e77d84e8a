import { openAiQuantities } from "./openai-tokens.ts";
import type { UsageFields } from "./usage-fields.ts";
import { nonZero, type UsageReading } from "./usage-reading.ts";

/** The Responses API, and Realtime, which names the details in the singular. Cached tokens are in the input. */
export function readOpenAiResponses(usage: UsageFields): UsageReading {
  const realtime = usage.has("input_token_details");
  return {
    quantities: nonZero(
      openAiQuantities(usage, {
        input: "input_tokens",
        inputDetails: realtime ? "input_token_details" : "input_tokens_details",
        output: "output_tokens",
        outputDetails: realtime ? "output_token_details" : "output_tokens_details",
      }),
    ),
  };
}
