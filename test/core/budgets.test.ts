import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amountOf } from "#core/budget-amounts.ts";
import { budgetPeriod } from "#core/budget-period.ts";
import { type BudgetState, isInScope, isUsedUp, percentOf, teamOf } from "#core/budget-state.ts";
import { sumScopes } from "#core/budget-sums.ts";
import { thresholdUsd } from "#core/budget-thresholds.ts";
import type { Budget, BudgetThreshold, Scope } from "#core/config.ts";
import { COST_CLASSES } from "#core/dimensions.ts";
import { type PicoUsd, parseUsd, zeroUsd } from "#core/money.ts";
import { addDays, type Instant, startOfDay, type UsageDate } from "#core/time.ts";

const date = (text: string) => text as UsageDate;

describe("a budget's period", () => {
  test.each([
    ["day", "2026-11-23", "2026-11-23", "2026-11-23"],
    // A Monday, and the Sunday before it.
    ["week", "2026-11-23", "2026-11-23", "2026-11-29"],
    ["week", "2026-11-22", "2026-11-16", "2026-11-22"],
    ["week", "2026-01-01", "2025-12-29", "2026-01-04"],
    ["month", "2026-11-23", "2026-11-01", "2026-11-30"],
    ["month", "2028-02-10", "2028-02-01", "2028-02-29"],
    ["quarter", "2026-11-23", "2026-10-01", "2026-12-31"],
    ["quarter", "2026-03-31", "2026-01-01", "2026-03-31"],
    ["year", "2026-11-23", "2026-01-01", "2026-12-31"],
  ] as const)("%s of %s is %s to %s", (period, day, from, to) => {
    expect(budgetPeriod(period, date(day))).toEqual({ from, to });
  });

  test("has each of its days in it, and the next begins when it ends", () => {
    const days = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays(date("1980-01-01"), days));
    const periods = fc.constantFrom("day", "week", "month", "quarter", "year");
    fc.assert(
      fc.property(days, periods, (day, period) => {
        const found = budgetPeriod(period, day);
        expect(found.from <= day && day <= found.to).toBe(true);
        expect(budgetPeriod(period, found.from)).toEqual(found);
        expect(budgetPeriod(period, found.to)).toEqual(found);
        expect(budgetPeriod(period, addDays(found.to, 1)).from).toBe(addDays(found.to, 1));
        expect(budgetPeriod(period, addDays(found.from, -1)).to).toBe(addDays(found.from, -1));
        if (period === "week") expect(new Date(startOfDay(found.from)).getUTCDay()).toBe(1);
      }),
    );
  });
});

const usd = (text: string) => parseUsd(text) as PicoUsd;

describe("a budget's state", () => {
  const stateOf = (amount: string, spent: string): BudgetState => ({
    budget: { id: "b", owner: "o", scope: {}, period: "month", amount_usd: "1", when_used_up: "deny" } satisfies Budget,
    ...{ from: date("2026-11-01"), to: date("2026-11-30"), evaluated: "live", asOf: 1 as Instant },
    ...{ amount: usd(amount), spent: usd(spent), spentToday: zeroUsd, byClass: new Map() },
  });

  test("is used up at the amount, not a pico-dollar before", () => {
    expect(isUsedUp(stateOf("100", "99.999999999999"))).toBe(false);
    expect(isUsedUp(stateOf("100", "100"))).toBe(true);
  });

  test.each([
    ["3", "1", "33.33"],
    ["100", "250.5", "250.50"],
    ["100", "-0.5", "-0.50"],
    ["100", "0", "0.00"],
  ])("of %s USD, %s are %s percent", (amount, spent, percent) => {
    expect(percentOf(usd(spent), usd(amount))).toBe(percent);
  });

  test("covers what has one value of each dimension that its scope names", () => {
    const scope = { team: ["search", "ops"], environment: ["production"] };
    expect(isInScope(scope, { team: "ops", environment: "production", model: "m" })).toBe(true);
    expect(isInScope(scope, { team: "ops", environment: "staging" })).toBe(false);
    expect(isInScope(scope, { team: "ops" })).toBe(false);
    expect(isInScope({}, {})).toBe(true);
  });

  test.each([
    [{ team: "finance", scope: { team: ["search"] } }, "finance"],
    [{ scope: { team: ["search"] } }, "search"],
    [{ scope: { team: ["search", "ops"] } }, null],
    [{ scope: {} }, null],
  ])("its alerts are for the team named, or the only one of its scope: %j", (changes, team) => {
    expect(teamOf({ ...stateOf("1", "0").budget, ...changes })).toBe(team);
  });
});

