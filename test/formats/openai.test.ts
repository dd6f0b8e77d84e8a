import { describe, expect, test } from "vitest";
import { readUsage } from "#formats/usage-formats.ts";

const chat = (usage: object) => readUsage("openai_chat", usage);
const responses = (usage: object) => readUsage("openai_responses", usage);

describe("openai_chat", () => {
  test("cached, written, audio and reasoning tokens are taken out of their totals", () => {
    const usage = {
      prompt_tokens: 15_000,
      completion_tokens: 500,
      total_tokens: 15_500,
      prompt_tokens_details: { cached_tokens: 4096, cache_write_tokens: 8192, audio_tokens: 12 },
      completion_tokens_details: { reasoning_tokens: 200, audio_tokens: 30, rejected_prediction_tokens: 25 },
    };
    expect(chat(usage)).toEqual({
      ok: true,
      quantities: {
        uncached_input_tokens: 2700,
        cache_read_tokens: 4096,
        cache_write_5m_tokens: 8192,
        audio_input_tokens: 12,
        text_output_tokens: 270,
        reasoning_tokens: 200,
        audio_output_tokens: 30,
      },
    });
  });

  test("what is absent or null is zero", () => {
    const usage = {
      prompt_tokens: 3,
      completion_tokens: 0,
      prompt_tokens_details: null,
      completion_tokens_details: null,
    };
    expect(chat(usage)).toEqual({ ok: true, quantities: { uncached_input_tokens: 3 } });
  });

  test("cached audio is told apart where the provider tells it", () => {
    const prompt_tokens_details = {
      cached_tokens: 80,
      audio_tokens: 60,
      cached_tokens_details: { text_tokens: 30, audio_tokens: 50 },
    };
    expect(chat({ prompt_tokens: 100, completion_tokens: 1, prompt_tokens_details })).toMatchObject({
      quantities: {
        uncached_input_tokens: 10,
        cache_read_tokens: 30,
        audio_input_tokens: 10,
        cached_audio_input_tokens: 50,
      },
    });
  });

  test("cached tokens are text, then images, then audio where the provider does not tell", () => {
    const cached = (cached_tokens: number) =>
      chat({
        prompt_tokens: 100,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens, image_tokens: 20, audio_tokens: 30 },
      });
    expect(cached(50)).toMatchObject({
      quantities: { cache_read_tokens: 50, image_input_tokens: 20, audio_input_tokens: 30 },
    });
    expect(cached(60)).toMatchObject({
      quantities: { cache_read_tokens: 60, image_input_tokens: 10, audio_input_tokens: 30 },
    });
    expect(cached(75)).toMatchObject({
      quantities: { cache_read_tokens: 70, audio_input_tokens: 25, cached_audio_input_tokens: 5 },
    });
  });

  test("DeepSeek tells cached tokens beside the prompt", () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 5,
      prompt_cache_hit_tokens: 64,
      prompt_cache_miss_tokens: 36,
    };
    expect(chat(usage)).toMatchObject({ quantities: { uncached_input_tokens: 36, cache_read_tokens: 64 } });
    expect(chat({ ...usage, prompt_tokens_details: { cached_tokens: 64 } })).toEqual(chat(usage));
  });

  test("LiteLLM has a name of its own for cache writes", () => {
    const usage = { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { cache_creation_tokens: 4 } };
    expect(chat(usage)).toMatchObject({ quantities: { uncached_input_tokens: 5, cache_write_5m_tokens: 4 } });
  });

  test("xAI's reasoning is beside the completion: the grand total proves it", () => {
    const usage = {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      completion_tokens_details: { reasoning_tokens: 94 },
    };
    expect(chat(usage)).toMatchObject({ quantities: { text_output_tokens: 9, reasoning_tokens: 94 } });
  });

  test("the citations, reasoning and searches of Perplexity's deep research are beside its totals", () => {
    const usage = {
      prompt_tokens: 33,
      completion_tokens: 7163,
      total_tokens: 7196,
      citation_tokens: 20_016,
      num_search_queries: 18,
      reasoning_tokens: 73_997,
    };
    expect(chat(usage)).toEqual({
      ok: true,
      quantities: {
        uncached_input_tokens: 20_049,
        text_output_tokens: 7163,
        reasoning_tokens: 73_997,
        web_searches: 18,
      },
    });
  });

  test("more reasoning than completion is refused where no total proves it beside", () => {
    const usage = { prompt_tokens: 1, completion_tokens: 9, completion_tokens_details: { reasoning_tokens: 10 } };
    const wanted = "at least 10: reasoning, audio and image tokens are part of it";
    const errors = [{ path: "usage.completion_tokens", found: "9", wanted }];
    expect(chat(usage)).toEqual({ ok: false, errors });
    expect(chat({ ...usage, total_tokens: 10 })).toEqual({ ok: false, errors });
  });

  test("more cached than prompt tokens are refused", () => {
    const usage = { prompt_tokens: 5, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 6 } };
    expect(chat(usage)).toEqual({
      ok: false,
      errors: [
        {
          path: "usage.prompt_tokens",
          found: "5",
          wanted: "at least 6: cached, written, audio and image tokens are part of it",
        },
      ],
    });
  });

  test("more cached audio than audio or cached tokens is refused", () => {
    const details = { cached_tokens: 5, audio_tokens: 3, cached_tokens_details: { audio_tokens: 6 } };
    const result = chat({ prompt_tokens: 50, completion_tokens: 1, prompt_tokens_details: details });
    expect(result.ok ? [] : result.errors.map((error) => error.path)).toEqual([
      "usage.prompt_tokens_details.cached_tokens",
      "usage.prompt_tokens_details.audio_tokens",
    ]);
  });

  test.each([
    ["a string", "12", '"12"'],
    ["a negative", -1, "-1"],
    ["a fraction", 1.5, "1.5"],
    ["not a number", Number.NaN, "NaN"],
    ["infinite", Number.POSITIVE_INFINITY, "Infinity"],
    ["huge", 1e308, "1e+308"],
    ["past 2^53", 9_007_199_254_740_992, "9007199254740992"],
    ["true", true, "true"],
    ["an object", {}, "a value of type object"],
    ["a list", [1], "a list"],
    ["absent", undefined, "nothing"],
    ["null", null, "null"],
  ])("a count that is %s is refused", (_, prompt_tokens, found) => {
    expect(chat({ prompt_tokens, completion_tokens: 1 })).toEqual({
      ok: false,
      errors: [{ path: "usage.prompt_tokens", found, wanted: "a whole number from 0 to 9007199254740991" }],
    });
  });

  test("details that are no object are refused", () => {
    expect(chat({ prompt_tokens: 1, completion_tokens: 1, prompt_tokens_details: [] })).toEqual({
      ok: false,
      errors: [{ path: "usage.prompt_tokens_details", found: "a list", wanted: "an object" }],
    });
  });

  test("long garbage is cut in the reply", () => {
    const result = chat({ prompt_tokens: "x".repeat(10_000), completion_tokens: 1 });
    expect(result.ok ? 0 : (result.errors[0]?.found.length ?? 0)).toBeLessThanOrEqual(100);
  });
});

