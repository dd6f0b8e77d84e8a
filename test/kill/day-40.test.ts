import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dayMs, type Instant, parseInstant } from "#core/time.ts";
import { compose } from "#server/compose.ts";
import { openStores } from "#server/stores.ts";

const adminKey = "day-40-admin-key-0123456789abcdef";
const dayZero = parseInstant("2026-10-01T12:00:00Z") as Instant;

const event = {
  id: "call-1",
  source: "gateway",
  time: "2026-10-01T11:59:00Z",
  provider: "openai",
  model: "gpt-4o",
  meters: { uncached_input_tokens: 1_000_000 },
  attribution: { team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" },
};

/** One life of the server on this folder, at this moment. */
async function serverAt(folder: string, now: Instant) {
  const stores = await openStores(folder, () => now);
  const app = compose({ stores, clock: () => now, adminKey, demo: false, log: () => {} });
  return {
    async call<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
      const headers = { authorization: `Bearer ${adminKey}`, "content-type": "application/json" };
      const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const reply = await app.dispatch(new Request(`http://localhost${path}`, request));
      expect(reply.status).toBe(200);
      return (await reply.json()) as T;
    },
    async [Symbol.asyncDispose]() {
      await app.stop();
      stores.close();
    },
  };
}

interface Report {
  readonly total_cost_usd: string;
  readonly rows: readonly { readonly requests: number }[];
}

const reportPath = "/v1/reports/cost?from=2026-10-01&to=2026-10-01&granularity=total";

test("an event sent again on day 40 through import counts nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "day-40-"));
  try {
    let first: Report;
    {
      await using server = await serverAt(folder, dayZero);
      await server.call("POST", "/v1/events", event);
      await expect
        .poll(() => server.call<Report>("GET", reportPath), { timeout: 10_000 })
        .toMatchObject({ rows: [{ requests: 1 }] });
      await server.call("POST", "/v1/pipeline/runs");
      first = await server.call<Report>("GET", reportPath);
      expect(first.total_cost_usd).toBe("2.5");
    }
    await using server = await serverAt(folder, (dayZero + 40 * dayMs) as Instant);
    await server.call("POST", "/v1/imports?import_id=imp_again&part=1", event);
    await server.call("POST", "/v1/pipeline/runs");
    expect(await server.call("GET", "/v1/imports/imp_again")).toMatchObject({
      status: "merged",
      new: 0,
      known: 1,
      conflicting: 0,
    });
    const again = await server.call<Report>("GET", reportPath);
    expect({ total: again.total_cost_usd, rows: again.rows }).toEqual({ total: "2.5", rows: first.rows });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
