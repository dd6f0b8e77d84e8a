import { expect, test } from "vitest";
import { attributeMapping } from "#formats/otlp/attribution.ts";
import { eventsOf } from "#formats/otlp/events.ts";
import { readJsonSpans } from "#formats/otlp/read-json.ts";
import { readProtobufSpans } from "#formats/otlp/read-protobuf.ts";
import { capturedBody } from "./otlp-bodies.ts";

function read(name: string) {
  const bytes = capturedBody(name);
  const isJson = bytes[0] === 0x7b;
  const read = isJson ? readJsonSpans(JSON.parse(new TextDecoder().decode(bytes))) : readProtobufSpans(bytes);
  if (!read.ok) throw new Error(read.reason);
  return eventsOf(read.spans, attributeMapping({}));
}

/** Provider, model, uncached input, read from cache, written to it, text output, reasoning; "~" where estimated. */
const summary = (name: string) =>
  read(name).events.map(({ provider, model, quantities, responseId, quantitiesEstimated }) =>
    [
      provider,
      model,
      quantities.uncached_input_tokens ?? 0,
      quantities.cache_read_tokens ?? 0,
      quantities.cache_write_5m_tokens ?? 0,
      quantities.text_output_tokens ?? 0,
      quantities.reasoning_tokens ?? 0,
      responseId?.slice(0, 45) ?? "-",
      ...(quantitiesEstimated ? ["~"] : []),
    ].join(" "),
  );

const sonnet = "anthropic claude-sonnet-4-5 21 1000 188086 393 0";
const gpt4o = "openai gpt-4o-2024-08-06 86 1920 0 300 0";

// Read off the bodies by hand. The sender of each says what it can: some know no reasoning, some no cached tokens.
test.each([
  [
    "py-traceloop-001-traces",
    [
      "openai gpt-4o-2024-08-06 86 1920 0 172 128 chatcmpl-26",
      "openai gpt-4o-2024-08-06 86 1920 0 300 0 chatcmpl-27",
      "openai gpt-4o-2024-08-06 0 0 0 0 0 chatcmpl-28 ~",
      "openai text-embedding-3-small 8 0 0 0 0 -",
      "openai gpt-5 86 1920 0 172 128 resp_30",
    ],
  ],
  [
    "py-v2-010-traces",
    [
      "openai gpt-4o-2024-08-06 2006 0 0 300 0 chatcmpl-82 ~",
      "openai gpt-4o-2024-08-06 2006 0 0 300 0 chatcmpl-83 ~",
      "openai gpt-4o-2024-08-06 0 0 0 0 0 chatcmpl-84 ~",
      "openai text-embedding-3-small 8 0 0 0 0 -",
    ],
  ],
  [
    "py-v2-gzip-016-traces",
    [
      "openai gpt-4o-2024-08-06 2006 0 0 300 0 chatcmpl-94 ~",
      "openai gpt-4o-2024-08-06 2006 0 0 300 0 chatcmpl-95 ~",
      "openai gpt-4o-2024-08-06 0 0 0 0 0 chatcmpl-96 ~",
      "openai text-embedding-3-small 8 0 0 0 0 -",
    ],
  ],
  [
    "js-vercel-json-009-traces",
    [
      "openai.chat gpt-4o-2024-08-06 86 1920 0 172 128 chatcmpl-77",
      "openai.responses gpt-5 86 1920 0 172 128 resp_78",
      "compat.chat gpt-4o-2024-08-06 86 1920 0 172 128 chatcmpl-79",
      "openai.embedding text-embedding-3-small 8 0 0 0 0 -",
    ],
  ],
  // Version 1 beside FastAPI's own spans: it wrote one call's usage onto one of those before it ended, and lost the others'.
  ["litellm-otel-021-traces", ["openai gpt-4o-2024-08-06 8 0 0 1 0 chatcmpl-170"]],
  [
    "litellm-otelv2-026-traces",
    [
      `${gpt4o} chatcmpl-182`,
      `${gpt4o} chatcmpl-183`,
      `${gpt4o} chatcmpl-184`,
      `${gpt4o} chatcmpl-185`,
      "openai gpt-4o-2024-08-06 8 0 0 1 0 chatcmpl-186",
      "openai gpt-5 86 1920 0 300 0 chatcmpl-187",
      "openai gpt-4o-mini 10 0 0 20 0 chatcmpl-75f86da3-807b-4baa-a0e3-b858fd57536e",
      "openai text-embedding-3-small 8 0 0 0 0 -",
      // LiteLLM makes an id of its own for a response, longer than ids may be.
      "openai gpt-5 86 1920 0 300 0 resp_q_ugZu8I6pflak0EvkwQ4skOzFy0EejSoBu_qgV2",
      `${sonnet} chatcmpl-d2a25d29-88c3-46b2-afdd-1e64ac3f3cd6`,
      `${sonnet} msg_191`,
      `${sonnet} msg_192`,
      "openai acme-unknown-7b 86 1920 0 300 0 chatcmpl-193",
      `${gpt4o} chatcmpl-197`,
    ],
  ],
])("%s holds exactly these calls", (name, calls) => {
  expect(read(name).rejected).toEqual([]);
  expect(summary(name)).toEqual(calls);
});

test("each call has its source, identity, time, and what its resource and itself say of whom it is for", () => {
  expect(read("py-v2-010-traces").events[0]).toMatchObject({
    source: "otlp/checkout",
    id: expect.stringMatching(/^514a57b2[0-9a-f]{24}:a2d4ead519a6dbfa$/),
    time: Date.parse("2026-11-23T13:48:56.845Z"),
    claimed: { environment: "prod" },
    requests: 1,
    serviceTier: "standard",
  });
  expect(read("litellm-otelv2-026-traces").events[9]).toMatchObject({
    source: "otlp/litellm",
    claimed: { team: "search" },
    senderCost: 731_774_000_000n,
  });
  expect(read("js-vercel-json-009-traces").events[0]).toMatchObject({
    source: "otlp/web",
    claimed: { team: "search", environment: "prod" },
  });
});

test("calls whose sender did not learn their usage are counted apart", () => {
  expect(read("py-v2-010-traces").unmeasured).toBe(1);
  expect(read("js-vercel-json-009-traces").unmeasured).toBe(0);
});
