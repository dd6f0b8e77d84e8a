import { describe, expect, test } from "vitest";
import { usageEvent } from "#contract/events.ts";
import { type Instant, parseInstant, type UsageDate } from "#core/time.ts";
import { type DemoEvent, demoEvents } from "#server/demo/demo-events.ts";

const firstDay = "2026-11-23" as UsageDate;
const at = (text: string) => parseInstant(text) as Instant;
const afternoon = [...demoEvents(firstDay, at("2026-11-23T15:00:00Z"))];

function sum(events: readonly DemoEvent[], of: (event: DemoEvent) => number | undefined): number {
  return events.reduce((total, event) => total + (of(event) ?? 0), 0);
}

const callsOn = (workload: string, from: string, to: string) =>
  sum(
    afternoon.filter(({ id }) => id.split("/")[1] === workload && id.slice(0, 10) >= from && id.slice(0, 10) <= to),
    (event) => event.requests,
  );

describe("the demo company of a fixed day", () => {
  test("is the same on every machine", () => {
    expect(afternoon).toHaveLength(14_992);
    expect(sum(afternoon, (event) => event.requests)).toBe(53_291_759);
    expect(sum(afternoon, (event) => event.meters.uncached_input_tokens)).toBe(88_773_342_602);
    expect(sum(afternoon, (event) => event.meters.cache_read_tokens)).toBe(10_780_260_126);
    expect(sum(afternoon, (event) => event.meters.text_output_tokens)).toBe(3_292_250_356);
    expect(sum(afternoon, (event) => event.meters.reasoning_tokens)).toBe(372_103_713);
    expect(afternoon[0]).toEqual({
      id: "2026-08-25/reply-suggestions/0/cust-us-enterprise-002",
      source: "demo-company",
      time: "2026-08-25T01:33:09.150Z",
      provider: "openai",
      model: "gpt-4o",
      requests: 810,
      meters: { uncached_input_tokens: 850_448, cache_read_tokens: 566_965, text_output_tokens: 218_091 },
      attribution: {
        ...{ team: "support", feature: "reply_suggestions", environment: "production" },
        ...{ region: "us", customer_tier: "enterprise", customer_id: "cust-us-enterprise-002" },
      },
      tags: { demo: "true" },
    });
  });

  test("begins 90 days before it and ends now", () => {
    const times = afternoon.map((event) => event.time).sort();
    expect(times[0]?.slice(0, 10)).toBe("2026-08-25");
    expect(times.at(-1)?.slice(0, 13)).toBe("2026-11-23T14");
  });

  test("has every event once, and each is one that the API takes", () => {
    expect(new Set(afternoon.map((event) => event.id)).size).toBe(afternoon.length);
    expect(afternoon.filter((event) => !usageEvent.safeParse(event).success)).toEqual([]);
  });

  test("grows: the voice agent makes more calls each month", () => {
    expect(callsOn("voice-agent", "2026-08-25", "2026-10-05")).toBe(0);
    expect(callsOn("voice-agent", "2026-10-06", "2026-10-31")).toBe(111_548);
    expect(callsOn("voice-agent", "2026-11-01", "2026-11-23")).toBe(213_041);
  });

  test("rests at the weekend", () => {
    expect(callsOn("autocomplete", "2026-11-14", "2026-11-15")).toBe(10_352 + 11_062);
    expect(callsOn("autocomplete", "2026-11-16", "2026-11-17")).toBe(84_956 + 90_175);
  });

  test("has an incident: four hours of a loop of calls in one night", () => {
    expect(callsOn("code-review", "2026-11-10", "2026-11-10")).toBe(18_258);
    expect(callsOn("code-review", "2026-11-11", "2026-11-11")).toBe(123_040);
    const loop = Map.groupBy(
      afternoon.filter(({ id }) => id.includes("/loop-")),
      ({ time }) => time.slice(11, 16),
    );
    expect([...loop].map(([time, events]) => [time, sum(events, ({ requests }) => requests)])).toEqual([
      ["01:30", 26_000],
      ["02:30", 26_000],
      ["03:30", 26_000],
      ["04:30", 26_000],
    ]);
  });

  test("upgrades a model on one day", () => {
    const models = (date: string) =>
      new Set(afternoon.filter(({ id }) => id.startsWith(`${date}/reply-suggestions/`)).map(({ model }) => model));
    expect([...models("2026-10-19")]).toEqual(["gpt-4o"]);
    expect([...models("2026-10-20")]).toEqual(["gpt-5.4-mini"]);
  });

  test("has spend that nobody has claimed, and a model without a price", () => {
    expect(afternoon.filter(({ attribution }) => attribution.feature === undefined).length).toBeGreaterThan(100);
    expect(afternoon.filter(({ model }) => model === "route-planner-tuned-7b").length).toBeGreaterThan(100);
  });
});

describe("the customers of the demo company", () => {
  const named = afternoon.filter(({ attribution }) => attribution.customer_id !== undefined);

  test("are named by all customer-facing production usage, and by no other", () => {
    const unnamed = new Set(
      afternoon.filter(({ attribution }) => attribution.customer_id === undefined).map(({ id }) => id.split("/")[1]),
    );
    expect([...unnamed].sort()).toEqual([
      ...["email-drafts", "evaluations", "notebooks", "playground", "route-planner", "staff-assistant"],
    ]);
    expect(named.every(({ attribution }) => attribution.environment === "production")).toBe(true);
  });

  test("keep their tier and region", () => {
    const homes = Map.groupBy(named, ({ attribution }) => attribution.customer_id);
    const moved = [...homes.values()].filter(
      (events) =>
        new Set(events.map(({ attribution: { region, customer_tier } }) => `${region} ${customer_tier}`)).size > 1,
    );
    expect(moved).toEqual([]);
  });

  test("become more, and slower than their calls", () => {
    const of = (month: string) => named.filter(({ time }) => time.startsWith(month));
    const customers = (month: string) => new Set(of(month).map(({ attribution }) => attribution.customer_id)).size;
    const calls = (month: string) => sum(of(month), ({ requests }) => requests);
    const adoption = customers("2026-10") / customers("2026-09");
    expect(adoption).toBeGreaterThan(1.02);
    expect(adoption).toBeLessThan(calls("2026-10") / calls("2026-09"));
  });

  test("have two among them who call more than twice as much as the next of their tier", () => {
    for (const [tier, heavy] of [
      ["pro", "cust-us-pro-005"],
      ["free", "cust-us-free-012"],
    ]) {
      const peers = named.filter(({ attribution }) => attribution.customer_tier === tier);
      const calls = [...Map.groupBy(peers, ({ attribution }) => attribution.customer_id)]
        .map(([id, events]) => ({ id, calls: sum(events, ({ requests }) => requests) }))
        .sort((a, b) => b.calls - a.calls);
      expect(calls[0]?.id).toBe(heavy);
      expect(calls[0]?.calls).toBeGreaterThan(2 * (calls[1]?.calls ?? 0));
    }
  });
});

test("a later hour and a later day add events and change none", () => {
  const nextDay = [...demoEvents(firstDay, at("2026-11-24T15:00:00Z"))];
  const known = new Set(afternoon.map(({ id }) => id));
  expect(nextDay.filter(({ id }) => known.has(id))).toEqual(afternoon);
  expect(nextDay.length).toBeGreaterThan(afternoon.length);
});

test("the days from one on are those of the whole", () => {
  const from = "2026-11-20" as UsageDate;
  expect([...demoEvents(firstDay, at("2026-11-23T15:00:00Z"), from)]).toEqual(afternoon.filter(({ id }) => id >= from));
});
