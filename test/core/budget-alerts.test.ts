import { describe, expect, test } from "vitest";
import type { AlertReading } from "#core/alert.ts";
import { budgetReadings, burnReadings } from "#core/budget-alerts.ts";
import { type Projection, projectSpend } from "#core/budget-forecast.ts";
import type { BudgetState } from "#core/budget-state.ts";
import type { Budget } from "#core/config.ts";
import type { DailyForecast, Expected } from "#core/forecast/forecast-daily.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import type { Instant, UsageDate } from "#core/time.ts";

const usd = (text: string) => parseUsd(text) as PicoUsd;
const date = (text: string) => text as UsageDate;
const today = date("2026-11-28");

function stateOf(spent: string, changes: Partial<BudgetState> = {}, budget: Partial<Budget> = {}): BudgetState {
  return {
    budget: {
      ...{ id: "support", owner: "Ines", scope: { team: ["support"] }, period: "month", amount_usd: "1000" },
      ...{ when_used_up: "warn", ...budget },
    },
    ...{ from: date("2026-11-01"), to: date("2026-11-30"), amount: usd("1000"), spent: usd(spent) },
    ...{ spentToday: usd("0"), byClass: new Map([["cogs", usd(spent)]]), evaluated: "live" },
    asOf: Date.parse("2026-11-28T09:00:00Z") as Instant,
    ...changes,
  };
}

const expected = (mean: number, margin: number): Expected => ({
  ...{ mean, p50: mean, p10: mean - margin, p90: mean + margin, p025: mean - 2 * margin, p975: mean + 2 * margin },
});

/** 50 USD on each day after `asOf`, give or take 10 a day. */
function runOf(asOf: string, scope: Budget["scope"] = { team: ["support"] }, days = 90): ForecastRun {
  const forecast: DailyForecast = {
    days: Array.from({ length: days }, () => expected(50, 10)),
    totals: Array.from({ length: days }, (_, i) => expected(50 * (i + 1), 10 * (i + 1))),
    ...{ growthPerWeek: 0, confidence: { level: "medium", reasons: ["few_weeks"] } },
  };
  const scopes = [{ scope, historyDays: 60, ...forecast }];
  return { id: "r", asOf: date(asOf), madeAt: 0 as Instant, kind: "run", scopes };
}

describe("what a budget will have spent", () => {
  test("is what it has spent and what is expected of the days that are left", () => {
    expect(projectSpend(stateOf("800"), runOf("2026-11-27"), today)).toEqual({
      ...{ status: "projected", mean: usd("950"), p10: usd("920"), p90: usd("980") },
      ...{ usedUpOn: null, asOf: "2026-11-27", confidence: "medium" },
    });
  });

  test("counts today once: as it is where it has cost more than was expected, and as expected where less", () => {
    const project = (spentToday: string) =>
      projectSpend(stateOf("800", { spentToday: usd(spentToday) }), runOf("2026-11-27"), today);
    expect(project("20")).toMatchObject({ mean: usd("930"), p10: usd("900"), p90: usd("960") });
    expect(project("80")).toMatchObject({ mean: usd("900"), p10: usd("870"), p90: usd("930") });
  });

  test("names the day on which the amount is reached", () => {
    expect(projectSpend(stateOf("860"), runOf("2026-11-27"), today)).toMatchObject({ usedUpOn: "2026-11-30" });
    expect(projectSpend(stateOf("1000"), runOf("2026-11-27"), today)).toMatchObject({ usedUpOn: null });
  });

  test("is made from a forecast of some days ago too, without its days that are over", () => {
    expect(projectSpend(stateOf("800"), runOf("2026-11-25"), today)).toMatchObject({
      ...{ mean: usd("950"), p10: usd("920"), p90: usd("980"), asOf: "2026-11-25" },
    });
  });

  test.each<[string, BudgetState, ForecastRun | undefined, RegExp]>([
    ["without a forecast", stateOf("1"), undefined, /^there is no forecast yet/],
    ["without one of its scope", stateOf("1"), runOf("2026-11-27", {}), /^this scope has no forecast yet/],
    [
      "beyond the horizon",
      stateOf("1", { to: date("2027-12-31") }),
      runOf("2026-11-27"),
      /^the forecast of 2026-11-27 reaches 90 days, to 2027-02-25; the period ends 2027-12-31$/,
    ],
    ["of customers", stateOf("1", {}, { customer_id: ["acme"] }), runOf("2026-11-27"), /^budgets of customers/],
  ])("is not told %s", (_, state, run, reason) => {
    expect(projectSpend(state, run, today)).toEqual({ status: "none", reason: expect.stringMatching(reason) });
  });
});

