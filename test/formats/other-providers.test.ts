import { describe, expect, test } from "vitest";
import { readUsage } from "#formats/usage-formats.ts";

const paths = (result: ReturnType<typeof readUsage>) => (result.ok ? [] : result.errors.map((error) => error.path));

describe("anthropic_messages", () => {
  const anthropic = (usage: object) => readUsage("anthropic_messages", usage);
  const usage = {
    input_tokens: 7,
    cache_creation_input_tokens: 1704,
    cache_read_input_tokens: 41_000,
    output_tokens: 1024,
  };

  test("cached tokens are beside the input, writes split by how long they are kept", () => {
    const cache_creation = { ephemeral_5m_input_tokens: 1248, ephemeral_1h_input_tokens: 456 };
    expect(anthropic({ ...usage, cache_creation, service_tier: "standard" })).toEqual({
      ok: true,
      quantities: {
        uncached_input_tokens: 7,
        cache_read_tokens: 41_000,
        cache_write_5m_tokens: 1248,
        cache_write_1h_tokens: 456,
        text_output_tokens: 1024,
      },
      serviceTier: "standard",
    });
  });

  test("without a split every write is kept for five minutes", () => {
    expect(anthropic(usage)).toMatchObject({ quantities: { cache_write_5m_tokens: 1704 } });
    expect(anthropic({ ...usage, cache_creation: null })).toEqual(anthropic(usage));
  });

  test("a split alone tells the writes", () => {
    const cache_creation = { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 456 };
    const result = anthropic({ input_tokens: 1, output_tokens: 1, cache_creation });
    expect(result).toMatchObject({ quantities: { cache_write_1h_tokens: 456 } });
  });

  test("what the split leaves out is kept for five minutes; a split that exceeds its total is refused", () => {
    const oneHour = (ephemeral_1h_input_tokens: number) =>
      anthropic({ ...usage, cache_creation: { ephemeral_1h_input_tokens } });
    expect(oneHour(704)).toMatchObject({ quantities: { cache_write_5m_tokens: 1000, cache_write_1h_tokens: 704 } });
    expect(paths(oneHour(1705))).toEqual(["usage.cache_creation_input_tokens"]);
  });

  test("searches are a meter; tier, place and speed are read where they are told", () => {
    const told = {
      service_tier: "batch",
      inference_geo: "us",
      speed: "fast",
      server_tool_use: { web_search_requests: 3 },
    };
    expect(anthropic({ input_tokens: 1, output_tokens: 2, ...told })).toEqual({
      ok: true,
      quantities: { uncached_input_tokens: 1, text_output_tokens: 2, web_searches: 3 },
      serviceTier: "batch",
      servingLocation: "us",
      speed: "fast",
    });
    const untold = { service_tier: "new-tier", inference_geo: "not_available", speed: null, server_tool_use: null };
    expect(anthropic({ input_tokens: 1, output_tokens: 2, ...untold })).toEqual({
      ok: true,
      quantities: { uncached_input_tokens: 1, text_output_tokens: 2 },
    });
  });

  test("a compaction is billed though no total holds it", () => {
    const iterations = [
      { type: "compaction", input_tokens: 180_000, output_tokens: 3500 },
      { type: "message", input_tokens: 23_000, output_tokens: 1000 },
    ];
    expect(anthropic({ input_tokens: 23_000, output_tokens: 1000, iterations })).toEqual({
      ok: true,
      quantities: { uncached_input_tokens: 203_000, text_output_tokens: 4500 },
    });
  });

  test("OpenAI's usage is refused", () => {
    expect(paths(anthropic({ prompt_tokens: 1, completion_tokens: 1 }))).toEqual([
      "usage.input_tokens",
      "usage.output_tokens",
    ]);
  });
});

