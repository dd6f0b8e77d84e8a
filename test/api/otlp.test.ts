import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { toProtobuf } from "../../bench/otlp-encoder.ts";
import { capturedBody } from "../formats/otlp-bodies.ts";
import { chatSpan, requestOf } from "../formats/otlp-request.ts";
import { type now, openDoor, type Sent } from "./door.ts";

const at = Date.parse("2026-11-23T14:00:00Z") as typeof now;
const protobuf = { "content-type": "application/x-protobuf" };
const json = { "content-type": "application/json" };
const traces = "/v1/otlp/v1/traces";

async function open() {
  const door = await openDoor(at);
  const post = async (sent: Sent, path = traces) => {
    const reply = await door.send("POST", path, sent);
    const bytes = new Uint8Array(await reply.arrayBuffer());
    return { status: reply.status, type: reply.headers.get("content-type"), headers: reply.headers, bytes };
  };
  return Object.assign(door, { post });
}

const jsonOf = ({ bytes }: { bytes: Uint8Array }): unknown => JSON.parse(new TextDecoder().decode(bytes));
const textOf = ({ bytes }: { bytes: Uint8Array }) => new TextDecoder().decode(bytes);

describe("spans that are sent", () => {
  test.each<[string, Sent]>([
    ["protobuf", { body: toProtobuf(requestOf(chatSpan())), headers: protobuf }],
    ["JSON", { body: JSON.stringify(requestOf(chatSpan())), headers: json }],
    [
      "gzip",
      { body: gzipSync(toProtobuf(requestOf(chatSpan()))), headers: { ...protobuf, "content-encoding": "gzip" } },
    ],
    ["identity", { json: requestOf(chatSpan()), headers: { "content-encoding": "identity" } }],
  ])("as %s are booked, priced and attributed, and answered in the same encoding", async (_, sent) => {
    await using door = await open();
    const reply = await door.post(sent);
    expect(reply.status).toBe(200);
    expect(reply.type).toBe(sent.headers?.["content-type"] ?? "application/json");
    expect(textOf(reply)).toBe(reply.type === "application/json" ? "{}" : "");
    expect(await door.entries()).toMatchObject([
      {
        source: "otlp/shop",
        id: "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331",
        usageDate: "2026-11-23",
        model: "gpt-4o",
        // 1,200 × $2.50 and 120 × $10 per million
        cost: 4_200_000_000n,
        attribution: {
          team: "search",
          feature: "chat",
          environment: "production",
          region: "emea",
          customer_tier: "pro",
        },
        tags: { squad: "blue" },
      },
    ]);
    expect(await door.allStored()).not.toContain("secret prompt");
  });

  test("again, in other batches, change nothing", async () => {
    await using door = await open();
    const others = Array.from({ length: 3 }, (_, i) => chatSpan({ spanId: `b7ad6b716920333${i + 2}` }));
    await door.post({ json: requestOf(chatSpan(), ...others) });
    const before = await door.allStored();
    for (const span of [chatSpan(), ...others]) expect(jsonOf(await door.post({ json: requestOf(span) }))).toEqual({});
    await door.post({ body: toProtobuf(requestOf(...others, chatSpan())), headers: protobuf });
    expect(await door.allStored()).toBe(before);
    expect(await door.countEntries()).toBe(4);
  });

  test("are taken as an exporter has sent them, twice, and its metrics change nothing", async () => {
    await using door = await open();
    const sent = { body: capturedBody("litellm-otelv2-026-traces"), headers: protobuf };
    expect((await door.post(sent)).status).toBe(200);
    expect((await door.post(sent)).status).toBe(200);
    const metrics = { body: capturedBody("py-v2-011-metrics"), headers: protobuf };
    const reply = await door.post(metrics, "/v1/otlp/v1/metrics");
    expect([reply.status, reply.type]).toEqual([200, "application/x-protobuf"]);
    // Field 1 holds field 2, the message; nothing is said to be rejected.
    expect([reply.bytes[0], reply.bytes[2]]).toEqual([0x0a, 0x12]);
    expect(textOf(reply)).toContain("usage is counted from spans");
    expect(await door.countEntries()).toBe(14);
  });

  test("more than a thousand calls are taken at once", async () => {
    await using door = await open();
    const spans = Array.from({ length: 1_001 }, (_, i) => chatSpan({ spanId: (i + 1).toString(16).padStart(16, "0") }));
    const body = gzipSync(toProtobuf(requestOf(...spans)));
    expect((await door.post({ body, headers: { ...protobuf, "content-encoding": "gzip" } })).status).toBe(200);
    expect(await door.countEntries()).toBe(1_001);
  });
});

