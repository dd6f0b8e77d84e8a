// One core, no I/O: an export of 100 spans, of which 40 are calls of a model, decoded, recognised, attributed and rated;
// in protobuf and in JSON. The floor beside it is JSON.parse of the same spans.
import { readFileSync } from "node:fs";
import { compileConfig } from "#core/compile-config.ts";
import { INITIAL_CONFIG } from "#core/config.ts";
import type { CatalogFile } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import { attributeMapping } from "#formats/otlp/attribution.ts";
import { eventsOf } from "#formats/otlp/events.ts";
import { readJsonSpans } from "#formats/otlp/read-json.ts";
import { readProtobufSpans } from "#formats/otlp/read-protobuf.ts";
import type { SpansResult } from "#formats/otlp/span.ts";
import { figure } from "./figure.ts";
import { type JsonRequest, type JsonSpan, type KeyValue, toProtobuf } from "./otlp-encoder.ts";
import { perSecond } from "./rate-of.ts";

const smoke = process.argv.includes("--smoke");
const spansPerRequest = 100;
const callsPerRequest = 40;
const nanosecondsOf = (ms: number) => `${ms}000000`;
const startMs = Date.parse("2026-11-20T12:00:00Z");

function attributesOf(values: Readonly<Record<string, string | number>>): KeyValue[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}

const prompt = JSON.stringify([{ role: "user", parts: [{ type: "text", content: "Where is my order? ".repeat(40) }] }]);

/** As OpenLLMetry writes a call. */
const call = (i: number) =>
  attributesOf({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.openai.api_base": "https://api.openai.com/v1/",
    "gen_ai.input.messages": prompt,
    "gen_ai.response.model": "gpt-4o-2024-08-06",
    "gen_ai.response.id": `chatcmpl-${i}`,
    "openai.response.service_tier": "default",
    "gen_ai.usage.total_tokens": 2306 + i,
    "gen_ai.usage.input_tokens": 2006 + i,
    "gen_ai.usage.output_tokens": 300,
    "gen_ai.usage.cache_read.input_tokens": 1920,
    "gen_ai.usage.reasoning_tokens": 128,
    "gen_ai.output.messages": prompt,
    "finops.feature": "answers",
  });

/** As an instrumentation of an HTTP server writes a request. */
const other = (i: number) =>
  attributesOf({
    "http.request.method": "POST",
    "http.route": "/orders/{id}",
    "url.path": `/orders/${i}`,
    "url.scheme": "https",
    "server.address": "shop.example.com",
    "server.port": 443,
    "network.protocol.version": "1.1",
    "http.response.status_code": 200,
    "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
  });

function spanOf(i: number): JsonSpan {
  const isCall = i % 5 < (callsPerRequest / spansPerRequest) * 5;
  return {
    traceId: (i + 1).toString(16).padStart(32, "a"),
    spanId: (i + 1).toString(16).padStart(16, "b"),
    parentSpanId: "c".repeat(16),
    name: isCall ? "openai.chat" : "POST /orders/{id}",
    kind: 3,
    startTimeUnixNano: nanosecondsOf(startMs + i),
    endTimeUnixNano: nanosecondsOf(startMs + i + 900),
    attributes: isCall ? call(i) : other(i),
    events: [],
    status: { code: 0, message: "" },
  };
}

const request: JsonRequest = {
  resourceSpans: [
    {
      resource: {
        attributes: attributesOf({
          "service.name": "shop",
          "deployment.environment.name": "prod",
          "finops.team": "search",
          "finops.region": "eu",
          "finops.customer_tier": "pro",
        }),
      },
      scopeSpans: [
        {
          scope: { name: "opentelemetry.instrumentation.openai.v1", version: "0.62.4" },
          spans: Array.from({ length: spansPerRequest }, (_, i) => spanOf(i)),
        },
      ],
    },
  ],
};

const sender = { keyId: "bench", attribution: { fixed: {}, defaults: {} } };
const rules = compileConfig(INITIAL_CONFIG);
const mapping = attributeMapping({});
const rate = makeCoreRater(
  (provider): CatalogFile => JSON.parse(readFileSync(new URL(`../catalog/${provider}.json`, import.meta.url), "utf8")),
  [],
);

/** The calls of an export that came out priced and attributed. */
function taken(read: SpansResult): number {
  if (!read.ok) throw new Error(read.reason);
  let count = 0;
  for (const event of eventsOf(read.spans, mapping).events) {
    const rated = rate(event);
    if (rated.cost !== null && rules.attribute(event, sender, rated).missing.length === 0) count++;
  }
  return count;
}

const bytes = toProtobuf(request);
const text = JSON.stringify(request);
const rounds = { roundMs: smoke ? 50 : 1_000, rounds: smoke ? 1 : 5 };

for (const [encoding, read] of [
  ["protobuf", () => readProtobufSpans(bytes)],
  ["JSON", () => readJsonSpans(JSON.parse(text))],
] as const) {
  if (taken(read()) !== callsPerRequest) throw new Error(`${encoding}: not every call of the export is taken`);
  const requests = perSecond(() => taken(read()), rounds);
  figure(`decode, recognise, attribute and rate ${encoding}`, requests * spansPerRequest, "spans/s");
}
figure("floor: JSON.parse of the same spans", perSecond(() => JSON.parse(text), rounds) * spansPerRequest, "spans/s");