describe("bedrock_converse", () => {
  const bedrock = (usage: object) => readUsage("bedrock_converse", usage);

  test("cached tokens are beside the input", () => {
    const usage = {
      inputTokens: 30,
      outputTokens: 500,
      totalTokens: 17_578,
      cacheReadInputTokens: 15_000,
      cacheWriteInputTokens: 2048,
      cacheDetails: [
        { ttl: "1h", inputTokens: 2000 },
        { ttl: "5m", inputTokens: 48 },
      ],
    };
    expect(bedrock(usage)).toEqual({
      ok: true,
      quantities: {
        uncached_input_tokens: 30,
        cache_read_tokens: 15_000,
        cache_write_5m_tokens: 48,
        cache_write_1h_tokens: 2000,
        text_output_tokens: 500,
      },
    });
  });

  test("without details every write is kept for five minutes", () => {
    const result = bedrock({ inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 9 });
    expect(result).toMatchObject({ quantities: { cache_write_5m_tokens: 9 } });
  });

  test("details that exceed their total or are none are refused", () => {
    const usage = { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 9 };
    expect(paths(bedrock({ ...usage, cacheDetails: [{ ttl: "1h", inputTokens: 10 }] }))).toEqual([
      "usage.cacheWriteInputTokens",
    ]);
    expect(paths(bedrock({ ...usage, cacheDetails: [{ ttl: "1h", inputTokens: "9" }] }))).toEqual([
      "usage.cacheDetails[0].inputTokens",
    ]);
    expect(paths(bedrock({ ...usage, cacheDetails: {} }))).toEqual(["usage.cacheDetails"]);
  });

  test("a thousand bad details give twenty errors", () => {
    const cacheDetails = Array.from({ length: 1000 }, () => ({ inputTokens: -1 }));
    expect(paths(bedrock({ inputTokens: 1, outputTokens: 1, cacheDetails }))).toHaveLength(20);
  });
});

describe("gemini", () => {
  const gemini = (usage: object) => readUsage("gemini", usage);

  test("cached tokens are in the prompt, thoughts and tool-use prompts beside it", () => {
    const usage = {
      promptTokenCount: 199_999,
      cachedContentTokenCount: 100_000,
      candidatesTokenCount: 1000,
      thoughtsTokenCount: 500,
      toolUsePromptTokenCount: 300,
      totalTokenCount: 201_799,
      promptTokensDetails: [{ modality: "TEXT", tokenCount: 199_999 }],
      cacheTokensDetails: [{ modality: "TEXT", tokenCount: 100_000 }],
    };
    expect(gemini(usage)).toEqual({
      ok: true,
      quantities: {
        uncached_input_tokens: 100_299,
        cache_read_tokens: 100_000,
        text_output_tokens: 1000,
        reasoning_tokens: 500,
      },
    });
  });

  test("audio is told apart, cached or not; pictures and video count as text", () => {
    const usage = {
      promptTokenCount: 1000,
      cachedContentTokenCount: 400,
      promptTokensDetails: [
        { modality: "TEXT", tokenCount: 300 },
        { modality: "IMAGE", tokenCount: 200 },
        { modality: "AUDIO", tokenCount: 500 },
      ],
      cacheTokensDetails: [
        { modality: "TEXT", tokenCount: 100 },
        { modality: "AUDIO", tokenCount: 300 },
      ],
      candidatesTokenCount: 90,
      candidatesTokensDetails: [
        { modality: "TEXT", tokenCount: 20 },
        { modality: "AUDIO", tokenCount: 30 },
        { modality: "IMAGE", tokenCount: 40 },
      ],
      toolUsePromptTokenCount: 10,
      toolUsePromptTokensDetails: [{ modality: "AUDIO", tokenCount: 4 }],
    };
    expect(gemini(usage)).toEqual({
      ok: true,
      quantities: {
        uncached_input_tokens: 406,
        cache_read_tokens: 100,
        audio_input_tokens: 204,
        cached_audio_input_tokens: 300,
        text_output_tokens: 20,
        image_output_tokens: 40,
        audio_output_tokens: 30,
      },
    });
  });

  test("without details of the cache only what cannot have been text was cached audio", () => {
    const promptTokensDetails = [{ modality: "AUDIO", tokenCount: 60 }];
    const cached = (cachedContentTokenCount: number) =>
      gemini({ promptTokenCount: 100, cachedContentTokenCount, promptTokensDetails });
    expect(cached(40)).toMatchObject({ quantities: { cache_read_tokens: 40, audio_input_tokens: 60 } });
    expect(cached(50)).toMatchObject({
      quantities: { cache_read_tokens: 40, audio_input_tokens: 50, cached_audio_input_tokens: 10 },
    });
  });

  test("a count of zero may be left out, the prompt may not", () => {
    expect(gemini({ promptTokenCount: 5 })).toEqual({ ok: true, quantities: { uncached_input_tokens: 5 } });
    expect(paths(gemini({ candidatesTokenCount: 5 }))).toEqual(["usage.promptTokenCount"]);
  });

  test("the Live API says response for candidates, and prices pictures apart", () => {
    const usage = {
      promptTokenCount: 10,
      promptTokensDetails: [{ modality: "VIDEO", tokenCount: 6 }],
      responseTokenCount: 8,
      responseTokensDetails: [{ modality: "AUDIO", tokenCount: 7 }],
    };
    expect(gemini(usage)).toMatchObject({
      quantities: { uncached_input_tokens: 4, image_input_tokens: 6, text_output_tokens: 1, audio_output_tokens: 7 },
    });
  });

  test.each([
    [{ trafficType: "ON_DEMAND" }, "standard"],
    [{ trafficType: "PROVISIONED_THROUGHPUT" }, "provisioned"],
    [{ trafficType: "ON_DEMAND_FLEX" }, "flex"],
    [{ serviceTier: "priority" }, "priority"],
  ])("%o is tier %s", (told, serviceTier) => {
    expect(gemini({ promptTokenCount: 1, ...told })).toMatchObject({ serviceTier });
  });

  test.each([
    ["cached than prompt", { promptTokenCount: 5, cachedContentTokenCount: 6 }, "usage.promptTokenCount"],
    [
      "audio than prompt",
      { promptTokenCount: 5, promptTokensDetails: [{ modality: "AUDIO", tokenCount: 6 }] },
      "usage.promptTokenCount",
    ],
    [
      "audio than candidates",
      { promptTokenCount: 5, candidatesTokenCount: 1, candidatesTokensDetails: [{ modality: "AUDIO", tokenCount: 2 }] },
      "usage.candidatesTokenCount",
    ],
    ["than any number holds", { promptTokenCount: 9_007_199_254_740_991, toolUsePromptTokenCount: 1 }, "usage"],
  ])("more %s is refused", (_, usage, path) => expect(paths(gemini(usage))).toEqual([path]));
});

