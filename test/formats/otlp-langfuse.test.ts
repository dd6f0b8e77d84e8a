import { describe, expect, test } from "vitest";
import { callOf, countIn, readSpans, spanOf } from "./otlp-span.ts";

const generation = (usage: object, model = "gpt-4o") => ({
  "langfuse.observation.type": "generation",
  "langfuse.observation.model.name": model,
  "langfuse.observation.usage_details": JSON.stringify(usage),
});
const scope = "langfuse-sdk";
const details = { input_cached_tokens: 1920, output_reasoning_tokens: 128 };
const split = {
  uncached_input_tokens: 86,
  cache_read_tokens: 1920,
  text_output_tokens: 172,
  reasoning_tokens: 128,
};

describe("Langfuse's SDKs", () => {
  test.each<[string, object, boolean]>([
    ["its wrapper for JavaScript, which splits", { input: 86, output: 172, ...details, total: 2306 }, false],
    ["totals, by their sum", { input: 2006, output: 300, ...details, total: 2306 }, false],
    ["the parts alone, without a sum", { input: 86, output: 172, ...details }, true],
    ["a sum that fits neither", { input: 86, output: 172, ...details, total: 9 }, true],
    [
      "its wrapper for Python, which passes OpenAI's totals on",
      {
        prompt_tokens: 2006,
        completion_tokens: 300,
        total_tokens: 2306,
        prompt_tokens_details: { cached_tokens: 1920, audio_tokens: null },
        completion_tokens_details: { reasoning_tokens: 128, accepted_prediction_tokens: 7 },
      },
      false,
    ],
    [
      "OpenAI's other totals",
      {
        input_tokens: 2006,
        output_tokens: 300,
        input_tokens_details: { cached_tokens: 1920 },
        output_tokens_details: { reasoning_tokens: 128 },
      },
      false,
    ],
    [
      "LangChain's split",
      { input: 86, input_cache_read: 1920, output: 172, output_reasoning: 128, total: 2306 },
      false,
    ],
  ])("%s", (_, usage, estimated) => {
    expect(callOf(generation(usage), { scope })).toMatchObject({
      provider: "openai",
      model: "gpt-4o",
      quantities: split,
      quantitiesEstimated: estimated,
    });
  });

  test("Anthropic's usage as it stands is beside the input", () => {
    const usage = {
      input_tokens: 2000,
      output_tokens: 40,
      cache_read_input_tokens: 1500,
      cache_creation_input_tokens: 100,
      cache_creation: { ephemeral_5m_input_tokens: 100 },
      service_tier: "standard",
    };
    expect(callOf(generation(usage, "claude-sonnet-4-5"), { scope })).toMatchObject({
      provider: "anthropic",
      quantities: {
        uncached_input_tokens: 2000,
        cache_read_tokens: 1500,
        cache_write_5m_tokens: 100,
        text_output_tokens: 40,
      },
      quantitiesEstimated: true,
    });
  });

  test("types that have no price of their own are input or output as their name says, and audio is apart", () => {
    const usage = {
      input: 10,
      input_audio_tokens: 4,
      input_modality_video: 5,
      output: 3,
      output_audio_tokens: 2,
      total: 24,
    };
    expect(callOf(generation(usage), { scope }).quantities).toEqual({
      uncached_input_tokens: 15,
      audio_input_tokens: 4,
      text_output_tokens: 3,
      audio_output_tokens: 2,
    });
  });

  test("LangChain tells the provider", () => {
    const span = { ...generation({ input: 1, output: 1 }), "langfuse.observation.metadata.ls_provider": "azure" };
    expect(callOf(span, { scope }).provider).toBe("azure");
  });

  test.each([
    ["embedding", 1],
    ["GENERATION", 1],
    ["span", 0],
    ["agent", 0],
    ["tool", 0],
    ["chain", 0],
    ["retriever", 0],
    ["evaluator", 0],
    ["guardrail", 0],
  ])("an observation of type %s is %i calls", (type, calls) => {
    const span = { ...generation({ input: 5, output: 1 }), "langfuse.observation.type": type };
    expect(countIn(span, { scope })).toBe(calls);
  });

  test("a generation without usage of its own may be what is around a call, and is none", () => {
    const { "langfuse.observation.usage_details": _, ...bare } = generation({});
    expect(countIn(bare, { scope })).toBe(0);
    expect(countIn(generation({}), { scope })).toBe(0);
  });

  test("a type beside the conventions' attributes leaves them to be read", () => {
    const span = {
      "langfuse.observation.type": "generation",
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.usage.input_tokens": 7,
    };
    expect(callOf(span).quantities).toEqual({ uncached_input_tokens: 7 });
  });

  test.each<[string, string]>([
    ["attributes.langfuse.observation.usage_details", "{"],
    ["attributes.langfuse.observation.usage_details.input", '{"input":-1}'],
    ["attributes.langfuse.observation.usage_details.output", '{"output":"many"}'],
  ])("%s that cannot be read is rejected: %s", (path, usage) => {
    const span = spanOf({ ...generation({}), "langfuse.observation.usage_details": usage }, { scope });
    expect(readSpans(span)).toMatchObject({ events: [], rejected: [{ error: { path } }] });
  });
});
