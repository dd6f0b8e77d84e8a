import { expect, test } from "vitest";
import { driversOf, plannedSegment } from "#core/drivers/plan-state.ts";
import { reconciledWith } from "#core/drivers/reconciled.ts";
import type { SegmentUsage } from "#core/drivers/segment.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import type { Instant, Month, UsageDate } from "#core/time.ts";

const months = ["2026-12", "2027-01", "2027-02", "2027-03"] as Month[];
const day = (mean: number) => ({ mean, p025: mean, p10: mean, p50: mean, p90: mean, p975: mean });

/** 10 dollars a day in November and December, 20 in January and up to 21 February: 90 days. */
const run: ForecastRun = {
  ...{ id: "run", asOf: "2026-11-23" as UsageDate, madeAt: 0 as Instant, kind: "run" },
  scopes: [
    {
      ...{ scope: { cost_class: ["cogs"], feature: ["chat"] }, historyDays: 180, totals: [], growthPerWeek: 0 },
      days: Array.from({ length: 90 }, (_, place) => day(place < 38 ? 10 : 20)),
      confidence: { level: "high", reasons: [] } as never,
    },
  ],
};

const usage = (feature: string): SegmentUsage => ({
  ...{ feature, costClass: "cogs", activeCustomers: 100n, namedRequests: 3_000n },
  lines: [
    {
      ...{ region: "emea", provider: "openai", model: "a", serviceTier: "standard", requests: 3_000n },
      ...{ unpricedRequests: 0n, quantities: { uncached_input_tokens: 3_000_000n }, cost: parseUsd("30") as PicoUsd },
    },
  ],
});

const planned = (feature: string, requests: bigint, activeCustomers: bigint) =>
  plannedSegment(
    usage(feature),
    months.map((month) => ({
      ...{ month, requests, activeCustomers, confidence: "high", isFlat: false },
      tokenFactor: { numerator: 3n, denominator: 2n },
    })),
  );

test("a month costs what the forecast expects of its days, and beyond them what it expects of the last four weeks", () => {
  const { state, withoutForecast } = reconciledWith(run, [planned("chat", 90_000n, 100n), planned("new", 3_000n, 7n)]);
  const found = state.map(({ months: of }) => of.map(driversOf).map(({ cost }) => Number(cost) / 1e12));
  expect(found).toEqual([
    [310, 620, 560, 620],
    [45, 45, 45, 45],
  ]);
  expect(withoutForecast.map(({ feature }) => feature)).toEqual(["new"]);
});

test("calls take the difference: customers and tokens per call stay", () => {
  const [segment] = reconciledWith(run, [planned("chat", 90_000n, 100n)]).state;
  // 310 dollars at 1.5 cents a call.
  expect(segment?.months[0] && driversOf(segment.months[0])).toMatchObject({
    ...{ activeCustomers: 100n, requests: 20_667n, tokens: 31_000_000n },
  });
});

test("a month without calls that costs something in the forecast has the customers of the last ones", () => {
  const [segment] = reconciledWith(run, [planned("chat", 0n, 0n)]).state;
  expect(segment?.months[0] && driversOf(segment.months[0])).toMatchObject({
    ...{ activeCustomers: 100n, cost: parseUsd("310") },
  });
});