const unknown: Projection = { status: "none", reason: "there is no forecast yet" };

describe("readings of a budget", () => {
  const thresholdsOf = (state: BudgetState, projection: Projection = unknown) =>
    budgetReadings(state, projection).reached.map(({ rule, severity }) => [rule.kind, rule.threshold, severity]);

  test("are of the thresholds that are reached, the usual ones unless it names its own", () => {
    const projection = projectSpend(stateOf("960"), runOf("2026-11-27"), today);
    expect(thresholdsOf(stateOf("799.999999999999"))).toEqual([]);
    expect(thresholdsOf(stateOf("800"))).toEqual([["budget_actual", "80 %", "warning"]]);
    expect(thresholdsOf(stateOf("1000"), projection)).toEqual([
      ["budget_actual", "80 %", "warning"],
      ["budget_actual", "100 %", "critical"],
      ["budget_forecast", "100 %", "warning"],
    ]);
    const own = stateOf("250", {}, { thresholds: [{ on: "actual", amount_usd: "250", severity: "info" }] });
    expect(thresholdsOf(own)).toEqual([["budget_actual", "250 USD", "info"]]);
  });

  test("on a forecast of low confidence wait for the lower end of its interval", () => {
    const on = (p10: string) =>
      thresholdsOf(stateOf("700"), {
        ...{ status: "projected", mean: usd("1100"), p10: usd(p10), p90: usd("1500"), usedUpOn: null },
        ...{ asOf: date("2026-11-27"), confidence: "low" },
      });
    expect(on("999.99")).toEqual([]);
    expect(on("1000")).toEqual([["budget_forecast", "100 %", "warning"]]);
  });

  test("are none while nothing is known of what it has spent", () => {
    const nothing = { reached: [], calm: [] };
    expect(budgetReadings(stateOf("1000", { asOf: null, evaluated: "lake" }), unknown)).toEqual(nothing);
  });

  test("tell what, where, how much, by class, since when, what is projected and who owns it", () => {
    const byClass = new Map([
      ["rnd", usd("32.5")],
      ["cogs", usd("800")],
    ] as const);
    const state = stateOf("832.5", { byClass });
    const [reading] = budgetReadings(state, projectSpend(state, runOf("2026-11-27"), today)).reached;
    expect(reading).toEqual({
      rule: { kind: "budget_actual", subject: "support", period: "2026-11-01/2026-11-30", threshold: "80 %" },
      ...{
        severity: "warning",
        team: "support",
        visibleTo: ["support"],
        owner: "Ines",
        level: 83.25,
        step: null,
        isNotice: false,
      },
      title: "support: 83.2 % of 1,000.00 USD spent (80 % reached)",
      basis: expect.any(String),
      facts: [
        { label: "What", value: "The month's spend has reached 80 % of its budget" },
        { label: "Where", value: "team support (budget support)" },
        { label: "How much", value: "832.50 of 1,000.00 USD, 83.2 %, in the month 2026-11-01 to 2026-11-30" },
        { label: "By class", value: "cogs 800.00 USD, rnd 32.50 USD" },
        {
          label: "Projected",
          value:
            "982.50 USD at the period's end, 98.2 % (80 % interval 952.50 to 1,012.50 USD, medium confidence); not used up in this period",
        },
        { label: "Owner", value: "Ines" },
      ],
    });
  });

  const shown = (readings: readonly AlertReading[]) =>
    readings.map(({ rule, step, title }) => [rule.kind, rule.threshold, step, title]);

  test("say which threshold they are of, and never round up to it; the highest alone worsens", () => {
    const own = {
      thresholds: [50, 100].map((one) => ({ on: "actual", percent: `${one}.0`, severity: "info" }) as const),
    };
    const { reached, calm } = budgetReadings(stateOf("999.6", {}, own), unknown);
    expect(shown(reached)).toEqual([
      ["budget_actual", "50 %", null, "support: 99.9 % of 1,000.00 USD spent (50 % reached)"],
    ]);
    expect(shown(calm)).toEqual([
      ["budget_actual", "100 %", 25, "support: 99.9 % of 1,000.00 USD spent (below 100 %)"],
    ]);
    expect(calm[0]?.facts[0]).toEqual({ label: "What", value: "The month's spend is below 100 % of its budget" });
  });

  test("on a forecast whose amount is spent are told by the threshold on what is spent, if there is one", () => {
    const state = stateOf("1000");
    const of = (percent: string) =>
      budgetReadings(
        stateOf(
          "1000",
          {},
          {
            thresholds: [
              { on: "actual", percent, severity: "info" },
              { on: "forecast", percent: "100", severity: "info" },
            ],
          },
        ),
        projectSpend(state, runOf("2026-11-27"), today),
      ).reached.at(-1);
    expect(of("100")).toMatchObject({
      ...{ rule: { kind: "budget_forecast" }, isToldByOther: true, level: 115 },
      title: "support: 115.0 % of 1,000.00 USD projected (100 % expected)",
    });
    expect(of("80")?.isToldByOther).toBeUndefined();
  });

  test("on a forecast that is not known any more still hold where the amount is spent", () => {
    const thresholds = [{ on: "forecast", percent: "100", severity: "info" }] as const;
    expect(shown(budgetReadings(stateOf("1000", {}, { thresholds }), unknown).reached)).toEqual([
      ["budget_forecast", "100 %", 25, "support: 100.0 % of 1,000.00 USD spent (100 % expected)"],
    ]);
    const [calm] = budgetReadings(stateOf("999", {}, { thresholds }), unknown).calm;
    expect(calm?.facts[0]?.value).toBe("Whether the month's spend will reach 100 % of its budget is not known");
  });

  test("have another basis when what they are at, or the scope, is another", () => {
    const basisOf = (...args: Parameters<typeof stateOf>) => budgetReadings(stateOf(...args), unknown).calm[0]?.basis;
    const known = basisOf("1");
    expect(basisOf("2", {}, { owner: "Ada" })).toBe(known);
    const others = [
      basisOf("1", { amount: usd("1001") }),
      basisOf("1", {}, { scope: { team: ["chat"] } }),
      basisOf("1", {}, { customer_id: ["acme"] }),
      basisOf("1", {}, { tags: { project: ["x"] } }),
    ];
    expect(new Set([known, ...others]).size).toBe(5);
    const thresholds = [{ on: "actual", amount_usd: "250", severity: "info" }] as const;
    expect(basisOf("1", { amount: usd("1001") }, { thresholds })).toBe(basisOf("1", {}, { thresholds }));
  });

  test("have titles of at most 100 characters, whatever the amounts", () => {
    const amount = usd("999999999999999999999999");
    const [reading] = budgetReadings(stateOf("0", { amount, spent: amount }, { id: "x".repeat(64) }), unknown).reached;
    expect(reading?.title).toHaveLength(100);
  });

  test("of a burn rate tell the rates, and when the amount is used up", () => {
    const burn = {
      ...{ evenPerHour: usd("1"), fast: 20, slow: null, usedUpAt: Date.parse("2026-11-29T10:30:00Z") as Instant },
      windows: [{ hours: 1, booked: usd("20"), knownHours: 1, perHour: usd("20"), multiple: 20 }] as const,
    };
    expect(burnReadings(stateOf("500"), burn)).toMatchObject([
      {
        rule: { kind: "burn_rate_fast", subject: "support", period: "2026-11-01/2026-11-30" },
        ...{ severity: "critical", level: 20, step: 14.4, isNotice: false },
        facts: [
          {
            value:
              "Spend per hour is 20.0 × the 1.00 USD that use the budget up exactly: 20.00 USD per hour over 1 hour",
          },
          ...[{ label: "Where" }, { label: "How much" }, { label: "By class" }, { label: "Since" }],
          { value: "used up on 2026-11-29 10:30 UTC, at the rate of the last 24 hours" },
          { value: "Ines" },
        ],
      },
    ]);
    expect(burnReadings(stateOf("500"), { ...burn, fast: null })).toEqual([]);
  });

  test("of a burn rate that is known for less than an hour tell what is known, and that no more is", () => {
    const known = { knownHours: 0.75, booked: usd("15"), perHour: usd("20"), multiple: 20 };
    const burn = {
      ...{ evenPerHour: usd("1"), fast: 15, slow: null, usedUpAt: null },
      windows: ([1, 24, 168] as const).map((hours) => ({ hours, ...known })),
    };
    const toldOf = (spent: string) => burnReadings(stateOf(spent), burn)[0]?.facts.map(({ value }) => value);
    expect(toldOf("500")).toEqual(
      expect.arrayContaining([
        "Spend per hour is 15.0 × the 1.00 USD that use the budget up exactly: 15.00 USD in the 0.8 hours known",
        "not known yet: less than six hours are known",
      ]),
    );
    expect(toldOf("1000")).toContain("used up already");
  });
});