describe("what its sender should know of what is booked", () => {
  const span = (spanId: string, attributes: Record<string, string> = {}) => {
    const said = Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const { attributes: usual } = chatSpan();
    return chatSpan({ spanId, attributes: [...usual.filter(({ key }) => !(key in attributes)), ...said] });
  };

  test("is told once: what is in quarantine and why, and which models are not approved", async () => {
    await using door = await open();
    const approved = { id: "gpt", status: "approved", model: "gpt-4o", owner: "o", reason: "r" } as const;
    await door.decide({
      registry: { team: { mode: "strict", values: [{ id: "search" }] } },
      policies: { unlisted: "forbid", list: [approved] },
    });
    const json = requestOf(
      span("00000000000000aa", { "finops.team": "serach" }),
      span("00000000000000bb", { "finops.team": "serach" }),
      span("00000000000000cc", { "gen_ai.provider.name": "anthropic", "gen_ai.request.model": "claude-opus-4-5" }),
      span("00000000000000dd"),
    );
    const errorMessage =
      '2 calls in quarantine: team is "serach" (wanted: a registered team: did you mean "search"?). ' +
      "1 call of a model that is not approved: anthropic claude-opus-4-5.";
    expect(jsonOf(await door.post({ json }))).toEqual({ partialSuccess: { errorMessage } });
    expect(await door.countEntries()).toBe(4);
    expect(jsonOf(await door.post({ json }))).toEqual({});
  });

  test("names three reasons at most", async () => {
    await using door = await open();
    const names = ["team", "feature", "region", "customer_tier"].map((name) => `finops.${name}`);
    await door.decide({
      registry: Object.fromEntries(
        ["team", "feature", "region", "customer_tier"].map((name) => [
          name,
          { mode: "strict", values: [{ id: "qqqq" }] },
        ]),
      ),
    });
    const json = requestOf(span("00000000000000aa", Object.fromEntries(names.map((name) => [name, "x"]))));
    expect(jsonOf(await door.post({ json }))).toEqual({
      partialSuccess: {
        errorMessage: expect.stringMatching(/^1 call in quarantine: team is "x"[^;]*;[^;]*;[^;]*; …\.$/),
      },
    });
  });
});

