import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { event, openDoor } from "./door.ts";

const document = {
  cost_classes: [
    {
      ...{ id: "t", from: "2026-01-01", approved_by: "cfo", reason: "r" },
      rows: [{ environment: ["production"], cost_class: "cogs" }, { cost_class: "rnd" }],
    },
  ],
  shared_costs: [
    {
      ...{ id: "gateway", scope: { feature: ["gateway"] }, from: "2026-01-01" },
      split: { by: "usage", measure: "tokens", of: { feature: ["chat"] } },
    },
  ],
  fixed_costs: [
    ...[{ id: "seats", vendor: "v", team: "search", cost_class: "rnd", usd_per_month: "30", from: "2026-11-01" }],
  ],
};

let door: Awaited<ReturnType<typeof openDoor>>;
const json = async (path: string, key?: string) => {
  const reply = await door.send("GET", path, key === undefined ? {} : { key });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
};

const usage = (id: string, team: string, feature: string, tokens: number, more: object = {}) =>
  event({
    ...{ id, meters: { uncached_input_tokens: tokens } },
    attribution: { team, feature, environment: "production", region: "emea", customer_tier: "pro" },
    ...more,
  });

beforeAll(async () => {
  door = await openDoor();
  const plan = await (await door.send("POST", "/v1/config/plan", { json: document })).json();
  const { revision } = plan as { revision: string };
  const applied = await door.send("POST", "/v1/config/apply", { json: { document, expected_revision: revision } });
  expect(applied.status).toBe(200);
  // gpt-4o: 2.50 USD per million.
  const events = [
    usage("1", "platform", "gateway", 4_000_000),
    usage("2", "search", "chat", 3_000_000),
    usage("3", "support", "chat", 1_000_000),
    usage("4", "support", "chat", 1, { model: "nobody-knows" }),
    usage("5", "platform", "gateway", 400_000, { time: "2026-11-22T10:00:00Z" }),
  ];
  const sent = await door.send("POST", "/v1/events", { json: { events } });
  expect(sent.status).toBe(200);
  await vi.waitFor(
    async () => {
      const { body } = await json("/v1/reports/cost?from=2026-11-22&to=2026-11-23");
      expect(body.total_cost_usd).toBe("21");
    },
    { timeout: 5_000 },
  );
});
afterAll(() => door[Symbol.asyncDispose]());

test("direct, shared and fixed cost stand by team and class, and sum to what was metered and the fixed costs", async () => {
  const { body } = await json("/v1/reports/allocation?from=2026-11-22&to=2026-11-23");
  const line = (team: string, cost_class: string, [direct, shared, fixed, total]: readonly string[]) => ({
    ...{
      team,
      cost_class,
      direct_cost_usd: direct,
      shared_cost_usd: shared,
      fixed_cost_usd: fixed,
      total_cost_usd: total,
    },
    shared_costs: shared === "0" ? [] : [{ id: "gateway", cost_usd: shared }],
  });
  const sums = (direct: string, shared: string, fixed: string, total: string) => ({
    ...{ direct_cost_usd: direct, shared_cost_usd: shared, fixed_cost_usd: fixed, total_cost_usd: total },
  });
  expect(body).toMatchObject({
    rows: [
      line("platform", "cogs", ["1", "0", "0", "1"]),
      line("search", "cogs", ["7.5", "7.499998125", "0", "14.999998125"]),
      line("search", "rnd", ["0", "0", "2", "2"]),
      line("support", "cogs", ["2.5", "2.500001875", "0", "5.000001875"]),
    ],
    ...sums("11", "10", "2", "23"),
    cost_classes: [
      { cost_class: "cogs", ...sums("11", "10", "0", "21") },
      { cost_class: "rnd", ...sums("0", "0", "2", "2") },
    ],
    unsplit: [{ id: "gateway", date: "2026-11-22", team: "platform", cost_usd: "1" }],
    unpriced: { requests: 1, cost_usd: "0" },
  });
});

test("rows come by day, page by page", async () => {
  const path = "/v1/reports/allocation?from=2026-11-22&to=2026-11-23&granularity=daily&limit=2";
  const dates: unknown[] = [];
  let cursor: unknown = "";
  for (let page = 0; page < 4 && cursor !== null; page++) {
    const { body } = await json(`${path}${cursor === "" ? "" : `&cursor=${cursor}`}`);
    expect(body.row_count).toBe(5);
    dates.push(...(body.rows as { date: string; team: string }[]).map(({ date, team }) => `${date} ${team}`));
    cursor = body.next_cursor;
  }
  expect(dates).toEqual([
    "2026-11-22 platform",
    "2026-11-22 search",
    "2026-11-23 search",
    "2026-11-23 search",
    "2026-11-23 support",
  ]);
});

test("a key that is confined to a team sees what that team bears, and nothing of the others", async () => {
  const key = await door.createKey({ role: "viewer", teams: ["support"] });
  const { body } = await json("/v1/reports/allocation?from=2026-11-22&to=2026-11-23", key);
  expect(JSON.stringify(body)).not.toMatch(/search|platform/);
  expect(body).toMatchObject({
    ...{ row_count: 1, total_cost_usd: "5.000001875", unsplit: [] },
    unpriced: { requests: 1 },
  });
});

test("the cost report tells its total by class, whatever it is grouped by", async () => {
  const { body } = await json("/v1/reports/cost?from=2026-11-22&to=2026-11-23&group_by=team&granularity=total");
  expect(body.cost_classes).toEqual([
    { cost_class: "cogs", cost_usd: "21", list_cost_usd: "21", requests: 5, entries: 5 },
  ]);
});

test("days that are none are refused", async () => {
  expect(await json("/v1/reports/allocation?from=2026-11-23&to=2026-11-22")).toMatchObject({
    status: 400,
    body: { error: { fields: [{ path: "query.to" }] } },
  });
});
