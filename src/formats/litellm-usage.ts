import type { FieldError } from "#core/field-error.ts";
import type { Quantities } from "#core/meters.ts";
import { readAnthropicMessages } from "./anthropic-messages.ts";
import { cacheWrites } from "./cache-writes.ts";
import { readOpenAiChat } from "./openai-chat.ts";
import { readOpenAiResponses } from "./openai-responses.ts";
import { fieldsOf } from "./plain-text.ts";
import { UsageFields } from "./usage-fields.ts";
import { nonZero, type UsageReading } from "./usage-reading.ts";

type Fields = ReturnType<typeof fieldsOf>;

export interface LiteLlmUsage extends UsageReading {
  /** The counts contradict one another: the likeliest reading was taken. */
  readonly isDoubtful: boolean;
}

type UsageResult = ({ readonly ok: true } & LiteLlmUsage) | { readonly ok: false; readonly errors: FieldError[] };

const count = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;

/** What the payload has of usage: the provider's object as LiteLLM keeps it, else its own totals. */
export function usageObjectOf(payload: Fields): Fields {
  const candidates = [
    fieldsOf(payload.metadata).usage_object,
    fieldsOf(payload.response).usage,
    fieldsOf(payload.hidden_params).usage_object,
  ];
  for (const candidate of candidates) if (Object.keys(fieldsOf(candidate)).length > 0) return fieldsOf(candidate);
  const { prompt_tokens, completion_tokens, total_tokens } = payload;
  return { prompt_tokens, completion_tokens, total_tokens };
}

/**
 * LiteLLM writes every provider's usage in OpenAI's words: the prompt includes what was read from a cache and written
 * to it, also Anthropic's. Older versions tell cached tokens beside the totals. A prompt that is smaller than its
 * cached parts cannot include them.
 */
function inOpenAiWords(usage: Fields): { readonly usage: Fields; readonly isDoubtful: boolean } {
  const details = fieldsOf(usage.prompt_tokens_details);
  const cached = count(details.cached_tokens) ?? count(usage.cache_read_input_tokens) ?? 0;
  const written =
    count(details.cache_write_tokens) ??
    count(details.cache_creation_tokens) ??
    count(usage.cache_creation_input_tokens) ??
    0;
  const prompt = count(usage.prompt_tokens) ?? 0;
  const isDoubtful = cached + written > prompt;
  return {
    usage: {
      ...usage,
      prompt_tokens: isDoubtful ? prompt + cached + written : usage.prompt_tokens,
      completion_tokens: usage.completion_tokens ?? 0,
      prompt_tokens_details: { ...details, cached_tokens: cached, cache_write_tokens: written },
    },
    isDoubtful,
  };
}

/** What LiteLLM keeps of Anthropic's usage beside OpenAI's fields. */
function alsoOfAnthropic(usage: UsageFields, quantities: Quantities): Quantities {
  const details = usage.object("prompt_tokens_details");
  const split = details.object("cache_creation_token_details");
  const written = quantities.cache_write_5m_tokens ?? 0;
  const oneHour = Math.min(written, split.count("ephemeral_1h_input_tokens"));
  const writes = cacheWrites(written, 0, oneHour);
  const searches = usage.object("server_tool_use").count("web_search_requests");
  return {
    ...quantities,
    cache_write_5m_tokens: writes.fiveMinutes,
    cache_write_1h_tokens: writes.oneHour,
    web_searches: (quantities.web_searches ?? 0) + (searches || details.count("web_search_requests")),
  };
}

function readTokens(object: Fields, errors: FieldError[]): LiteLlmUsage {
  if (object.prompt_tokens === undefined && object.input_tokens !== undefined) {
    const usage = new UsageFields(object, "usage", errors);
    const isAnthropic = usage.has("cache_read_input_tokens") || usage.has("cache_creation_input_tokens");
    return { ...(isAnthropic ? readAnthropicMessages(usage) : readOpenAiResponses(usage)), isDoubtful: false };
  }
  const { usage, isDoubtful } = inOpenAiWords(object);
  const fields = new UsageFields(usage, "usage", errors);
  return { quantities: nonZero(alsoOfAnthropic(fields, readOpenAiChat(fields).quantities)), isDoubtful };
}

/** Where the parts of a usage object cannot be read, its totals still can. */
function totalsOf(payload: Fields): LiteLlmUsage | undefined {
  const input = count(payload.prompt_tokens) ?? 0;
  const output = count(payload.completion_tokens) ?? 0;
  if (input + output === 0) return undefined;
  return { quantities: nonZero({ uncached_input_tokens: input, text_output_tokens: output }), isDoubtful: true };
}

/** Images, recordings and searches have no tokens of their own: their counts stand elsewhere in the payload. */
function withoutTokens(payload: Fields, usage: Fields): Quantities {
  const billed = fieldsOf(fieldsOf(fieldsOf(payload.response).meta).billed_units);
  const seconds = typeof usage.seconds === "number" && usage.seconds > 0 ? Math.ceil(usage.seconds) : 0;
  return nonZero({
    images: count(usage.output_image_count) ?? 0,
    audio_input_seconds: seconds,
    search_units: count(billed.search_units) ?? 0,
  });
}

export const isEmpty = (quantities: Quantities) => Object.keys(quantities).length === 0;

/** The usage of one payload in disjoint meters; empty where LiteLLM counted nothing. */
export function readLiteLlmUsage(payload: Fields): UsageResult {
  const object = usageObjectOf(payload);
  const errors: FieldError[] = [];
  const read = readTokens(object.seconds === undefined ? object : { ...object, prompt_tokens: 0 }, errors);
  if (errors.length > 0) {
    const totals = totalsOf(payload);
    return totals ? { ok: true, ...totals } : { ok: false, errors };
  }
  return isEmpty(read.quantities)
    ? { ok: true, ...read, quantities: withoutTokens(payload, object) }
    : { ok: true, ...read, quantities: imagesOf(object, read.quantities) };
}

/** What an image model writes are images, also where its usage does not say so. */
function imagesOf(usage: Fields, quantities: Quantities): Quantities {
  if (!count(usage.output_image_count) || quantities.image_output_tokens) return quantities;
  const { text_output_tokens = 0, ...others } = quantities;
  return nonZero({ ...others, image_output_tokens: text_output_tokens });
}