describe("what cannot be booked", () => {
  test("is told as a partial success, the rest is booked", async () => {
    await using door = await open();
    const bad = chatSpan({ spanId: "00000000000000aa" }, { "gen_ai.usage.input_tokens": "-5" });
    const old = chatSpan({ spanId: "00000000000000bb", startTimeUnixNano: "1750000000000000000" });
    const plain = chatSpan({ spanId: "00000000000000cc", attributes: [] });
    const reply = await door.post({ json: requestOf(chatSpan(), bad, old, plain) });
    expect(reply.status).toBe(200);
    expect(jsonOf(reply)).toEqual({
      partialSuccess: {
        rejectedSpans: "2",
        errorMessage: expect.stringMatching(
          /aa: attributes\.gen_ai\.usage\.input_tokens: found -5.*bb: time: found 2025-/,
        ),
      },
    });
    expect(await door.countEntries()).toBe(1);
  });

  test("the same span with another usage is a conflict, and changes nothing", async () => {
    await using door = await open();
    await door.post({ json: requestOf(chatSpan()) });
    const reply = await door.post({ json: requestOf(chatSpan({}, { "gen_ai.usage.input_tokens": "9" })) });
    expect(jsonOf(reply)).toMatchObject({ partialSuccess: { rejectedSpans: "1" } });
    expect(await door.countEntries()).toBe(1);
  });

  test("a call without usage is booked without, and its sender is told", async () => {
    await using door = await open();
    const attributes = [
      ...chatSpan().attributes.slice(0, 3),
      { key: "gen_ai.response.id", value: { stringValue: "chatcmpl-1" } },
    ];
    const reply = await door.post({ json: requestOf(chatSpan({ attributes })) });
    expect(jsonOf(reply)).toEqual({
      partialSuccess: { errorMessage: expect.stringContaining("Calls without usage: 1") },
    });
    expect(await door.entries()).toMatchObject([{ quantities: {}, priceStatus: "estimated" }]);
  });

  test("usage on spans of an unknown operation is told, and neither booked nor rejected", async () => {
    await using door = await open();
    const attributes = (operation: string) => [
      { key: "gen_ai.operation.name", value: { stringValue: operation } },
      ...chatSpan().attributes.slice(1),
    ];
    const names = ["invoke_model", "speech", "invoke_model", "x", "y", "invoke_agent"];
    const spans = names.map((name, i) => chatSpan({ spanId: `b7ad6b716920334${i}`, attributes: attributes(name) }));
    const reply = await door.post({ json: requestOf(chatSpan(), ...spans) });
    const errorMessage =
      "Spans with usage that were not counted: 5, their operation is unknown (invoke_model, speech, x, …).";
    expect([reply.status, jsonOf(reply)]).toEqual([200, { partialSuccess: { errorMessage } }]);
    expect(await door.countEntries()).toBe(1);
  });

  test.each([
    ["full", 503, 14],
    ["bug", 500, 13],
  ] as const)("when the ledger fails (%s) the answer is %i with a google.rpc.Status", async (how, status, code) => {
    await using door = await open();
    door.breakLedger(how);
    const asJson = await door.post({ json: requestOf(chatSpan()) });
    expect([asJson.status, jsonOf(asJson)]).toEqual([status, { code, message: expect.any(String) }]);
    expect(asJson.headers.get("retry-after")).toBe(status === 503 ? "2" : null);
    const asProtobuf = await door.post({ body: toProtobuf(requestOf(chatSpan())), headers: protobuf });
    expect([asProtobuf.status, asProtobuf.type]).toEqual([status, "application/x-protobuf"]);
    expect([...asProtobuf.bytes.subarray(0, 3)]).toEqual([0x08, code, 0x12]);
    expect(textOf(asProtobuf)).not.toContain("secret detail");
  });

  test("when a part of the spans could not be taken, all are asked for again, and count once", async () => {
    await using door = await open();
    const request = requestOf(chatSpan(), chatSpan({ spanId: "00000000000000aa" }));
    door.breakLedger("second");
    expect((await door.post({ json: request })).status).toBe(503);
    door.breakLedger(undefined);
    expect((await door.post({ json: request })).status).toBe(200);
    expect(await door.countEntries()).toBe(2);
  });
});

describe("what is no request of OTLP is refused in its own words", () => {
  test.each<[string, Sent, number, number, RegExp]>([
    [
      "cut protobuf",
      { body: toProtobuf(requestOf(chatSpan())).slice(0, 50), headers: protobuf },
      400,
      3,
      /beyond|longer/,
    ],
    ["no JSON", { body: "{", headers: json }, 400, 3, /not JSON/],
    ["another JSON", { json: { resourceSpans: 1 } }, 400, 3, /resourceSpans is no list/],
    ["deep JSON", { body: `${"[".repeat(200)}${"]".repeat(200)}`, headers: json }, 400, 3, /128 levels/],
    ["no gzip", { body: "x", headers: { ...protobuf, "content-encoding": "gzip" } }, 400, 3, /not whole gzip/],
    ["zstd", { body: "x", headers: { ...protobuf, "content-encoding": "zstd" } }, 415, 3, /gzip/],
    ["text", { body: "x", headers: { "content-type": "text/plain" } }, 415, 3, /application\/x-protobuf or/],
    ["5 MB", { body: "x".repeat(5 * 1024 * 1024), headers: protobuf }, 413, 3, /4 MB/],
    ["no key", { body: "x", headers: protobuf, key: null }, 401, 16, /Authorization: Bearer/],
  ])("%s", async (_, sent, status, code, message) => {
    await using door = await open();
    const reply = await door.post(sent);
    const isProtobuf = sent.headers?.["content-type"] === "application/x-protobuf";
    expect([reply.status, reply.type]).toEqual([status, isProtobuf ? "application/x-protobuf" : "application/json"]);
    expect(textOf(reply)).toMatch(message);
    if (isProtobuf) expect([...reply.bytes.subarray(0, 3)]).toEqual([0x08, code, 0x12]);
    else expect(jsonOf(reply)).toMatchObject({ code });
    expect(await door.countEntries()).toBe(0);
  });

  test("a viewer's key may not send", async () => {
    await using door = await open();
    const key = await door.createKey({ role: "viewer" });
    const reply = await door.post({ json: requestOf(chatSpan()), key });
    expect([reply.status, jsonOf(reply)]).toEqual([403, { code: 7, message: expect.stringContaining("viewer") }]);
  });
});
