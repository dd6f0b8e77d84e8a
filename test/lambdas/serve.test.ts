import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { makeSendEvents } from "#api/events.ts";
import { makeImportEvents } from "#api/imports.ts";
import { makeSendLiteLlm } from "#api/litellm.ts";
import { makeOtlpMetrics, makeOtlpTraces } from "#api/otlp.ts";
import { makeAuthenticate } from "#app/authenticate.ts";
import { makeImport } from "#app/imports.ts";
import { makeIngest } from "#app/ingest.ts";
import { Unavailable } from "#app/unavailable.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import { bundledCatalog } from "#lambdas/shared/catalog.ts";
import { remainingMs } from "#lambdas/shared/deadline.ts";
import { routesOf } from "#lambdas/shared/routes-of.ts";
import { serve } from "#lambdas/shared/serve.ts";
import { toProtobuf } from "../../bench/otlp-encoder.ts";
import { aKey, anAudit } from "../fakes/audited.ts";
import { noRules } from "../fakes/company-rules.ts";
import { memoryLedger } from "../fakes/memory-ledger.ts";
import { memoryImports, memoryKeys, memoryLanding } from "../fakes/memory-stores.ts";
import { at, sha256 } from "../fakes/usage.ts";
import { chatSpan, requestOf } from "../formats/otlp-request.ts";
import { gatewayEvent } from "./gateway-event.ts";
import { context } from "./lambda-context.ts";
import { captureOutput } from "./output.ts";

const clock = () => at("2026-11-23T12:00:00Z");
const token = "fin_the-senders-key";
const catalog = bundledCatalog(new URL("../../catalog/", import.meta.url));

const usage = {
  id: "call-1",
  source: "my-service",
  time: "2026-11-23T10:15:00Z",
  provider: "openai",
  model: "gpt-4o",
  meters: { uncached_input_tokens: 1200, text_output_tokens: 120 },
  attribution: { team: "search", feature: "chat", environment: "production", region: "emea", customer_tier: "pro" },
};

/** What senders call: the routes of two functions, in one. */
async function openIngest() {
  const ledger = memoryLedger();
  const landing = memoryLanding();
  const keys = memoryKeys();
  await keys.add(aKey({ hash: sha256(token) }), anAudit);
  const deps = { ledger, rater: async () => makeCoreRater(catalog, []), rules: noRules, clock, sha256 };
  const ingest = makeIngest(deps);
  const handler = serve({
    table: { ...routesOf("ingest"), ...routesOf("import") },
    authenticate: makeAuthenticate({ keys, clock, sha256 }),
    handlers: {
      sendEvents: makeSendEvents({ ingest }),
      sendLiteLlm: makeSendLiteLlm({ ingest }),
      otlpTraces: makeOtlpTraces({ ingest, rules: noRules }),
      otlpMetrics: makeOtlpMetrics(),
      importEvents: makeImportEvents({
        importEvents: makeImport({ ...deps, landing, imports: memoryImports() }),
        newId: () => "1",
        sha256,
      }),
    },
  });
  const post = async (
    path: string,
    body: string,
    more: { base64?: boolean; headers?: Record<string, string> } = {},
  ) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", ...more.headers };
    const sent = gatewayEvent({ method: "POST", path, body, headers, base64: more.base64 ?? false });
    const { statusCode, body: reply } = await handler(sent, context);
    return { status: statusCode, reply: JSON.parse(reply) };
  };
  return { handler, post, keys, ledger, landing };
}

const output = { current: captureOutput() };
beforeEach(() => {
  output.current[Symbol.dispose]();
  output.current = captureOutput();
});
afterEach(() => output.current[Symbol.dispose]());

