import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CostReportQuery, makeCostReport } from "#app/cost-report.ts";
import { makePostSpend } from "#app/post-spend.ts";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { cellOf, cellsOf, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { entriesOf } from "../fakes/entries.ts";
import { memorySpend } from "../fakes/memory-spend.ts";
import { memoryClosedDays } from "../fakes/memory-stores.ts";
import { at, event } from "../fakes/usage.ts";

const now = at("2026-11-23T12:00:00Z");
const day = (text: string) => text as UsageDate;

function setUp() {
  const spend = memorySpend();
  const closedDays = memoryClosedDays();
  const report = makeCostReport({ spend, closedDays, clock: () => now });
  let sequence = 0;
  const post = async (...events: UsageEvent[]) => {
    const changes = (await entriesOf(events)).map((entry) => ({ shard: "s", sequence: String(++sequence), entry }));
    await makePostSpend({ spend, clock: () => now })("s", changes);
  };
  const pack = async (date: string, generation: number, ...events: UsageEvent[]) =>
    closedDays.write([{ usageDate: day(date), generation, cells: cellsOf(await entriesOf(events)) }]);
  return { spend, closedDays, report, post, pack };
}

const query = (changes: Partial<CostReportQuery> = {}): CostReportQuery => ({
  from: day("2026-11-01"),
  to: day("2026-11-30"),
  granularity: "total",
  groupBy: [],
  filters: {},
  ...changes,
});

let ids = 0;
function call(date: string, team?: string, changes: Partial<UsageEvent> = {}): UsageEvent {
  const { team: _, ...claimed } = event().claimed;
  return event({
    id: `call-${++ids}`,
    time: at(`${date}T10:00:00Z`),
    claimed: team === undefined ? claimed : { ...claimed, team },
    ...changes,
  });
}

describe("rows", () => {
  test("daily by team: a row per day and team, by date and then team", async () => {
    const { report, post } = setUp();
    await post(call("2026-11-22", "b"), call("2026-11-23", "a"), call("2026-11-22", "a"), call("2026-11-22", "b"));
    const { rows } = await report(query({ granularity: "daily", groupBy: ["team"] }));
    expect(rows.map(({ date, dimensions, sums }) => [date, dimensions, sums.cost])).toEqual([
      ["2026-11-22", { team: "a" }, 8_000_000_000n],
      ["2026-11-22", { team: "b" }, 16_000_000_000n],
      ["2026-11-23", { team: "a" }, 8_000_000_000n],
    ]);
    expect(rows[1]?.sums).toEqual({
      cost: 16_000_000_000n,
      listCost: 16_000_000_000n,
      requests: 2n,
      entries: 2n,
      quantities: { uncached_input_tokens: 2_000n, text_output_tokens: 400n },
    });
  });

  test("by several dimensions they are in the order asked for, the second deciding among equals of the first", async () => {
    const { report, post } = setUp();
    await post(
      call("2026-11-23", "b", { requests: 2 }),
      call("2026-11-23", "a", { serviceTier: "standard" }),
      call("2026-11-23", "a", { serviceTier: "batch" }),
    );
    const { rows } = await report(query({ groupBy: ["team", "service_tier"] }));
    expect(rows.map(({ date, dimensions }) => [date, dimensions])).toEqual([
      [null, { team: "a", service_tier: "batch" }],
      [null, { team: "a", service_tier: "standard" }],
      [null, { team: "b", service_tier: "standard" }],
    ]);
  });

  test("monthly: days of a month together", async () => {
    const { report, post } = setUp();
    await post(call("2026-10-31", "a"), call("2026-11-01", "a"), call("2026-11-23", "a"));
    const { rows } = await report(query({ from: day("2026-10-01"), granularity: "monthly" }));
    expect(rows.map(({ date, dimensions, sums }) => [date, dimensions, sums.requests])).toEqual([
      ["2026-10", {}, 1n],
      ["2026-11", {}, 2n],
    ]);
  });

  test("the first and the last day are in, the days around are not", async () => {
    const { report, post } = setUp();
    await post(...["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"].map((date) => call(date, "a")));
    const { rows } = await report(query({ from: day("2026-11-20"), to: day("2026-11-21"), granularity: "daily" }));
    expect(rows.map(({ date }) => date)).toEqual(["2026-11-20", "2026-11-21"]);
  });

  test("a range that ends before it begins is empty", async () => {
    const { spend, report, post } = setUp();
    await post(call("2026-11-23", "a"));
    const { rows, totals } = await report(query({ from: day("2026-11-24"), to: day("2026-11-22") }));
    expect([rows, totals.entries, spend.reads]).toEqual([[], 0n, []]);
  });

  test("a filter takes the values it names, of each dimension that it names", async () => {
    const { report, post } = setUp();
    await post(
      call("2026-11-23", "a"),
      call("2026-11-23", "b", { serviceTier: "batch" }),
      call("2026-11-23", "c"),
      call("2026-11-23", "a", { serviceTier: "batch" }),
    );
    const filters = { team: ["a", "b"], service_tier: ["batch"] };
    const { rows, totals } = await report(query({ groupBy: ["team"], filters }));
    expect(rows.map(({ dimensions, sums }) => [dimensions.team, sums.cost])).toEqual([
      ["a", 4_000_000_000n],
      ["b", 4_000_000_000n],
    ]);
    expect(totals).toMatchObject({ cost: 8_000_000_000n, listCost: 16_000_000_000n, entries: 2n });
  });
});

describe("totals", () => {
  test("show what is unallocated, unpriced and estimated, whatever is asked for", async () => {
    const { report, post } = setUp();
    await post(
      call("2026-11-23", "a"),
      call("2026-11-23"),
      call("2026-11-23", "a", { model: "nobody-knows", requests: 5 }),
      call("2026-11-23", undefined, { quantitiesEstimated: true, requests: 3 }),
    );
    const { byClass: _, ...totals } = (await report(query({ groupBy: ["model"] }))).totals;
    expect(totals).toEqual({
      cost: 24_000_000_000n,
      listCost: 24_000_000_000n,
      requests: 10n,
      entries: 4n,
      unallocated: { cost: 16_000_000_000n, listCost: 16_000_000_000n, requests: 4n, entries: 2n },
      unpriced: { cost: 0n, listCost: 0n, requests: 5n, entries: 1n },
      estimated: { cost: 8_000_000_000n, listCost: 8_000_000_000n, requests: 3n, entries: 1n },
    });
  });

  test("tell the cost classes apart, whatever is asked for: they sum to the total", async () => {
    const { report, post } = setUp();
    const claimed = { ...event().claimed, team: "b", environment: "staging" } as const;
    await post(call("2026-11-22", "a"), call("2026-11-23", "a", { claimed }), call("2026-11-23", "b", { claimed }));
    const one = { cost: 8_000_000_000n, listCost: 8_000_000_000n, requests: 1n, entries: 1n };
    const two = { cost: 16_000_000_000n, listCost: 16_000_000_000n, requests: 2n, entries: 2n };
    const { totals } = await report(query({ groupBy: ["cost_class", "team"], filters: { team: ["a", "b"] } }));
    expect(totals.byClass).toEqual(
      new Map([
        ["cogs", one],
        ["rnd", two],
      ]),
    );
    expect(totals.cost).toBe(24_000_000_000n);
  });

  test.each(["team", "feature", "environment", "region", "customer_tier"] as const)(
    "an event without %s is unallocated",
    async (dimension) => {
      const { report, post } = setUp();
      const { [dimension]: _, ...claimed } = event().claimed;
      await post(call("2026-11-23", "a", { claimed }), call("2026-11-23", "a"));
      expect((await report(query())).totals.unallocated.entries).toBe(1n);
    },
  );
});

describe("where a day is read from", () => {
  test("a closed day with a pack of the present generation: from the pack", async () => {
    const { spend, report, post, pack } = setUp();
    await pack("2026-11-20", 0, call("2026-11-20", "packed"));
    await post(call("2026-11-22", "open"));
    const { rows } = await report(query({ granularity: "daily", groupBy: ["team"] }));
    expect(rows.map(({ date, dimensions }) => [date, dimensions.team])).toEqual([
      ["2026-11-20", "packed"],
      ["2026-11-22", "open"],
    ]);
    expect(spend.reads).toEqual([
      ["2026-11-01", "2026-11-19"],
      ["2026-11-21", "2026-11-30"],
    ]);
  });

  test("a closed day that was touched since it was packed: from its cells", async () => {
    const { report, post, pack } = setUp();
    const early = call("2026-11-20", "early");
    await pack("2026-11-20", 0, early);
    await post(early, call("2026-11-20", "late"));
    const teams = async () => (await report(query({ groupBy: ["team"] }))).rows.map((row) => row.dimensions.team);
    expect(await teams()).toEqual(["early", "late"]);
    await pack("2026-11-20", 1, call("2026-11-20", "repacked"));
    expect(await teams()).toEqual(["repacked"]);
  });

  test("an open day is never read from a pack", async () => {
    const { report, post, pack } = setUp();
    await pack("2026-11-22", 0, call("2026-11-22", "packed"));
    await pack("2026-11-21", 0, call("2026-11-21", "packed"));
    await post(call("2026-11-22", "cell"));
    const { rows } = await report(query({ granularity: "daily", groupBy: ["team"] }));
    expect(rows.map(({ date, dimensions }) => [date, dimensions.team])).toEqual([
      ["2026-11-21", "packed"],
      ["2026-11-22", "cell"],
    ]);
  });

  test("a day older than the cells: from its pack, whatever its generation; without one, from cells", async () => {
    const { spend, report, post, pack } = setUp();
    await post(call("2026-10-23", "cell"), call("2026-10-22", "cell"));
    await pack("2026-10-23", 7, call("2026-10-23", "packed"));
    const { rows } = await report(
      query({ from: day("2026-10-22"), to: day("2026-10-23"), granularity: "daily", groupBy: ["team"] }),
    );
    expect(rows.map(({ date, dimensions }) => [date, dimensions.team])).toEqual([
      ["2026-10-22", "cell"],
      ["2026-10-23", "packed"],
    ]);
    expect(spend.reads).toEqual([["2026-10-22", "2026-10-22"]]);
  });

  test("the thirtieth day back still asks for the generation", async () => {
    const { report, post, pack } = setUp();
    await post(call("2026-10-24", "cell"));
    await pack("2026-10-24", 0, call("2026-10-24", "packed"));
    const { rows } = await report(query({ from: day("2026-10-24"), groupBy: ["team"] }));
    expect(rows.map(({ dimensions }) => dimensions.team)).toEqual(["cell"]);
  });
});

test("packed or not, grouped and filtered anyhow, it is the sum of the entries", async () => {
  const tiers = ["standard", "batch"] as const;
  const events = fc.array(
    fc.record({ day: fc.integer({ min: 1, max: 23 }), team: fc.nat(2), tier: fc.nat(1), known: fc.boolean() }),
    { maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.subarray([...SPEND_DIMENSIONS]),
      fc.subarray(["team-0", "team-1", "unallocated"]),
      fc.constantFrom("daily" as const, "monthly" as const, "total" as const),
      fc.integer({ min: 0, max: 21 }),
      async (sketches, groupBy, teams, granularity, packedUpTo) => {
        const { report, post, pack } = setUp();
        const sent = sketches.map((one) =>
          call(`2026-11-${String(one.day).padStart(2, "0")}`, one.team === 2 ? undefined : `team-${one.team}`, {
            serviceTier: tiers[one.tier] ?? "standard",
            model: one.known ? "big" : "small",
          }),
        );
        const cells = (await entriesOf(sent)).map(cellOf);
        await post(...sent);
        for (let d = 1; d <= packedUpTo; d++) {
          const date = `2026-11-${String(d).padStart(2, "0")}`;
          await pack(date, 1, ...sent.filter(({ time }) => new Date(time).toISOString().startsWith(date)));
        }
        const filters = teams.length > 0 ? { team: teams } : {};
        const { rows, totals } = await report(query({ granularity, groupBy, filters }));

        const wanted = new Map<string, bigint>();
        const kept = cells.filter(({ dimensions }) => teams.length === 0 || teams.includes(dimensions.team));
        const label = (cell: SpendCell) =>
          ({ daily: cell.usageDate, monthly: cell.usageDate.slice(0, 7), total: null })[granularity];
        for (const cell of kept) {
          const key = JSON.stringify([label(cell), ...groupBy.map((name) => cell.dimensions[name])]);
          wanted.set(key, (wanted.get(key) ?? 0n) + cell.sums.cost);
        }
        const found = rows.map(({ date, dimensions, sums }): [string, bigint] => [
          JSON.stringify([date, ...groupBy.map((name) => dimensions[name])]),
          sums.cost,
        ]);
        expect(found).toEqual([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
        expect(totals.cost).toBe(kept.reduce((sum, { sums }) => sum + sums.cost, 0n));
        expect(totals.entries).toBe(BigInt(kept.length));
      },
    ),
    { numRuns: 60 },
  );
});