describe("openai_responses", () => {
  test("is read like chat under its own names", () => {
    const usage = {
      input_tokens: 15_000,
      input_tokens_details: { cached_tokens: 4096, cache_write_tokens: 8192 },
      output_tokens: 500,
      output_tokens_details: { reasoning_tokens: 200 },
      total_tokens: 15_500,
    };
    expect(responses(usage)).toEqual({
      ok: true,
      quantities: {
        uncached_input_tokens: 2712,
        cache_read_tokens: 4096,
        cache_write_5m_tokens: 8192,
        text_output_tokens: 300,
        reasoning_tokens: 200,
      },
    });
  });

  test("Realtime names its details in the singular", () => {
    const usage = {
      total_tokens: 253,
      input_tokens: 132,
      output_tokens: 121,
      input_token_details: {
        text_tokens: 119,
        audio_tokens: 13,
        cached_tokens: 64,
        cached_tokens_details: { text_tokens: 64, audio_tokens: 0 },
      },
      output_token_details: { text_tokens: 30, audio_tokens: 91 },
    };
    expect(responses(usage)).toEqual({
      ok: true,
      quantities: {
        uncached_input_tokens: 55,
        cache_read_tokens: 64,
        audio_input_tokens: 13,
        text_output_tokens: 30,
        audio_output_tokens: 91,
      },
    });
  });

  test("image models tell images apart", () => {
    const usage = {
      input_tokens: 50,
      input_tokens_details: { image_tokens: 40, text_tokens: 10 },
      output_tokens: 4160,
    };
    const output_tokens_details = { image_tokens: 4160 };
    expect(responses({ ...usage, output_tokens_details })).toEqual({
      ok: true,
      quantities: { uncached_input_tokens: 10, image_input_tokens: 40, image_output_tokens: 4160 },
    });
  });
});

describe("openai_embeddings", () => {
  test("have input only", () => {
    expect(readUsage("openai_embeddings", { prompt_tokens: 8, total_tokens: 8 })).toEqual({
      ok: true,
      quantities: { uncached_input_tokens: 8 },
    });
  });

  test("another format's usage is refused, not read as nothing", () => {
    expect(readUsage("openai_embeddings", { input_tokens: 8 }).ok).toBe(false);
  });
});
