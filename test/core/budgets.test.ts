import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { budgetPeriod } from "#core/budget-period.ts";
import { type BudgetState, isInScope, isUsedUp, sharePercent } from "#core/budget-state.ts";
import type { Budget } from "#core/config.ts";
import { parseUsd } from "#core/money.ts";
import { addDays, startOfDay, type UsageDate } from "#core/time.ts";

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
        if (period === "week") expect(new Date(startOfDay(found.from)).getUTCDay()).toBe(1);
      }),
    );
  });
});

describe("a budget's state", () => {
  const stateOf = (amount_usd: string, spent: string): BudgetState => ({
    budget: { id: "b", owner: "o", scope: {}, period: "month", amount_usd, when_used_up: "deny" } satisfies Budget,
    ...{ from: date("2026-11-01"), to: date("2026-11-30") },
    spent: parseUsd(spent) as BudgetState["spent"],
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
    expect(sharePercent(stateOf(amount, spent))).toBe(percent);
  });

  test("covers what has one value of each dimension that its scope names", () => {
    const scope = { team: ["search", "ops"], environment: ["production"] };
    expect(isInScope(scope, { team: "ops", environment: "production", model: "m" })).toBe(true);
    expect(isInScope(scope, { team: "ops", environment: "staging" })).toBe(false);
    expect(isInScope(scope, { team: "ops" })).toBe(false);
    expect(isInScope({}, {})).toBe(true);
  });
});
