import { describe, expect, test } from "vitest";
import { resolveProvider } from "#core/resolve-provider.ts";
import { callOf, countIn, readSpans, spanOf } from "./otlp-span.ts";

describe("OpenInference", () => {
  const llm = {
    "openinference.span.kind": "LLM",
    "llm.provider": "openai",
    "llm.system": "openai",
    "llm.model_name": "gpt-4o",
    "llm.token_count.prompt": 2006,
    "llm.token_count.completion": 300,
    "llm.token_count.total": 2306,
    "llm.token_count.prompt_details.cache_read": 1920,
    "llm.token_count.completion_details.reasoning": 128,
  };

  test("a kind beside the usage of OpenTelemetry's conventions loses none of it", () => {
    const both = {
      "openinference.span.kind": "LLM",
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.input_tokens": 2006,
      "gen_ai.usage.cache_read.input_tokens": 1920,
      "gen_ai.usage.output_tokens": 300,
    };
    expect(callOf(both)).toMatchObject({
      quantities: { uncached_input_tokens: 86, cache_read_tokens: 1920, text_output_tokens: 300 },
      quantitiesEstimated: false,
    });
    expect(callOf({ ...both, "llm.token_count.prompt": 7 }).quantities).toEqual({ uncached_input_tokens: 7 });
  });

  test("an LLM span is a call", () => {
    expect(callOf(llm)).toMatchObject({
      provider: "openai",
      model: "gpt-4o",
      quantities: {
        uncached_input_tokens: 86,
        cache_read_tokens: 1920,
        text_output_tokens: 172,
        reasoning_tokens: 128,
      },
    });
  });

  test("audio is counted apart", () => {
    const audio = { "llm.token_count.prompt_details.audio": 40, "llm.token_count.completion_details.audio": 20 };
    expect(callOf({ ...llm, ...audio }).quantities).toMatchObject({
      uncached_input_tokens: 46,
      audio_input_tokens: 40,
      text_output_tokens: 152,
      audio_output_tokens: 20,
    });
  });

  test("an embedding may tell the total alone, and its provider by the name of its instrumentation", () => {
    const embedding = {
      "openinference.span.kind": "EMBEDDING",
      "embedding.model_name": "text-embedding-3-small",
      "llm.token_count.total": 8,
    };
    expect(callOf(embedding, { scope: "openinference.instrumentation.openai" })).toMatchObject({
      provider: "openai",
      model: "text-embedding-3-small",
      quantities: { uncached_input_tokens: 8 },
    });
  });

  test("Anthropic's count without a total is a guess, but of its own instrumentation, which adds up", () => {
    const { "llm.token_count.total": _, ...rest } = { ...llm, "llm.provider": "anthropic" };
    expect(callOf(rest).quantitiesEstimated).toBe(true);
    expect(callOf(rest, { scope: "openinference.instrumentation.anthropic" }).quantitiesEstimated).toBe(false);
  });

  test("without token counts only a response's id shows a call: LlamaIndex writes an LLM span around the client's", () => {
    const predict = { "openinference.span.kind": "LLM", "llm.model_name": "gpt-4o", "output.value": "hello" };
    expect(countIn(predict, { name: "OpenAI.predict" })).toBe(0);
    const { events, unmeasured } = readSpans(spanOf({ ...predict, "llm.response.id": "chatcmpl-1" }));
    expect([events.length, unmeasured]).toEqual([1, 1]);
  });

  test.each(["CHAIN", "AGENT", "TOOL", "RETRIEVER", "RERANKER", "GUARDRAIL", "EVALUATOR", "PROMPT"])(
    "a span of kind %s is none",
    (kind) => expect(countIn({ ...llm, "openinference.span.kind": kind })).toBe(0),
  );
});

describe("Traceloop", () => {
  const chat = {
    "llm.request.type": "chat",
    "gen_ai.system": "Anthropic",
    "gen_ai.request.model": "claude-3-5-sonnet-20241022",
    "gen_ai.usage.prompt_tokens": 1163,
    "gen_ai.usage.completion_tokens": 187,
    "llm.usage.total_tokens": 1350,
    "gen_ai.usage.cache_read_input_tokens": 1159,
    "gen_ai.usage.cache_creation_input_tokens": 0,
    "traceloop.workflow.name": "support",
    "traceloop.entity.path": "answer",
  };

  test("a call is one within workflows", () => {
    expect(callOf(chat)).toMatchObject({
      provider: "Anthropic",
      quantities: { uncached_input_tokens: 4, cache_read_tokens: 1159, text_output_tokens: 187 },
    });
  });

  test("for Bedrock, what Converse counts beside the input is beside it, until a version may have mended it", () => {
    const usage = { "gen_ai.usage.prompt_tokens": 1200, "gen_ai.usage.cache_read_input_tokens": 1000 };
    const scope = "opentelemetry.instrumentation.bedrock";
    const fresh = (version: string) =>
      callOf({ ...chat, ...usage }, { scope, version }).quantities.uncached_input_tokens;
    expect([fresh("0.62.4"), fresh("0.63.0"), fresh("1.0.0")]).toEqual([1200, 200, 200]);
  });

  test.each(["workflow", "task", "agent", "tool"])("a %s is none, though it repeats usage", (kind) => {
    const { "llm.request.type": _, ...repeated } = chat;
    expect(countIn({ ...repeated, "traceloop.span.kind": kind })).toBe(0);
  });

  test.each(["rerank", "unknown"])("of type %s it is none", (type) =>
    expect(countIn({ ...chat, "llm.request.type": type })).toBe(0),
  );
});

