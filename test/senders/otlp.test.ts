import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createOpenAI } from "@ai-sdk/openai";
import { type Attributes, DiagLogLevel, diag, SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { embed, embedMany, generateText, streamText } from "ai";
import { afterEach, expect, test } from "vitest";
import { parse } from "yaml";
import { routes } from "#contract/routes.ts";
import { openFakeOpenAi } from "./fake-openai.ts";
import { openServedDoor } from "./served-door.ts";

type Door = Awaited<ReturnType<typeof openServedDoor>>;

afterEach(() => diag.disable());

/** What an exporter would log. */
function captureDiag(): string[] {
  const lines: string[] = [];
  const keep = (...parts: unknown[]) =>
    lines.push(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(" "));
  const logger = { error: keep, warn: keep, info: () => {}, debug: () => {}, verbose: () => {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return lines;
}

const resource = resourceFromAttributes({
  "service.name": "shop",
  "deployment.environment.name": "prod",
  "finops.team": "search",
  "finops.feature": "chat",
  "finops.region": "emea",
  "finops.customer_tier": "pro",
});

function tracing(door: Door, Exporter: typeof JsonExporter | typeof ProtobufExporter, headers = {}) {
  const exporter = new Exporter({
    url: `${door.url}/v1/otlp/v1/traces`,
    headers: { authorization: `Bearer ${door.key}`, ...headers },
    compression: "gzip" as never,
  });
  return new NodeTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
}

/** What stands in the ledger; `entries` may tell it twice, once it has landed. */
async function booked(door: Door) {
  return [...new Map((await door.entries()).map((entry) => [entry.key, entry])).values()];
}

const chat: Attributes = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.usage.input_tokens": 1200,
  "gen_ai.usage.output_tokens": 120,
};

test.each([
  ["protobuf", ProtobufExporter],
  ["JSON", JsonExporter],
])(
  "the exporter of %s, compressed: calls are booked, agents and tools are not, nothing is logged",
  async (_, Exporter) => {
    await using door = await openServedDoor();
    const lines = captureDiag();
    const provider = tracing(door, Exporter);
    const tracer = provider.getTracer("app");
    for (let i = 0; i < 30; i++) {
      tracer.startSpan("invoke_agent", { attributes: { ...chat, "gen_ai.operation.name": "invoke_agent" } }).end();
      tracer.startSpan("GET /").end();
      tracer.startSpan("chat gpt-4o", { attributes: chat }).end();
      const failed = tracer.startSpan("chat gpt-4o", { attributes: { "gen_ai.operation.name": "chat" } });
      failed.setStatus({ code: SpanStatusCode.ERROR, message: "429" });
      failed.end();
    }
    await provider.shutdown();
    const entries = await booked(door);
    expect(entries).toHaveLength(30);
    expect(entries[0]).toMatchObject({
      source: "otlp/shop",
      cost: 4_200_000_000n,
      attribution: { team: "search", feature: "chat", environment: "production", region: "emea", customer_tier: "pro" },
    });
    expect(lines).toEqual([]);
  },
);

test.each([
  ["protobuf", ProtobufExporter],
  ["JSON", JsonExporter],
])("a partial success reaches the log of an exporter of %s", async (_, Exporter) => {
  await using door = await openServedDoor();
  const lines = captureDiag();
  const provider = tracing(door, Exporter);
  const tracer = provider.getTracer("app");
  tracer.startSpan("chat", { attributes: chat }).end();
  tracer.startSpan("chat", { attributes: { ...chat, "gen_ai.usage.input_tokens": -7 } }).end();
  await provider.shutdown();
  expect(await booked(door)).toHaveLength(1);
  expect(lines.join("\n")).toMatch(/Partial Success.*"rejectedSpans":"?1.*found -7/);
});

test("an exporter sends again what could not be kept, and it counts once", async () => {
  await using door = await openServedDoor();
  door.breakLedger("second");
  const mended = setTimeout(() => door.breakLedger(undefined), 500);
  const provider = tracing(door, ProtobufExporter);
  const tracer = provider.getTracer("app");
  for (let i = 0; i < 5; i++) tracer.startSpan("chat", { attributes: chat }).end();
  await provider.shutdown();
  clearTimeout(mended);
  expect(await booked(door)).toHaveLength(5);
}, 20_000);

test("the Vercel AI SDK: each call that its provider has served is booked once, with its tokens", async () => {
  await using door = await openServedDoor();
  await using fake = await openFakeOpenAi();
  const provider = tracing(door, ProtobufExporter);
  const openai = createOpenAI({ apiKey: "k", baseURL: fake.url });
  const experimental_telemetry = { isEnabled: true, functionId: "answer", tracer: provider.getTracer("ai") };
  await generateText({ model: openai.chat("gpt-4o"), prompt: "the secret prompt", experimental_telemetry });
  await generateText({ model: openai.chat("fail"), prompt: "retried", experimental_telemetry, maxRetries: 2 });
  await streamText({ model: openai.chat("gpt-4o"), prompt: "streamed", experimental_telemetry }).consumeStream();
  await embed({ model: openai.embedding("text-embedding-3-small"), value: "x", experimental_telemetry });
  await embedMany({ model: openai.embedding("text-embedding-3-small"), values: ["x", "y"], experimental_telemetry });
  await provider.shutdown();
  const entries = await booked(door);
  const chats = { uncached_input_tokens: 86, cache_read_tokens: 1920, text_output_tokens: 172, reasoning_tokens: 128 };
  const sorted = entries.map(({ requestedModel, quantities, responseId }) => ({
    requestedModel,
    quantities,
    responseId,
  }));
  expect(sorted.sort((a, b) => String(a.responseId).localeCompare(String(b.responseId)))).toEqual([
    { requestedModel: "gpt-4o", quantities: chats, responseId: "chatcmpl-1" },
    { requestedModel: "fail", quantities: chats, responseId: "chatcmpl-2" },
    { requestedModel: "gpt-4o", quantities: chats, responseId: "chatcmpl-3" },
    { requestedModel: "text-embedding-3-small", quantities: { uncached_input_tokens: 8 }, responseId: undefined },
    { requestedModel: "text-embedding-3-small", quantities: { uncached_input_tokens: 8 }, responseId: undefined },
  ]);
  expect(entries).toHaveLength(fake.calls.length);
  expect(await door.allStored()).not.toContain("secret prompt");
}, 20_000);

const page = readFileSync(new URL("../../docs/senders/otlp.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  Array.from(page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g")), ([, code]) => code ?? "");

test("the program of the page, with the variables of the page, is booked", async () => {
  await using door = await openServedDoor();
  const settings = blocks("sh")[0] ?? "";
  const env = Object.fromEntries(
    Array.from(settings.matchAll(/^export (\w+)="([^"]*)"/gm), ([, name, value = ""]) => [
      name,
      value.replace("https://finops.example.com", door.url).replace("$FINOPS_KEY", door.key),
    ]),
  );
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const args = ["--input-type=module", "-e", blocks("js")[0] ?? ""];
  await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, timeout: 20_000 });
  expect(await booked(door)).toMatchObject([{ source: "otlp/shop", cost: 4_200_000_000n }]);
}, 30_000);

test("the Collector of the page sends where the API listens", () => {
  const [collector = ""] = blocks("yaml");
  const { exporters } = parse(collector) as { exporters: Record<string, { endpoint: string }> };
  const { pathname } = new URL(exporters["otlphttp/finops"]?.endpoint ?? "");
  expect(`${pathname}/v1/traces`).toBe(routes.otlpTraces.path);
});
