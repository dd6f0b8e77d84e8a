import type { FieldError } from "#core/field-error.ts";
import type { UsageFormat } from "#core/usage-format.ts";
import { readAnthropicMessages } from "./anthropic-messages.ts";
import { readBedrockConverse } from "./bedrock-converse.ts";
import { readGemini } from "./gemini.ts";
import { readOpenAiChat } from "./openai-chat.ts";
import { readOpenAiEmbeddings } from "./openai-embeddings.ts";
import { readOpenAiResponses } from "./openai-responses.ts";
import { readOtel } from "./otel.ts";
import { UsageFields } from "./usage-fields.ts";
import type { UsageReading } from "./usage-reading.ts";

const readers: Record<UsageFormat, (usage: UsageFields) => UsageReading> = {
  openai_chat: readOpenAiChat,
  openai_responses: readOpenAiResponses,
  openai_embeddings: readOpenAiEmbeddings,
  anthropic_messages: readAnthropicMessages,
  gemini: readGemini,
  bedrock_converse: readBedrockConverse,
  otel: readOtel,
};

export type UsageResult =
  | ({ readonly ok: true } & UsageReading)
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * A provider's raw usage object as disjoint meters: Σ meters = the provider's own totals. Whatever is sent, the
 * answer is meters or errors under "usage", never an exception. What the event itself says of tier, place and speed
 * goes before what is found here: a batch's usage may call itself standard.
 */
export function readUsage(format: UsageFormat, usage: unknown): UsageResult {
  const errors: FieldError[] = [];
  const reading = readers[format](new UsageFields(usage, "usage", errors));
  for (const [meter, quantity] of Object.entries(reading.quantities)) {
    if (!Number.isSafeInteger(quantity)) {
      errors.push({ path: "usage", found: `${quantity} ${meter}`, wanted: `at most ${Number.MAX_SAFE_INTEGER}` });
    }
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, ...reading };
}