describe("the Vercel AI SDK", () => {
  const inner = {
    "ai.operationId": "ai.generateText.doGenerate",
    "ai.model.provider": "anthropic.messages",
    "ai.model.id": "claude-sonnet-4-5",
    "ai.response.id": "msg_1",
    "ai.response.model": "claude-sonnet-4-5-20250929",
    "ai.usage.inputTokens": 1400,
    "ai.usage.outputTokens": 300,
    "ai.usage.totalTokens": 1700,
    "ai.usage.cachedInputTokens": 1000,
    "gen_ai.usage.input_tokens": 1400,
  };
  const metadata = (fields: object) => ({ "ai.response.providerMetadata": JSON.stringify({ anthropic: fields }) });

  test("since version 6 cached tokens are part of every provider's input", () => {
    const six = {
      ...inner,
      "ai.usage.inputTokenDetails.noCacheTokens": 100,
      "ai.usage.inputTokenDetails.cacheReadTokens": 1000,
      "ai.usage.inputTokenDetails.cacheWriteTokens": 300,
    };
    expect(callOf(six).quantities).toEqual({
      uncached_input_tokens: 100,
      cache_read_tokens: 1000,
      cache_write_5m_tokens: 300,
      text_output_tokens: 300,
    });
  });

  test("before, Anthropic's were beside it, and what was written stood in its metadata", () => {
    expect(callOf({ ...inner, ...metadata({ cacheCreationInputTokens: 300 }) }).quantities).toEqual({
      uncached_input_tokens: 1400,
      cache_read_tokens: 1000,
      cache_write_5m_tokens: 300,
      text_output_tokens: 300,
    });
  });

  test("of the gateway, the model says who counts, and its own metadata stands beside the provider's", () => {
    const gateway = {
      ...inner,
      "ai.model.provider": "gateway",
      "ai.response.providerMetadata": '{"gateway":{"cost":"0.1"},"anthropic":{"cacheCreationInputTokens":300}}',
    };
    expect(callOf({ ...gateway, "ai.model.id": "anthropic/claude-sonnet-4" }).quantities).toMatchObject({
      uncached_input_tokens: 1400,
      cache_read_tokens: 1000,
      cache_write_5m_tokens: 300,
    });
    const openai = { ...gateway, "ai.model.id": "openai/gpt-4o", ...metadata({}) };
    expect(callOf(openai).quantities).toMatchObject({ uncached_input_tokens: 400 });
    const router = { ...openai, "ai.model.provider": "openrouter", "ai.model.id": "anthropic/claude-sonnet-4" };
    expect(callOf(router).quantities).toMatchObject({ uncached_input_tokens: 400 });
  });

  test("the version is that of the user agent where nothing else tells it", () => {
    const agent = { "ai.request.headers.user-agent": "ai/6.0.326 ai-sdk/provider-utils/4.0.1" };
    expect(callOf({ ...inner, ...agent }).quantities).toMatchObject({ uncached_input_tokens: 400 });
    const older = { "ai.request.headers.user-agent": "ai/5.0.9" };
    expect(callOf({ ...inner, ...older }).quantities).toMatchObject({ uncached_input_tokens: 1400 });
  });

  test.each([
    ["azure.chat", "azure"],
    ["azure.embeddings", "azure"],
    ["azure-openai.completion", "azure-openai"],
    ["azure-openai.chat", "azure-openai.chat"],
    ["google.vertex.chat", "google.vertex.chat"],
    ["google.vertex.embedding", "google.vertex"],
    ["mistral.embedding", "mistral"],
    ["cohere.textEmbedding", "cohere"],
    ["vertex.anthropic.messages", "vertex.anthropic.messages"],
    ["amazon-bedrock", "amazon-bedrock"],
  ])("the provider %s is priced as one that the catalogue knows", (named, provider) => {
    const call = callOf({ ...inner, "ai.model.provider": named });
    expect(call.provider).toBe(provider);
    expect(resolveProvider(call.provider)).toBeDefined();
  });

  test("version 4 has other names, and OpenAI's details in its metadata", () => {
    const four = {
      "ai.operationId": "ai.streamText.doStream",
      "ai.model.provider": "openai.chat",
      "ai.model.id": "gpt-4o",
      "ai.usage.promptTokens": 2006,
      "ai.usage.completionTokens": 300,
      "ai.response.providerMetadata":
        '{"openai":{"cachedPromptTokens":1920,"reasoningTokens":128,"serviceTier":"flex"}}',
    };
    expect(callOf(four)).toMatchObject({
      model: "gpt-4o",
      serviceTier: "flex",
      quantities: {
        uncached_input_tokens: 86,
        cache_read_tokens: 1920,
        text_output_tokens: 172,
        reasoning_tokens: 128,
      },
    });
  });

  test("an unknown number of tokens is none: NaN is what version 4 sends", () => {
    const { events, unmeasured } = readSpans(
      spanOf({
        "ai.operationId": "ai.streamText.doStream",
        "ai.model.provider": "compat.chat",
        "ai.model.id": "m",
        "ai.response.id": "c1",
        "ai.usage.promptTokens": Number.NaN,
        "ai.usage.completionTokens": Number.NaN,
      }),
    );
    expect([events.length, unmeasured]).toEqual([1, 1]);
  });

  test.each([
    ["ai.generateText.doGenerate", 1],
    ["ai.streamText.doStream", 1],
    ["ai.generateObject.doGenerate", 1],
    ["ai.streamObject.doStream", 1],
    ["ai.embed.doEmbed", 1],
    ["ai.embedMany.doEmbed", 1],
    ["ai.generateText", 0],
    ["ai.streamText", 0],
    ["ai.generateObject", 0],
    ["ai.embedMany", 0],
    ["ai.toolCall", 0],
    ["ai.rerank.doRerank", 0],
  ])("%s is %i calls", (operation, calls) => {
    expect(countIn({ ...inner, "ai.operationId": operation })).toBe(calls);
    // Phoenix's processor writes OpenInference's attributes onto the same spans.
    expect(countIn({ ...inner, "ai.operationId": operation, "openinference.span.kind": "LLM" })).toBe(calls);
  });
});