describe("the ingest function", () => {
  test("takes events, priced by the catalogue beside it", async () => {
    const { post, ledger } = await openIngest();
    const { status, reply } = await post("/v1/events", JSON.stringify({ events: [usage] }));
    // 1,200 × $2.50 and 120 × $10.00 per million.
    expect([status, reply.results[0]]).toMatchObject([200, { id: "call-1", status: "accepted", cost_usd: "0.0042" }]);
    expect(ledger.entries.size).toBe(1);
    expect(output.current.text()).toBe("");
  });

  test("takes a compressed body, which API Gateway hands over in base64", async () => {
    const { post } = await openIngest();
    const body = gzipSync(JSON.stringify({ events: [usage] })).toString("base64");
    const { status, reply } = await post("/v1/events", body, { base64: true, headers: { "content-encoding": "gzip" } });
    expect([status, reply.results[0].status]).toEqual([200, "accepted"]);
  });

  test("a body of 4 MB is taken to be judged, one byte more is refused, also when its length is not told", async () => {
    const { post } = await openIngest();
    const padding = 4 * 1024 * 1024 - 2;
    const { status } = await post("/v1/events", `[${" ".repeat(padding)}]`);
    const { status: above, reply } = await post("/v1/events", `[${" ".repeat(padding + 1)}]`);
    expect([status, above, reply.error.code]).toEqual([400, 413, "too_large"]);
  });

  test("old events of an import land", async () => {
    const { post, landing, ledger } = await openIngest();
    const { status } = await post(
      "/v1/imports",
      JSON.stringify({ events: [{ ...usage, time: "2025-03-01T10:00:00Z" }] }),
    );
    expect([status, ledger.entries.size, landing.files.size]).toEqual([200, 0, 1]);
  });

  test("authenticates by itself: without a key, or with an unknown one, 401", async () => {
    const { handler, post } = await openIngest();
    const bare = await handler(gatewayEvent({ method: "POST", path: "/v1/events", body: "[]" }), context);
    const { status } = await post("/v1/events", "[]", { headers: { authorization: "Bearer fin_another" } });
    expect([bare.statusCode, bare.headers["www-authenticate"], status]).toEqual([401, "Bearer", 401]);
  });

  test("serves its own routes alone", async () => {
    const { handler } = await openIngest();
    const { statusCode } = await handler(gatewayEvent({ path: "/v1/health" }), context);
    expect(statusCode).toBe(404);
  });

  test("an outage is 503; its log line names the gateway's request id and neither key nor body", async () => {
    const { handler, keys } = await openIngest();
    vi.spyOn(keys, "findByHash").mockRejectedValue(
      new Unavailable("control", { cause: Object.assign(new Error("timed out"), { $response: { body: "sent" } }) }),
    );
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const sent = gatewayEvent({
      method: "POST",
      path: "/v1/events",
      body: JSON.stringify({ events: [usage] }),
      headers,
    });
    const { statusCode, headers: got, body } = await handler(sent, context);
    expect([statusCode, got["retry-after"]]).toEqual([503, "2"]);
    expect(JSON.parse(body).error).toMatchObject({ code: "unavailable", request_id: "JKJaXmPLvHcESHA=" });
    const log = output.current.text();
    expect(JSON.parse(log)).toMatchObject({
      level: "ERROR",
      message: "POST /v1/events failed",
      request_id: "JKJaXmPLvHcESHA=",
      function_request_id: "invocation-1",
      causes: [expect.stringContaining("control is unavailable"), expect.stringContaining("timed out")],
    });
    expect(log).not.toMatch(/fin_|call-1|\$response/);
  });

  test("an event that no gateway has made is answered 500, and logged", async () => {
    const { handler } = await openIngest();
    const result = await handler({ test: true } as never, context);
    expect(result.statusCode).toBe(500);
    expect(JSON.parse(result.body).error).toMatchObject({ code: "internal", request_id: "invocation-1" });
    expect(output.current.text()).toContain("the invocation failed");
  });
});

test("what a handler asks of Athena knows how long the invocation lasts", async () => {
  const seen: number[] = [];
  const handler = serve({
    table: { health: routesOf("read").health },
    authenticate: async () => ({ status: "unknown" }),
    handlers: {
      health: async () => {
        seen.push(remainingMs());
        return { status: 200, body: { status: "ok" } } as const;
      },
    },
  });
  await handler(gatewayEvent(), { ...context, getRemainingTimeInMillis: () => 12_345 });
  expect(seen).toEqual([12_345]);
});

test("spans in protobuf come and are answered as bytes, which API Gateway carries in Base64", async () => {
  const { handler, ledger } = await openIngest();
  const reply = await handler(
    gatewayEvent({
      method: "POST",
      path: "/v1/otlp/v1/traces",
      body: Buffer.from(toProtobuf(requestOf(chatSpan()))).toString("base64"),
      base64: true,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/x-protobuf" },
    }),
    context,
  );
  expect(reply).toMatchObject({
    statusCode: 200,
    headers: { "content-type": "application/x-protobuf" },
    body: "",
    isBase64Encoded: true,
  });
  expect(ledger.entries.size).toBe(1);
});

test("each route belongs to one function, and each function gets its own", () => {
  const names = (["ingest", "import", "authorize", "read", "control", "operate"] as const).map((lambda) =>
    Object.keys(routesOf(lambda)),
  );
  expect(names[1]).toEqual(["importEvents"]);
  expect(new Set(names.flat()).size).toBe(names.flat().length);
  expect(names.flat()).toContain("costReport");
});
