import { describe, expect, test } from "vitest";
import { callOf, countIn, readSpans, spanOf } from "./otlp-span.ts";

describe("OpenTelemetry's conventions", () => {
  const chat = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "anthropic",
    "gen_ai.request.model": "claude-sonnet-4-5",
    "gen_ai.response.model": "claude-sonnet-4-5-20250929",
    "gen_ai.response.id": "msg_1",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 300,
  };
  const total = { "gen_ai.usage.total_tokens": 1300 };
  const details = {
    "gen_ai.usage.cache_read.input_tokens": 600,
    "gen_ai.usage.cache_creation.input_tokens": 100,
    "gen_ai.usage.reasoning.output_tokens": 50,
  };

  test("cached and reasoning tokens are parts of their totals", () => {
    expect(callOf({ ...chat, ...details, ...total })).toMatchObject({
      provider: "anthropic",
      model: "claude-sonnet-4-5-20250929",
      responseId: "msg_1",
      quantities: {
        uncached_input_tokens: 300,
        cache_read_tokens: 600,
        cache_write_5m_tokens: 100,
        text_output_tokens: 250,
        reasoning_tokens: 50,
      },
      quantitiesEstimated: false,
    });
  });

  test("parts that are larger than their whole are beside it", () => {
    const usage = { "gen_ai.usage.input_tokens": 21, "gen_ai.usage.cache_read_input_tokens": 1000 };
    const output = { "gen_ai.usage.output_tokens": 5, "gen_ai.usage.reasoning_tokens": 40 };
    expect(callOf({ ...chat, ...usage, ...output }).quantities).toEqual({
      uncached_input_tokens: 21,
      cache_read_tokens: 1000,
      text_output_tokens: 5,
      reasoning_tokens: 40,
    });
  });

  test("a grand total that is the sum of all tells that the parts are beside the whole", () => {
    const cached = { "gen_ai.usage.cache_read_input_tokens": 600, "gen_ai.usage.total_tokens": 1900 };
    expect(callOf({ ...chat, ...cached }).quantities).toMatchObject({ uncached_input_tokens: 1000 });
    const reasoning = { "gen_ai.usage.reasoning_tokens": 100, "gen_ai.usage.total_tokens": 1400 };
    expect(callOf({ ...chat, ...reasoning }).quantities).toMatchObject({
      text_output_tokens: 300,
      reasoning_tokens: 100,
    });
  });

  test.each([
    ["app", "anthropic", {}, true],
    ["app", "bedrock", {}, true],
    ["app", "openai", {}, false],
    ["app", "anthropic", total, false],
    [
      "app",
      "anthropic",
      { "gen_ai.usage.cache_read.input_tokens": 0, "gen_ai.usage.cache_creation.input_tokens": 0 },
      false,
    ],
    ["app", "anthropic", { "gen_ai.usage.input_tokens": 20 }, false],
    ["pydantic-ai", "anthropic", {}, false],
    ["opentelemetry.instrumentation.anthropic", "anthropic", {}, false],
  ])("%s for %s, %o: whether cached tokens are in the input is a guess, %s", (scope, provider, more, estimated) => {
    const call = callOf({ ...chat, ...details, "gen_ai.provider.name": provider, ...more }, { scope });
    expect(call.quantitiesEstimated).toBe(estimated);
  });

  test("the old names mean the same", () => {
    const old = {
      "gen_ai.system": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.prompt_tokens": 12,
      "gen_ai.usage.completion_tokens": 3,
    };
    expect(callOf(old)).toMatchObject({
      provider: "openai",
      model: "gpt-4o",
      quantities: { uncached_input_tokens: 12, text_output_tokens: 3 },
    });
  });

  test.each([
    "chat",
    "text_completion",
    "generate_content",
    "generate",
    "responses",
    "messages",
    "image_generation",
    "embeddings",
    "embedding",
    "chat.completions",
    "CHAT",
  ])("%s is a call of a model", (operation) =>
    expect(countIn({ ...chat, "gen_ai.operation.name": operation })).toBe(1),
  );

  test("Sentry has names of its own for the parts", () => {
    const responses = {
      "gen_ai.operation.name": "responses",
      "gen_ai.system": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.input_tokens": 20,
      "gen_ai.usage.input_tokens.cached": 5,
      "gen_ai.usage.output_tokens": 10,
      "gen_ai.usage.output_tokens.reasoning": 8,
    };
    expect(callOf(responses).quantities).toEqual({
      uncached_input_tokens: 15,
      cache_read_tokens: 5,
      text_output_tokens: 2,
      reasoning_tokens: 8,
    });
  });

  test("an image's tokens are not text, and what its input was is a guess", () => {
    const image = { ...chat, "gen_ai.operation.name": "image_generation", "gen_ai.provider.name": "openai" };
    expect(callOf(image)).toMatchObject({
      quantities: { uncached_input_tokens: 1000, image_output_tokens: 300 },
      quantitiesEstimated: true,
    });
  });

  test.each([
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "aws.bedrock"],
    ["global.anthropic.claude-haiku-4-5-20251001-v1:0", "aws.bedrock"],
    ["amazon.nova-pro-v1:0", "aws.bedrock"],
    ["openai.gpt-oss-120b-1:0", "aws.bedrock"],
    ["arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc", "aws.bedrock"],
    ["claude-sonnet-4-5", "anthropic"],
    ["claude-sonnet-4-5@20250929", "gcp.vertex_ai"],
    ["gpt-4o", "openai"],
    ["o3-mini", "openai"],
    ["text-embedding-3-small", "openai"],
    ["gemini-2.5-flash", "gcp.gemini"],
    ["groq/llama-3.3-70b-versatile", "groq"],
    ["gpt-oss-120b", "unknown"],
    ["text-embedding-004", "unknown"],
    ["llama3.2:3b", "unknown"],
  ])("Strands names no provider: that of %s is %s", (model, provider) => {
    const { "gen_ai.response.model": _, "gen_ai.provider.name": __, ...strands } = chat;
    const span = { ...strands, "gen_ai.system": "strands-agents", "gen_ai.request.model": model };
    expect(callOf(span, { scope: "strands.telemetry.tracer" })).toMatchObject({
      provider,
      model,
      quantities: { uncached_input_tokens: 1000, text_output_tokens: 300 },
    });
  });

  test("Strands passes on what Bedrock counts: its total is the sum of all", () => {
    const strands = {
      "gen_ai.system": "strands-agents",
      "gen_ai.request.model": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      "gen_ai.usage.total_tokens": 1900,
      "gen_ai.usage.cache_read_input_tokens": 600,
    };
    const { "gen_ai.provider.name": _, "gen_ai.response.model": __, ...rest } = chat;
    expect(callOf({ ...rest, ...strands })).toMatchObject({
      quantities: { uncached_input_tokens: 1000, cache_read_tokens: 600 },
      quantitiesEstimated: false,
    });
  });

  test.each([
    "invoke_agent",
    "create_agent",
    "execute_tool",
    "invoke_workflow",
    "retrieval",
    "chain",
    "framework",
    "x",
  ])("%s is none, though it repeats what its calls used", (operation) =>
    expect(countIn({ ...chat, "gen_ai.operation.name": operation })).toBe(0),
  );

  test("an agent's sum of its calls is none, from before there were operations", () => {
    const { "gen_ai.operation.name": _, "gen_ai.request.model": __, ...sum } = chat;
    expect(countIn({ ...sum, agent_name: "support", model_name: "gpt-4o" })).toBe(0);
    expect(countIn({ ...chat, "gen_ai.operation.name": "", "gen_ai.agent.name": "support" })).toBe(0);
  });

  test("Google's agent kit writes the usage of a call onto the span around it too", () => {
    const kit = { "gen_ai.system": "gcp.vertex.agent", "gen_ai.request.model": "gemini-2.5-flash" };
    const usage = { "gen_ai.usage.input_tokens": 7, "gen_ai.usage.output_tokens": 2 };
    expect(countIn({ ...kit, ...usage }, { name: "call_llm" })).toBe(0);
    expect(callOf({ ...kit, ...usage, "gen_ai.operation.name": "generate_content" }).provider).toBe("google");
  });

  test("LangSmith tells the parts of its totals as JSON, and calls prompts and searches by names of model operations", () => {
    const run = {
      "gen_ai.system": "anthropic",
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "claude-sonnet-4-5",
      "gen_ai.usage.input_tokens": 1400,
      "gen_ai.usage.output_tokens": 300,
      "gen_ai.usage.total_tokens": 1700,
      "gen_ai.usage.input_token_details": '{"cache_read":1000,"cache_creation":0,"ephemeral_5m_input_tokens":300}',
      "gen_ai.usage.output_token_details": '{"reasoning":128}',
    };
    expect(callOf({ ...run, "langsmith.span.kind": "llm" }).quantities).toEqual({
      uncached_input_tokens: 100,
      cache_read_tokens: 1000,
      cache_write_5m_tokens: 300,
      text_output_tokens: 172,
      reasoning_tokens: 128,
    });
    const both = { "gen_ai.usage.input_token_details": '{"cache_creation":300,"ephemeral_1h_input_tokens":300}' };
    expect(callOf({ ...run, ...both }).quantities).toMatchObject({ cache_write_5m_tokens: 300 });
    for (const broken of ["{", "null", "[]", '{"cache_read":-1}', '{"cache_read":"many"}']) {
      expect(callOf({ ...run, "gen_ai.usage.input_token_details": broken }).quantities).toMatchObject({
        uncached_input_tokens: 1400,
      });
    }
    for (const kind of ["chain", "tool", "prompt", "retriever", "parser"]) {
      expect(countIn({ ...run, "langsmith.span.kind": kind })).toBe(0);
    }
  });

  test("a span that its maker announces before it is done is none", () => {
    expect(countIn({ ...chat, "logfire.span_type": "pending_span" })).toBe(0);
    expect(countIn({ ...chat, "logfire.span_type": "span" })).toBe(1);
  });

  test("a failed call counts for what it used, and not at all when that is nothing", () => {
    const failed = { failed: true };
    const { "gen_ai.usage.input_tokens": _, "gen_ai.usage.output_tokens": __, ...without } = chat;
    expect(countIn(chat, failed)).toBe(1);
    expect(countIn(without, failed)).toBe(0);
    expect(countIn({ ...without, "gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0 }, failed)).toBe(0);
  });

  test("an answered call without usage is booked without tokens, as estimated; one that was given up is none", () => {
    const { "gen_ai.usage.input_tokens": _, "gen_ai.usage.output_tokens": __, ...without } = chat;
    const { events, unmeasured } = readSpans(spanOf(without));
    expect(events).toMatchObject([{ quantities: {}, quantitiesEstimated: true }]);
    expect(unmeasured).toBe(1);
    const { "gen_ai.response.id": ___, "gen_ai.response.model": ____, ...unanswered } = without;
    expect(countIn(unanswered)).toBe(0);
  });

  test("retries and streams are calls of their own, however alike", () => {
    const { events } = readSpans(spanOf(chat), spanOf(chat, { spanId: "00000000000000aa" }));
    expect(events.map(({ id }) => id)).toEqual([
      "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331",
      "0af7651916cd43dd8448eb211c80319c:00000000000000aa",
    ]);
  });

  test.each([
    ["opentelemetry.instrumentation.openai_v2", "chat", {}, true],
    ["opentelemetry.instrumentation.openai_v2", "embeddings", {}, false],
    ["opentelemetry.instrumentation.openai_v2", "chat", { "gen_ai.usage.cache_read.input_tokens": 0 }, false],
    ["@opentelemetry/instrumentation-openai", "chat", {}, true],
    ["pydantic-ai", "chat", {}, false],
  ])("%s, %s, %o: estimated is %s", (scope, operation, more, estimated) => {
    expect(callOf({ ...chat, "gen_ai.operation.name": operation, ...more }, { scope }).quantitiesEstimated).toBe(
      estimated,
    );
  });

  test.each([
    ["gen_ai.openai.response.service_tier", "flex", "flex"],
    ["openai.response.service_tier", "priority", "priority"],
    ["gen_ai.openai.response.service_tier", "default", "standard"],
    ["gen_ai.openai.response.service_tier", "unheard-of", "standard"],
  ])("%s %s is tier %s", (name, tier, wanted) => expect(callOf({ ...chat, [name]: tier }).serviceTier).toBe(wanted));

  test.each([
    ["bedrock-runtime.eu-central-1.amazonaws.com", "eu-central-1"],
    ["us-central1-aiplatform.googleapis.com", "us-central1"],
    ["api.openai.com", undefined],
  ])("the address %s says that it ran in %s", (address, place) =>
    expect(callOf({ ...chat, "server.address": address }).servingLocation).toBe(place),
  );

  test("numbers may stand as text; a call without a model is booked as of an unknown one", () => {
    const { "gen_ai.request.model": _, "gen_ai.response.model": __, ...without } = chat;
    expect(callOf({ ...without, "gen_ai.usage.input_tokens": "1000" })).toMatchObject({
      model: "unknown",
      quantities: { uncached_input_tokens: 1000 },
    });
  });

  test.each([-1, 1.5, "many", 2 ** 60])("%s tokens are rejected, naming the attribute", (tokens) => {
    const { events, rejected } = readSpans(spanOf({ ...chat, "gen_ai.usage.input_tokens": tokens }));
    expect(events).toEqual([]);
    expect(rejected).toMatchObject([
      { error: { path: "attributes.gen_ai.usage.input_tokens", found: String(tokens) } },
    ]);
  });

  test.each([
    ["trace_id", { traceId: "" }],
    ["trace_id", { traceId: "0".repeat(32) }],
    ["span_id", { spanId: "b7ad" }],
    ["start_time_unix_nano", { startMs: 0, endMs: 0 }],
    // Beyond what a date can tell: formatting it throws.
    ["start_time_unix_nano", { startMs: 8_640_000_000_000_001, endMs: 0 }],
    ["start_time_unix_nano", { startMs: Number.POSITIVE_INFINITY, endMs: 0 }],
  ])("a call with a bad %s is rejected", (path, changes) => {
    expect(readSpans(spanOf(chat, changes))).toMatchObject({ events: [], rejected: [{ error: { path } }] });
  });

  test("what is no call is not rejected for its usage", () => {
    const agent = { ...chat, "gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": -1 };
    expect(readSpans(spanOf(agent))).toEqual({ events: [], rejected: [], unmeasured: 0, uncounted: [] });
  });

  test("an ordinary span is neither booked nor rejected, whatever is wrong with it", () => {
    expect(readSpans(spanOf({ "http.request.method": "GET" }, { traceId: "x", startMs: 0 }))).toEqual({
      events: [],
      rejected: [],
      unmeasured: 0,
      uncounted: [],
    });
  });
});
