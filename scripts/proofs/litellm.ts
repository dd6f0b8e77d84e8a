// Proves against the LiteLLM proxy of PyPI, with a provider on this machine, that calls made are events booked: by the
// `generic_api` callback as docs/senders/litellm.md configures it, and by its OpenTelemetry v2 exporter. What LiteLLM
// itself never reported is told as that; what this project lost or doubled fails.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { ownServer, startServer } from "../embedded-server.ts";
import { type Booked, compareBooks, type KnownLosses, readBooks } from "./litellm/books.ts";
import { startFakeProvider } from "./litellm/fake-provider.ts";
import { provePreCall } from "./litellm/pre-call.ts";
import { startProxy } from "./litellm/proxy.ts";
import { modelList, routerSettings, sendLate, sendSeries } from "./litellm/series.ts";
import { litellmBin } from "./litellm/venv.ts";
import { type Post, postedCalls, startWire } from "./litellm/wire.ts";

const adminKey = "litellm-proof-admin-key-0123456789abcdef";
const settleMsMax = 30_000;

interface Config {
  readonly callback_settings?: object;
  readonly litellm_settings?: object;
}

interface Way {
  readonly title: string;
  readonly config: Config;
  readonly env: (wire: string) => Readonly<Record<string, string>>;
  readonly losses: KnownLosses;
}

/** The configuration that operators are told to copy. */
function documented(): Config {
  const page = readFileSync(new URL("../../docs/senders/litellm.md", import.meta.url), "utf8");
  const snippet = /```yaml\n([\s\S]*?)```/.exec(page)?.[1];
  if (snippet === undefined) throw new Error("docs/senders/litellm.md has no configuration");
  return parse(snippet) as Config;
}

const stopped = "LiteLLM lost: its queue goes with the process";
const ownCount = "LiteLLM's own count of what it had passed on";

const ways: readonly Way[] = [
  {
    title: "generic_api → /v1/litellm",
    config: documented(),
    env: (wire) => ({
      FINOPS_LITELLM_URL: `${wire}/v1/litellm?proxy=proof`,
      FINOPS_AUTHORIZATION: `Bearer ${adminKey}`,
    }),
    losses: { calls: { "gpt-5": stopped }, tokens: { "gpt-4.1-nano": ownCount }, countedIn: {} },
  },
  {
    title: "OpenTelemetry v2 → /v1/otlp",
    config: { litellm_settings: { callbacks: ["otel"] } },
    env: (wire) => ({
      LITELLM_OTEL_V2: "true",
      OTEL_EXPORTER: "otlp_http",
      OTEL_EXPORTER_OTLP_ENDPOINT: `${wire}/v1/otlp`,
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${adminKey}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_SERVICE_NAME: "litellm-proof",
    }),
    // Its spans tell neither: the docs say what that costs.
    losses: {
      calls: { "gpt-5": stopped },
      tokens: { "gpt-4.1-nano": ownCount },
      countedIn: { reasoning_tokens: "text_output_tokens", cache_write_1h_tokens: "cache_write_5m_tokens" },
    },
  },
];

/** The books once nothing has changed in them for some seconds. */
async function settledBooks(server: string): Promise<ReadonlyMap<string, Booked>> {
  const text = (books: ReadonlyMap<string, Booked>) => JSON.stringify([...books].sort());
  let before = await readBooks(server, adminKey);
  for (let waitedMs = 0; waitedMs < settleMsMax; waitedMs += 4_000) {
    await sleep(4_000);
    const now = await readBooks(server, adminKey);
    if (now.size > 0 && text(now) === text(before)) return now;
    before = now;
  }
  return before;
}

function tellPosts(posts: readonly Post[]): void {
  const statuses = [...Map.groupBy(posts, ({ status }) => status)].map(
    ([status, some]) => `${some.length} × ${status}`,
  );
  const count = (name: string) =>
    posts.reduce((sum, { answer }) => sum + Number(new RegExp(`"${name}":(\\d+)`).exec(answer)?.[1] ?? 0), 0);
  console.log(`${posts.length} posts (${statuses.join(", ")}); the answer to the first was lost on its way`);
  const told = ["accepted", "quarantined", "duplicates", "conflicts", "rejected", "no_usage"].map(
    (name) => `${name} ${count(name)}`,
  );
  if (posts.some(({ path }) => path.startsWith("/v1/litellm"))) console.log(told.join(", "));
}

async function prove(way: Way, folder: string, bin: string): Promise<readonly string[]> {
  const name = way.title.split(" ")[0] ?? "";
  await using provider = await startFakeProvider();
  const server = await startServer(ownServer(join(folder, `${name}-data`), adminKey));
  try {
    await using wire = await startWire(server.baseUrl);
    const cache = { cache: true, cache_params: { type: "local", supported_call_types: ["acompletion"] } };
    const config = {
      ...way.config,
      model_list: modelList(provider.url),
      router_settings: routerSettings,
      litellm_settings: { ...way.config.litellm_settings, ...cache },
    };
    const proxy = await startProxy({ bin, folder, name, config, env: way.env(wire.url) });
    try {
      await sendSeries(proxy.url);
      await settledBooks(server.baseUrl);
      await sendLate(proxy.url);
    } finally {
      await proxy.stop();
    }
    const booked = await settledBooks(server.baseUrl);
    const reported = way.config.callback_settings === undefined ? undefined : postedCalls(wire.posts);
    const faults = compareBooks(way.title, { calls: provider.calls, reported, booked }, way.losses);
    tellPosts(wire.posts);
    const refused = wire.posts
      .filter(({ status }) => status !== 200)
      .map(({ status, answer }) => `${status}: ${answer.slice(0, 300)}`);
    return [...faults, ...refused];
  } finally {
    await server.stop();
  }
}

const folder = mkdtempSync(join(tmpdir(), "litellm-proof-"));
const bin = litellmBin();
const faults: string[] = [];
try {
  faults.push(...(await provePreCall(folder, bin, adminKey)));
  for (const way of ways) faults.push(...(await prove(way, folder, bin)).map((fault) => `${way.title}: ${fault}`));
} finally {
  if (faults.length === 0) rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) console.error(fault);
if (faults.length > 0) console.error(`what LiteLLM wrote is in ${folder}`);
process.exitCode = faults.length > 0 ? 1 : 0;