describe("a budget's amount", () => {
  const budget: Budget = {
    ...{ id: "b", owner: "o", scope: {}, period: "month", amount_usd: "100", when_used_up: "warn" },
    changes: [
      { from: date("2026-11-15"), amount_usd: "200" },
      { from: date("2027-01-01"), amount_usd: "300" },
    ],
  };

  test.each([
    ["2026-11-01", "100"],
    // A period that has begun keeps its amount.
    ["2026-12-01", "200"],
    ["2027-01-01", "300"],
    ["2031-06-01", "300"],
  ])("in the period from %s is %s USD", (from, amount) => {
    expect(amountOf(budget, { from: date(from) })).toBe(usd(amount));
  });
});

describe("thresholds", () => {
  const ofAmount = (threshold: BudgetThreshold, amount: string) => thresholdUsd(threshold, usd(amount));
  const percent = (text: string): BudgetThreshold => ({ on: "actual", severity: "info", percent: text });

  test("are reached at the least pico-dollar that is as much", () => {
    expect(ofAmount(percent("80"), "1000")).toBe(usd("800"));
    expect(ofAmount(percent("33.33"), "0.000000000001")).toBe(1n);
    expect(ofAmount(percent("12.5"), "0.000000000009")).toBe(2n);
    expect(ofAmount({ on: "actual", severity: "info", amount_usd: "7.5" }, "1000")).toBe(usd("7.5"));
  });
});

describe("the spend of many budgets", () => {
  const values = ["a", "b", "c"] as const;
  const value = fc.constantFrom(...values);
  const row = fc
    .tuple(value, value, value, fc.constantFrom(...COST_CLASSES), fc.bigInt({ min: -9n, max: 10n ** 20n }))
    .map(([team, feature, model, cost_class, cost]) => ({
      dimensions: { team, feature, model, cost_class },
      cost: cost as PicoUsd,
    }));
  const some = fc.option(fc.uniqueArray(value, { minLength: 1 }), { nil: undefined });
  const scope = fc
    .record({
      team: some,
      feature: some,
      model: some,
      cost_class: fc.constantFrom(undefined, ["cogs"], ["rnd", "cogs"]),
    })
    .map((lists) => Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== undefined)) as Scope);

  test("is the sum of what each one's scope covers, by class too", () => {
    fc.assert(
      fc.property(fc.array(scope, { maxLength: 70 }), fc.array(row, { maxLength: 40 }), (scopes, rows) => {
        const wanted = scopes.map((one) => {
          const inside = rows.filter(({ dimensions }) => isInScope(one, dimensions));
          return inside.reduce((sum, { cost }) => sum + cost, 0n);
        });
        const sums = sumScopes(scopes, rows);
        expect(sums.map(({ spent }) => spent)).toEqual(wanted);
        for (const { spent, byClass } of sums) {
          expect([...byClass.values()].reduce((sum: bigint, cost) => sum + cost, 0n)).toBe(spent);
        }
        const [cogs] = sumScopes([{ cost_class: ["cogs"] }], rows);
        const [all] = sumScopes([{}], rows);
        expect(all?.byClass.get("cogs") ?? 0n).toBe(cogs?.spent);
      }),
      { numRuns: 60 },
    );
  });
});
