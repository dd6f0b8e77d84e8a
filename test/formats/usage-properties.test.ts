import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMeter, type Quantities } from "#core/meters.ts";
import { USAGE_FORMATS } from "#core/usage-format.ts";
import { readUsage } from "#formats/usage-formats.ts";

const total = (quantities: Quantities) => Object.values(quantities).reduce((sum, quantity) => sum + quantity, 0);

/** Names that the formats read, so that random objects reach past the first check. */
const names = [
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "prompt_tokens_details",
  "completion_tokens_details",
  "cached_tokens",
  "audio_tokens",
  "reasoning_tokens",
  "cached_tokens_details",
  "citation_tokens",
  "input_tokens",
  "output_tokens",
  "input_tokens_details",
  "output_tokens_details",
  "cache_creation",
  "cache_creation_input_tokens",
  "ephemeral_1h_input_tokens",
  "iterations",
  "promptTokenCount",
  "cachedContentTokenCount",
  "promptTokensDetails",
  "cacheTokensDetails",
  "modality",
  "tokenCount",
  "inputTokens",
  "outputTokens",
  "cacheWriteInputTokens",
  "cacheDetails",
  "ttl",
  "gen_ai.usage.input_tokens",
  "gen_ai.usage.cache_read.input_tokens",
  "__proto__",
];

const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { weight: 4, arbitrary: fc.nat(50) },
    fc.double(),
    fc.string(),
    fc.constantFrom(null, true, "AUDIO", "1h", "compaction", -1, 2 ** 53),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie("json"), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

const usages = fc.dictionary(fc.constantFrom(...names), json, { minKeys: 1, noNullPrototype: true });

describe("whatever is sent as usage", () => {
  test("the answer is meters or errors with a path", () =>
    fc.assert(
      fc.property(fc.constantFrom(...USAGE_FORMATS), fc.oneof(usages, json, fc.anything()), (format, usage) => {
        const result = readUsage(format, usage);
        if (result.ok) {
          for (const [meter, quantity] of Object.entries(result.quantities)) {
            expect(isMeter(meter) && Number.isSafeInteger(quantity) && quantity > 0).toBe(true);
          }
        } else {
          expect(result.errors.length).toBeGreaterThan(0);
          for (const error of result.errors) {
            expect(error.path).toMatch(/^usage/);
            expect(error.found.length).toBeLessThanOrEqual(100);
          }
        }
      }),
      { numRuns: 2000 },
    ));
});

describe("disjoint meters make up the provider's totals", () => {
  const part = fc.nat(1_000_000);

  test("OpenAI's prompt and completion", () =>
    fc.assert(
      fc.property(part, part, part, part, part, (text, cached, written, answer, reasoning) => {
        const prompt_tokens = text + cached + written;
        const completion_tokens = answer + reasoning;
        const result = readUsage("openai_chat", {
          prompt_tokens,
          completion_tokens,
          total_tokens: prompt_tokens + completion_tokens,
          prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
          completion_tokens_details: { reasoning_tokens: reasoning },
        });
        expect(result.ok && total(result.quantities)).toBe(prompt_tokens + completion_tokens);
      }),
    ));

  test("OpenAI's prompt, whichever part of the audio was cached", () =>
    fc.assert(
      fc.property(part, part, fc.nat(100), (text, audio, percent) => {
        const prompt_tokens = text + audio;
        const cached_tokens = Math.floor((prompt_tokens * percent) / 100);
        const prompt_tokens_details = { cached_tokens, audio_tokens: audio };
        const result = readUsage("openai_chat", { prompt_tokens, completion_tokens: 0, prompt_tokens_details });
        if (!result.ok) throw new Error(JSON.stringify(result.errors));
        const { cache_read_tokens = 0, cached_audio_input_tokens = 0, audio_input_tokens = 0 } = result.quantities;
        expect(total(result.quantities)).toBe(prompt_tokens);
        expect(cache_read_tokens + cached_audio_input_tokens).toBe(cached_tokens);
        expect(audio_input_tokens + cached_audio_input_tokens).toBe(audio);
      }),
    ));

  test("Gemini's grand total", () =>
    fc.assert(
      fc.property(part, part, part, part, part, (text, cached, answer, thoughts, tools) => {
        const result = readUsage("gemini", {
          promptTokenCount: text + cached,
          cachedContentTokenCount: cached,
          candidatesTokenCount: answer,
          thoughtsTokenCount: thoughts,
          toolUsePromptTokenCount: tools,
        });
        expect(result.ok && total(result.quantities)).toBe(text + cached + answer + thoughts + tools);
      }),
    ));

  test("Bedrock's grand total", () =>
    fc.assert(
      fc.property(part, part, part, part, part, (text, read, fiveMinutes, oneHour, answer) => {
        const result = readUsage("bedrock_converse", {
          inputTokens: text,
          outputTokens: answer,
          cacheReadInputTokens: read,
          cacheWriteInputTokens: fiveMinutes + oneHour,
          cacheDetails: [{ ttl: "1h", inputTokens: oneHour }],
        });
        expect(result.ok && total(result.quantities)).toBe(text + read + fiveMinutes + oneHour + answer);
      }),
    ));
});
