import { expect, test } from "vitest";
import type { BudgetState } from "#core/budget-state.ts";
import type { CostClass } from "#core/dimensions.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import type { PicoUsd } from "#core/money.ts";
import { type SpendOfPeriod, type Summarized, summaryReading } from "#core/summary.ts";
import type { Instant, UsageDate } from "#core/time.ts";

const usd = (amount: number) => (BigInt(Math.round(amount * 100)) * 10_000_000_000n) as PicoUsd;
const date = (text: string) => text as UsageDate;

function spend(byClass: Readonly<Partial<Record<CostClass, number>>>, byFeature: Readonly<Record<string, number>>) {
  const amounts = Object.entries(byClass).map(([name, amount]) => [name as CostClass, usd(amount)] as const);
  return {
    total: usd(Object.values(byClass).reduce((sum, amount) => sum + amount, 0)),
    requests: 1_000n,
    byClass: new Map(amounts),
    byFeature: new Map(Object.entries(byFeature).map(([name, amount]) => [name, usd(amount)])),
    unallocated: usd(11),
    unpricedRequests: 25n,
  } satisfies SpendOfPeriod;
}

const budget: BudgetState = {
  budget: { id: "search", owner: "Ada", scope: {}, period: "month", amount_usd: "1000", when_used_up: "warn" },
  ...{ from: date("2026-11-01"), to: date("2026-11-30"), amount: usd(1000), spent: usd(832.5), spentToday: usd(1) },
  ...{ byClass: new Map(), evaluated: "live", asOf: 0 as Instant },
};

const week: Summarized = {
  kind: "week",
  period: { from: date("2026-11-16"), to: date("2026-11-22") },
  spend: spend({ cogs: 110, rnd: 0.5 }, { chat: 100, triage: 10.5 }),
  before: spend({ cogs: 100, rnd: 1 }, { chat: 50, triage: 11, mails: 40 }),
  budgets: [budget],
  forecast: undefined,
  today: date("2026-11-23"),
  ...{ spentThisMonth: usd(224), spentToday: usd(4) },
  unresolved: [],
  firing: [],
  isFinal: false,
};

const factOf = (reading: ReturnType<typeof summaryReading>, label: string) =>
  reading.facts.find((fact) => fact.label === label)?.value;

test("a week's summary says period, currency and that it is preliminary, and is told once of its period", () => {
  const reading = summaryReading(week);
  expect(reading).toMatchObject({
    rule: { kind: "weekly_summary", subject: "all spend", period: "2026-11-16/2026-11-22", threshold: null },
    title: "AI spend of the week 2026-11-16 to 2026-11-22: 110.50 USD",
    isNotice: true,
  });
  const standing = "preliminary: its last days may still get late usage";
  expect(factOf(reading, "Period")).toBe(`week 2026-11-16 to 2026-11-22 (UTC days), in USD; ${standing}`);
  expect(factOf(summaryReading({ ...week, isFinal: true }), "Period")).toMatch(/in USD; final$/);
  expect(summaryReading({ ...week, kind: "month" }).rule.kind).toBe("monthly_summary");
});

test("spend is told by cost class with its change, the classes apart", () => {
  const reading = summaryReading(week);
  expect(factOf(reading, "All spend")).toBe("110.50 USD, +9.50 USD (+9.4 %) against the week before");
  expect(factOf(reading, "Class cogs")).toBe("110.00 USD, +10.00 USD (+10.0 %)");
  expect(factOf(reading, "Class rnd")).toBe("0.50 USD, -0.50 USD (-50.0 %)");
  expect(factOf(reading, "Class g_and_a")).toBeUndefined();
});

test("the three largest changes by feature, each way; budgets; what is not allocated or priced", () => {
  const reading = summaryReading(week);
  expect(factOf(reading, "Top changes")).toBe("chat +50.00 USD; mails -40.00 USD; triage -0.50 USD");
  expect(factOf(reading, "Budgets now")).toBe("search: 832.50 of 1,000.00 USD, 83.2 %, in 2026-11-01 to 2026-11-30");
  expect(factOf(reading, "Unallocated")).toBe("11.00 USD, 10.0 % of the spend");
  expect(factOf(reading, "Unpriced")).toBe("25 of 1000 requests, 2.5 %: in no sum");
  expect(factOf(reading, "Anomalies since")).toBe("none unresolved");
  expect(factOf(reading, "Firing now")).toBe("none");
  expect(factOf(reading, "This month")).toBe(
    "not known: there is no forecast yet: the next run of the pipeline makes one",
  );
});

test("what the month is expected to cost counts today once: 220 USD before it, and 8 days at 10 USD", () => {
  const ten = { mean: 10, p025: 10, p10: 10, p50: 10, p90: 10, p975: 10 };
  const days = Array.from({ length: 30 }, () => ten);
  const totals = days.map((_, i) => ({ ...ten, mean: 10 * (i + 1), p10: 9 * (i + 1), p90: 11 * (i + 1) }));
  const scope = {
    scope: {},
    historyDays: 90,
    days,
    totals,
    growthPerWeek: 0,
    confidence: { level: "high", reasons: [] },
  };
  const run = { id: "f", asOf: date("2026-11-22"), madeAt: 0 as Instant, kind: "run", scopes: [scope] };
  const reading = summaryReading({ ...week, forecast: run as unknown as ForecastRun });
  expect(factOf(reading, "This month")).toBe(
    "300.00 USD expected by 2026-11-30, all classes (80 % interval 292.00 to 308.00 USD, high confidence)",
  );
});