describe("otel", () => {
  const otel = (usage: object) => readUsage("otel", usage);

  test("input and output are totals that include cached and reasoning tokens", () => {
    const usage = {
      "gen_ai.usage.input_tokens": 1000,
      "gen_ai.usage.cache_read.input_tokens": 600,
      "gen_ai.usage.cache_creation.input_tokens": 100,
      "gen_ai.usage.output_tokens": 50,
      "gen_ai.usage.reasoning.output_tokens": 20,
    };
    expect(otel(usage)).toEqual({
      ok: true,
      quantities: {
        uncached_input_tokens: 300,
        cache_read_tokens: 600,
        cache_write_5m_tokens: 100,
        text_output_tokens: 30,
        reasoning_tokens: 20,
      },
    });
  });

  test("the prefix may be left out, and older names are known", () => {
    const quantities = { uncached_input_tokens: 4, cache_read_tokens: 6, text_output_tokens: 2 };
    const expected = { ok: true, quantities };
    expect(otel({ input_tokens: 10, output_tokens: 2, "cache_read.input_tokens": 6 })).toEqual(expected);
    expect(otel({ prompt_tokens: 10, completion_tokens: 2, cache_read_input_tokens: 6 })).toEqual(expected);
    const both = { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.prompt_tokens": 10 };
    const rest = { "gen_ai.usage.completion_tokens": 2, "gen_ai.usage.cache_read_input_tokens": 6 };
    expect(otel({ ...both, ...rest })).toEqual(expected);
  });

  test("an embedding has no output", () => {
    expect(otel({ "gen_ai.usage.input_tokens": 8 })).toEqual({ ok: true, quantities: { uncached_input_tokens: 8 } });
  });

  test("parts that exceed their total are refused: input was not the total", () => {
    const usage = { "gen_ai.usage.input_tokens": 30, "gen_ai.usage.cache_read.input_tokens": 15_000 };
    expect(paths(otel(usage))).toEqual(["usage.gen_ai.usage.input_tokens"]);
    expect(paths(otel({}))).toEqual(["usage.gen_ai.usage.input_tokens"]);
  });
});
