import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeClient } from "#contract/client.ts";
import { routes } from "#contract/routes.ts";
import { type Instant, parseInstant, type UsageDate } from "#core/time.ts";
import { compose } from "#server/compose.ts";
import { demoEvents } from "#server/demo/demo-events.ts";
import { loadDemo } from "#server/demo/load-demo.ts";
import { openStores } from "#server/stores.ts";

const adminKey = "demo-test-key";
const firstDay = "2026-11-23" as UsageDate;
const at = (text: string) => parseInstant(text) as Instant;

/** The whole product on a folder, at a moment that the test sets. */
async function openDemo() {
  const folder = mkdtempSync(join(tmpdir(), "demo-"));
  let now = at("2026-11-23T15:00:00Z");
  const clock = () => now;
  const stores = await openStores(folder, clock);
  const log = (what: string, error: unknown) => process.stderr.write(`${what}: ${error}\n`);
  const app = compose({ stores, clock, adminKey, demo: true, log });
  const client = makeClient(routes, {
    ...{ baseUrl: "http://demo.invalid", key: adminKey },
    fetch: (url, request) => app.dispatch(new Request(url, request)),
  });
  return {
    /** What one start at this moment sends. */
    start: async (moment: string) => {
      now = at(moment);
      const sent = await loadDemo({ dispatch: app.dispatch, adminKey, folder, now: clock });
      await app.runPipeline();
      return sent;
    },
    report: async (groupBy: string) => {
      const query = { from: "2026-08-25", to: "2026-11-24", group_by: groupBy, granularity: "total" } as const;
      const reply = await client.costReport({ query });
      if (reply.status !== 200) throw new Error(JSON.stringify(reply.body));
      return reply.body;
    },
    [Symbol.asyncDispose]: async () => {
      await app.stop();
      await stores.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function requestsUpTo(moment: string): number {
  return [...demoEvents(firstDay, at(moment))].reduce((sum, event) => sum + event.requests, 0);
}

const requestsIn = (rows: readonly { requests: number }[]) => rows.reduce((sum, row) => sum + row.requests, 0);

test("the demo goes in whole, adds nothing when it is started again, and the hours since on a later day", async () => {
  await using demo = await openDemo();
  expect(await demo.start("2026-11-23T15:00:00Z")).toBe(14_992);
  const first = await demo.report("team");
  expect(first.demo).toBe(true);
  expect(requestsIn(first.rows)).toBe(53_291_759);

  await demo.start("2026-11-23T15:00:00Z");
  expect(await demo.report("team")).toEqual(first);

  await demo.start("2026-11-24T09:00:00Z");
  expect(requestsIn((await demo.report("team")).rows)).toBe(requestsUpTo("2026-11-24T09:00:00Z"));
});

test("the demo shows spend that nobody has claimed, estimated costs, and usage without a price", async () => {
  await using demo = await openDemo();
  await demo.start("2026-11-23T15:00:00Z");
  const features = (await demo.report("feature")).rows;
  expect(Number(features.find(({ feature }) => feature === "unallocated")?.cost_usd)).toBeGreaterThan(100);
  const statuses = (await demo.report("price_status")).rows;
  expect(statuses.map(({ price_status }) => price_status).sort()).toEqual(["estimated", "priced", "unpriced"]);
  expect(statuses.find(({ price_status }) => price_status === "unpriced")?.cost_usd).toBe("0");
});