describe("LiteLLM", () => {
  const one = {
    "gen_ai.system": "openai",
    "gen_ai.request.model": "gpt-4o-2024-08-06",
    "gen_ai.response.model": "fast",
    "gen_ai.response.id": "chatcmpl-1",
    "gen_ai.usage.prompt_tokens": 2006,
    "gen_ai.usage.completion_tokens": 300,
    "llm.request.type": "acompletion",
  };
  const scope = "litellm";

  test("of version 1, litellm_request is the call and raw_gen_ai_request repeats it", () => {
    const raw = { "llm.openai.usage": "{'prompt_tokens': 2006}", "llm.openai.id": "chatcmpl-1" };
    const { events } = readSpans(
      spanOf(one, { name: "litellm_request", scope }),
      spanOf(raw, { name: "raw_gen_ai_request", scope, spanId: "00000000000000aa" }),
    );
    expect(events).toMatchObject([{ model: "gpt-4o-2024-08-06", provider: "openai", quantitiesEstimated: true }]);
  });

  test("its usage object, as Python prints it, tells what was cached", () => {
    const usage =
      "{'completion_tokens': 300, 'prompt_tokens': 2006, 'total_tokens': 2306, 'completion_tokens_details': {'reasoning_tokens': 128, 'audio_tokens': None}, 'prompt_tokens_details': {'cached_tokens': 1920, 'audio_tokens': None}}";
    expect(callOf({ ...one, "metadata.usage_object": usage }, { scope })).toMatchObject({
      quantities: {
        uncached_input_tokens: 86,
        cache_read_tokens: 1920,
        text_output_tokens: 172,
        reasoning_tokens: 128,
      },
      quantitiesEstimated: false,
    });
    const broken = { ...one, "metadata.usage_object": "{'user': \"o'hara\"" };
    expect(callOf(broken, { scope }).quantities).toEqual({ uncached_input_tokens: 2006, text_output_tokens: 300 });
  });

  test("of version 2, the model is the deployment's and not the alias", () => {
    const two = {
      ...one,
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "fast",
      "litellm.call_type": "acompletion",
      "litellm.provider.model": "openai/gpt-4o-2024-08-06",
    };
    expect(callOf(two, { scope })).toMatchObject({ model: "gpt-4o-2024-08-06", quantitiesEstimated: false });
    expect(countIn({ ...two, "litellm.call_type": "aretrieve_batch" }, { scope })).toBe(0);
  });

  test("where it speaks OpenInference, that is read", () => {
    const phoenix = {
      "litellm.call_id": "1",
      "openinference.span.kind": "LLM",
      "llm.model_name": "gpt-4o",
      "llm.provider": "openai",
      "llm.token_count.prompt": 5,
      "llm.token_count.completion": 1,
    };
    expect(callOf(phoenix, { scope }).quantities).toEqual({ uncached_input_tokens: 5, text_output_tokens: 1 });
  });
});
