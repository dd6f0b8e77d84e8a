import { describe, expect, test } from "vitest";
import { readSpans, type SpanAttributes, spanOf } from "./otlp-span.ts";

const usage = { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2 };

const uncounted = (attributes: SpanAttributes, changes = {}) => {
  const { events, rejected, uncounted } = readSpans(spanOf(attributes, changes));
  expect([events, rejected]).toEqual([[], []]);
  return uncounted;
};

describe("usage on a span that nothing is known of is named and not booked", () => {
  test.each<[string, SpanAttributes]>([
    ["invoke_model", { "gen_ai.operation.name": "invoke_model", ...usage }],
    ["speech", { "gen_ai.operation.name": "speech", "gen_ai.usage.cost": 0.02 }],
    ["not named", { "gen_ai.system": "openai", ...usage }],
    ["not named", usage],
    ["not named", { "llm.token_count.total": "12" }],
    ["unknown", { "llm.request.type": "unknown", ...usage }],
    ["UNKNOWN", { "openinference.span.kind": "UNKNOWN", "llm.token_count.prompt": 3 }],
    ["ai.transcribe.doTranscribe", { "ai.operationId": "ai.transcribe.doTranscribe", "ai.usage.totalTokens": 5 }],
    ["span", { "langfuse.observation.type": "span", "langfuse.observation.usage_details": '{"input":5}' }],
    ["x".repeat(64), { "gen_ai.operation.name": "x".repeat(5000), ...usage }],
  ])("as %s", (operation, attributes) => expect(uncounted(attributes)).toEqual([operation]));
});

describe("silent is", () => {
  test.each<[string, SpanAttributes, object?]>([
    ["an agent", { "gen_ai.operation.name": "invoke_agent", ...usage }],
    ["an agent of before", { agent_name: "support", ...usage }],
    ["Google's agent kit", { "gen_ai.system": "gcp.vertex.agent", ...usage }],
    ["a cycle of Strands", { "gen_ai.operation.name": "execute_event_loop_cycle", ...usage }],
    ["a chain", { "openinference.span.kind": "CHAIN", "llm.token_count.total": 12 }],
    ["a run of LangSmith", { "langsmith.span.kind": "chain", ...usage }],
    ["the AI SDK's outer span", { "ai.operationId": "ai.generateText", "ai.usage.inputTokens": 5 }],
    ["a workflow", { "traceloop.span.kind": "workflow", "llm.usage.total_tokens": 5 }],
    ["reranking", { "llm.request.type": "rerank", ...usage }],
    ["LiteLLM's raw request", { "llm.usage.total_tokens": 5 }, { name: "raw_gen_ai_request", scope: "litellm" }],
    ["LiteLLM's proxy", { "litellm.call_id": "1", "gen_ai.usage.cost": 1 }, { scope: "litellm" }],
    ["an agent of Langfuse", { "langfuse.observation.type": "agent", ...usage }],
    [
      "what used nothing",
      { "gen_ai.operation.name": "x", "gen_ai.usage.input_tokens": 0, "ai.usage.tokens": Number.NaN },
    ],
    ["an announcement", { "logfire.span_type": "pending_span", ...usage }],
    ["any other span", { "http.request.method": "GET" }],
  ])("%s", (_, attributes, changes) => expect(uncounted(attributes, changes)).toEqual([]));
});
