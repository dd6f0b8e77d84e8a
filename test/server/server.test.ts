import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type RunningServer, startServer } from "#server/start.ts";

let dataDir: string;
const running: RunningServer[] = [];

async function start(options: { adminKey?: string } = {}): Promise<RunningServer> {
  const server = await startServer({ port: 0, dataDir, demo: false, ...options });
  running.push(server);
  return server;
}

async function stop(server: RunningServer): Promise<void> {
  running.splice(running.indexOf(server), 1);
  await server.close();
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "finops-server-"));
});

afterEach(async () => {
  for (const server of [...running]) await stop(server);
  await rm(dataDir, { recursive: true, force: true });
});

function event(id: string) {
  return {
    ...{ id, source: "svc", time: new Date().toISOString(), provider: "openai", model: "gpt-4o" },
    meters: { text_output_tokens: 1_000_000 },
    attribution: { team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" },
  };
}

function call({ url, adminKey }: RunningServer, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json", ...init.headers };
  return fetch(`${url}${path}`, { ...init, headers });
}

function post(server: RunningServer, body: string | Uint8Array, headers: Record<string, string> = {}) {
  return call(server, "/v1/events", { method: "POST", body: body as string, headers });
}

async function totalUsd(server: RunningServer): Promise<string> {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
  const reply = await call(server, `/v1/reports/cost?from=${day(-1)}&to=${day(1)}`);
  return ((await reply.json()) as { total_cost_usd: string }).total_cost_usd;
}

test("an event sent over HTTP is in the report, and still after a restart", async () => {
  const first = await start();
  expect((await post(first, JSON.stringify(event("1")))).status).toBe(200);
  await vi.waitFor(async () => expect(await totalUsd(first)).toBe("10"), { timeout: 10_000 });
  await stop(first);
  const second = await start();
  expect(await totalUsd(second)).toBe("10");
  expect(await (await post(second, JSON.stringify(event("1")))).json()).toMatchObject({ conflicts: 1 });
});

test("a pipeline run finds the cells and the lake equal", async () => {
  const server = await start();
  await post(server, gzipSync(JSON.stringify({ events: [event("1"), event("2")] })), { "content-encoding": "gzip" });
  const run = await call(server, "/v1/pipeline/runs", { method: "POST" });
  expect(await run.json()).toMatchObject({ status: "succeeded", differences: [], days: [expect.any(String)] });
});

test("a second server on the same folder refuses, saying why", async () => {
  const first = await start();
  await expect(startServer({ port: 0, dataDir, demo: false })).rejects.toThrow(/in use by another server/);
  expect((await fetch(`${first.url}/v1/health`)).status).toBe(200);
});

test("while another process holds the ledger's file it is 503 with Retry-After, and the event counts once when sent again", async () => {
  const server = await start();
  using logged = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const other = new DatabaseSync(join(dataDir, "data", "ledger.db"));
  other.exec("begin immediate");
  const body = JSON.stringify(event("1"));
  const refused = await post(server, body);
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("2");
  expect(await refused.json()).toMatchObject({ unavailable: 1, results: [{ status: "unavailable", cost_usd: null }] });
  other.exec("rollback");
  other.close();
  expect(await (await post(server, body)).json()).toMatchObject({ accepted: 1 });
  expect(await (await post(server, body)).json()).toMatchObject({ duplicates: 1 });
  await stop(server);
  const lines = logged.mock.calls.map(([line]) => String(line));
  expect(lines.filter((line) => !line.includes("Unavailable: ledger is unavailable"))).toEqual([]);
});

test("a body of 10 MB is refused without being taken in, and the server goes on", async () => {
  const server = await start();
  const reply = await post(server, `"${"x".repeat(10 * 1024 * 1024)}"`);
  expect(reply.status).toBe(413);
  expect((await post(server, JSON.stringify(event("1")))).status).toBe(200);
});

test("a sender that goes away in the middle of a body leaves nothing behind", async () => {
  const server = await start();
  const { hostname, port } = new URL(server.url);
  await new Promise<void>((resolve) => {
    const headers = {
      authorization: `Bearer ${server.adminKey}`,
      "content-type": "application/json",
      "content-length": 5000,
    };
    const sent = request({ hostname, port, method: "POST", path: "/v1/events", headers });
    sent.on("error", () => resolve());
    sent.write(JSON.stringify(event("1")).slice(0, 50), () => sent.destroy(new Error("gone")));
  });
  expect(await (await post(server, JSON.stringify(event("1")))).json()).toMatchObject({ accepted: 1 });
});

test("closing answers the requests under way", async () => {
  const server = await start();
  const bodies = Array.from({ length: 20 }, (_, i) => JSON.stringify(event(`e${i}`)));
  const replies = bodies.map((body) => post(server, body));
  await Promise.race(replies);
  await stop(server);
  const answered = await Promise.allSettled(replies);
  const taken = answered.filter((one) => one.status === "fulfilled" && one.value.status === 200).length;
  const again = await start();
  const outcomes = await Promise.all(bodies.map(async (body) => (await (await post(again, body)).json()) as object));
  expect(
    outcomes.filter((outcome) => "duplicates" in outcome && outcome.duplicates === 1).length,
  ).toBeGreaterThanOrEqual(taken);
});

test("the admin key is kept in the folder for its owner alone, and a given one takes its place", async () => {
  const first = await start();
  expect((await stat(join(dataDir, "data", "admin-key"))).mode & 0o777).toBe(0o600);
  const kept = first.adminKey;
  await stop(first);
  const second = await start();
  expect(second.adminKey).toBe(kept);
  await stop(second);
  const third = await start({ adminKey: "another-key" });
  expect((await call(third, "/v1/keys")).status).toBe(200);
  expect((await call({ ...third, adminKey: kept }, "/v1/keys")).status).toBe(401);
  await expect(startServer({ port: 0, dataDir: join(dataDir, "x"), demo: false, adminKey: "a b" })).rejects.toThrow(
    /FINOPS_ADMIN_KEY/,
  );
});

test("a server that cannot have its port lets go of the folder", async () => {
  const first = await start();
  const port = Number(new URL(first.url).port);
  const other = join(dataDir, "other");
  await expect(startServer({ port, dataDir: other, demo: false })).rejects.toThrow(/EADDRINUSE/);
  const second = await startServer({ port: 0, dataDir: other, demo: false });
  await second.close();
  expect(await readdir(join(other, "data"))).toContain("ledger.db");
});

test("the page is served, and no file beside it", async () => {
  const server = await start();
  const page = await fetch(server.url);
  expect(page.status).toBe(200);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  for (const path of ["/package.json", "/%2e%2e/package.json", "/..%2fpackage.json", "/index.html/"]) {
    expect((await fetch(`${server.url}${path}`)).status, path).toBe(404);
  }
});
