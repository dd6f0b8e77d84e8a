import { expect, test, vi } from "vitest";
import { event, openDoor } from "./door.ts";

type Door = Awaited<ReturnType<typeof openDoor>>;

interface Report {
  readonly rows: readonly Record<string, string | number>[];
  readonly next_cursor: string | null;
  readonly total_cost_usd: string;
}

async function report(door: Door, query: string): Promise<Report> {
  const reply = await door.send("GET", `/v1/reports/cost?from=2026-11-20&to=2026-11-23&${query}`);
  expect(reply.status).toBe(200);
  return (await reply.json()) as Report;
}

/** 1,000,000 output tokens of gpt-4o: $10 each. */
const tenDollars = { meters: { text_output_tokens: 1_000_000 } };

async function withSpend(): Promise<Door> {
  const door = await openDoor();
  const of = (id: string, feature: string, change: object = {}) =>
    event({ ...tenDollars, id, attribution: { ...event().attribution, feature }, ...change });
  const events = [
    of("1", "chat"),
    of("2", "chat", { time: "2026-11-22T23:59:59.999Z" }),
    of("3", "answers"),
    of("4", "answers", { model: "nobody-knows-it" }),
    event({ ...tenDollars, id: "5", attribution: {} }),
  ];
  expect((await door.send("POST", "/v1/events", { json: { events } })).status).toBe(200);
  await vi.waitFor(async () => expect((await report(door, "")).total_cost_usd).toBe("40"), { timeout: 2_000 });
  return door;
}

test("rows by day and dimension, exact, with unallocated and unpriced spend among them", async () => {
  await using door = await withSpend();
  const { rows, ...rest } = await report(door, "group_by=feature,price_status");
  const row = (date: string, feature: string, price_status: string, cost_usd: string) => ({
    ...{ date, feature, price_status, cost_usd, list_cost_usd: cost_usd, requests: 1, entries: 1 },
    text_output_tokens: 1_000_000,
  });
  expect(rows).toEqual([
    row("2026-11-22", "chat", "priced", "10"),
    row("2026-11-23", "answers", "priced", "10"),
    row("2026-11-23", "answers", "unpriced", "0"),
    row("2026-11-23", "chat", "priced", "10"),
    row("2026-11-23", "unallocated", "priced", "10"),
  ]);
  expect(rest).toMatchObject({
    total_cost_usd: "40",
    row_count: 5,
    next_cursor: null,
    unallocated: { entries: 1, requests: 1, cost_usd: "10" },
    unpriced: { entries: 1, requests: 1, cost_usd: "0" },
    demo: false,
  });
});

test("pages meet without a gap or a repeat, and each knows the whole total", async () => {
  await using door = await withSpend();
  const whole = await report(door, "group_by=feature,price_status");
  const rows: unknown[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 10 && (page === 0 || cursor); page++) {
    const part: Report = await report(
      door,
      `group_by=feature,price_status&limit=2${cursor ? `&cursor=${cursor}` : ""}`,
    );
    expect(part.rows.length).toBeLessThanOrEqual(2);
    expect(part.total_cost_usd).toBe("40");
    rows.push(...part.rows);
    cursor = part.next_cursor;
  }
  expect(rows).toEqual(whole.rows);
});

test("filters, months and totals", async () => {
  await using door = await withSpend();
  expect((await report(door, "feature=chat&feature=unallocated&granularity=total")).rows).toMatchObject([
    { cost_usd: "30" },
  ]);
  expect((await report(door, "feature=none")).rows).toEqual([]);
  expect((await report(door, "granularity=monthly&group_by=team")).rows).toMatchObject([
    { date: "2026-11", team: "search", cost_usd: "30" },
    { date: "2026-11", team: "unallocated", cost_usd: "10" },
  ]);
});

test("an explanation shows every charge with its rate and where that comes from", async () => {
  await using door = await openDoor();
  await door.send("POST", "/v1/events", { json: event() });
  const reply = await door.send("GET", "/v1/explanations?source=my-service&id=call-1");
  expect(await reply.json()).toMatchObject({
    cost_usd: "0.0042",
    entries: [
      {
        kind: "usage",
        price_status: "priced",
        charges: [
          {
            meter: "uncached_input_tokens",
            quantity: 1200,
            usd_per_million: "2.5",
            list_price_source: expect.stringMatching(/^genai-prices [\d.]+ and litellm [\d.]+$/),
            cost_usd: "0.003",
          },
          { meter: "text_output_tokens", quantity: 120, usd_per_million: "10", cost_usd: "0.0012" },
        ],
      },
    ],
  });
  expect((await door.send("GET", "/v1/explanations?source=my-service&id=none")).status).toBe(404);
});

test("the state tells whose data it is, and what is unpriced and unallocated", async () => {
  await using door = await withSpend();
  expect(await (await door.send("GET", "/v1/status")).json()).toMatchObject({
    data: "own",
    unpriced: { entries: 1, cost_usd: "0" },
    unallocated: { entries: 1, cost_usd: "10" },
  });
});
