import type { JsonRequest, JsonSpan } from "../../bench/otlp-encoder.ts";

/** A call of 2026-11-23, 1,200 tokens in and 120 out. */
export function chatSpan(changes: Partial<JsonSpan> = {}, usage: Record<string, string> = {}): JsonSpan {
  const counts = { "gen_ai.usage.input_tokens": "1200", "gen_ai.usage.output_tokens": "120", ...usage };
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    parentSpanId: "",
    name: "chat gpt-4o",
    kind: 3,
    startTimeUnixNano: "1795428900000000000",
    endTimeUnixNano: "1795428902000000000",
    attributes: [
      { key: "gen_ai.operation.name", value: { stringValue: "chat" } },
      { key: "gen_ai.provider.name", value: { stringValue: "openai" } },
      { key: "gen_ai.request.model", value: { stringValue: "gpt-4o" } },
      { key: "gen_ai.input.messages", value: { stringValue: "the secret prompt" } },
      ...Object.entries(counts).map(([key, intValue]) => ({ key, value: { intValue } })),
    ],
    events: [],
    status: { code: 0, message: "" },
    ...changes,
  };
}

const resource = {
  attributes: Object.entries({
    "service.name": "shop",
    "finops.team": "search",
    "finops.feature": "chat",
    "deployment.environment.name": "prod",
    "finops.region": "emea",
    "finops.customer_tier": "pro",
    "finops.tag.squad": "blue",
  }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
};

/** Spans of one service that says of whom it is for. */
export const requestOf = (...spans: JsonSpan[]): JsonRequest => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "app", version: "" }, spans }] }],
});
