import { describe, expect, test } from "vitest";
import { checkBudgets } from "#core/check-budgets.ts";
import type { Budget, BudgetThreshold, Registry } from "#core/config.ts";
import type { UsageDate } from "#core/time.ts";

const date = (text: string) => text as UsageDate;
const budget = (id: string, changes: Partial<Budget> = {}): Budget => ({
  ...{ id, owner: "o", scope: {}, period: "month", amount_usd: "100", when_used_up: "warn" },
  ...changes,
});
const registry: Registry = { team: { mode: "strict", values: [{ id: "search" }, { id: "ops" }] } };
const check = (...budgets: readonly Budget[]) =>
  checkBudgets({ budgets, registry }).map(({ path, found, wanted }) => `${path}: found ${found}, wanted ${wanted}`);
const at = (percent: string, on: "actual" | "forecast" = "actual"): BudgetThreshold => ({
  ...{ on, percent, severity: "warning" },
});
const usd = (amount_usd: string): BudgetThreshold => ({ on: "actual", amount_usd, severity: "warning" });

const company = budget("company", { amount_usd: "1000" });
const search = budget("search", { parent: "company", scope: { team: ["search"] }, amount_usd: "600" });
const ops = budget("ops", { parent: "company", scope: { team: ["ops"] }, amount_usd: "400" });

test("a company, its teams and a feature of one are right, up to the last dollar", () => {
  const feature = budget("ranking", { parent: "search", scope: { team: ["search"], feature: ["ranking"] } });
  expect(check(company, search, ops, feature)).toEqual([]);
  expect(check(feature, ops, search, company)).toEqual([]);
});

describe("refused is", () => {
  test.each<[string, readonly Budget[], string, RegExp]>([
    ["an amount of nothing", [budget("b", { amount_usd: "0" })], "budgets[0].amount_usd", /above 0/],
    [
      "a scope that no statement could name",
      [budget("b", { scope: { model: Array.from({ length: 600 }, (_, i) => `${i}`.padStart(180, "m")) } })],
      "budgets[0].scope",
      /found 109811 characters, wanted a scope of at most 4000 characters/,
    ],
    [
      "a change to less than nothing",
      [budget("b", { changes: [{ from: date("2027-01-01"), amount_usd: "-5" }] })],
      "budgets[0].changes[0].amount_usd",
      /found "-5", wanted an amount above 0/,
    ],
    [
      "a change before the one before it",
      [budget("b", { changes: ["2027-02-01", "2027-01-01"].map((from) => ({ from: date(from), amount_usd: "5" })) })],
      "budgets[0].changes[1].from",
      /found "2027-01-01", wanted a day after 2027-02-01/,
    ],
    [
      "two changes on a day",
      [budget("b", { changes: ["2027-02-01", "2027-02-01"].map((from) => ({ from: date(from), amount_usd: "5" })) })],
      "budgets[0].changes[1].from",
      /each day once/,
    ],
    ["a threshold at nothing", [budget("b", { thresholds: [at("0")] })], "budgets[0].thresholds[0].percent", /above 0/],
    [
      "thresholds out of order",
      [budget("b", { thresholds: [at("100"), at("120", "forecast"), at("80")] })],
      "budgets[0].thresholds[2]",
      /found 80 %, wanted more than 100 %, the one on actual before it/,
    ],
    [
      "an amount that is less than the percentage before it once the amount has changed",
      [budget("b", { thresholds: [at("50"), usd("60")], changes: [{ from: date("2027-01-02"), amount_usd: "500" }] })],
      "budgets[0].thresholds[1]",
      /found 60 USD, wanted more than 50 %.* the amount is 500 USD from 2027-02-01 on/,
    ],
    [
      "a forecast of customers",
      [budget("b", { customer_id: ["acme"], thresholds: [at("80", "forecast")] })],
      "budgets[0].thresholds[0].on",
      /has no forecast/,
    ],
    [
      "a budget of a tag that denies",
      [budget("b", { tags: { project: ["x"] }, when_used_up: "deny" })],
      "budgets[0].when_used_up",
      /found "deny", wanted warn: what customers or tags have spent is known after a run/,
    ],
    [
      "more tags than a query asks for",
      [budget("b", { tags: { a: ["x"], b: ["x"], c: ["x"], d: ["x"] } })],
      "budgets[0].tags",
      /found 4 tags, wanted at most 3/,
    ],
    [
      "more customers than a query takes",
      [budget("b", { customer_id: Array.from({ length: 20 }, (_, i) => `${i}${"x".repeat(60)}`) })],
      "budgets[0].customer_id",
      /found 20 values, wanted values of less than 1000 characters/,
    ],
    [
      "an unregistered team",
      [budget("b", { team: "serach" })],
      "budgets[0].team",
      /a registered team.* did you mean "search"/,
    ],
    ["an unknown parent", [company, { ...search, parent: "compny" }], "budgets[1].parent", /did you mean "company"\?/],
    ["a budget that is a part of itself", [budget("b", { parent: "b" })], "budgets[0].parent", /a circle/],
    [
      "parents that go round",
      [budget("a", { parent: "b" }), budget("b", { parent: "c" }), budget("c", { parent: "a" })],
      "budgets[0].parent",
      /a circle/,
    ],
    [
      "another period than the parent's",
      [company, { ...search, period: "week" }],
      "budgets[1].period",
      /found "week", wanted month, the period of its parent "company"/,
    ],
    [
      "spend that the parent does not have",
      [search, budget("wider", { parent: "search", scope: { team: ["search", "ops"] } })],
      "budgets[1].scope.team",
      /nothing that its parent "search" leaves out/,
    ],
    [
      "all customers within one of them",
      [budget("acme", { customer_id: ["acme"] }), budget("all", { parent: "acme" })],
      "budgets[1].customer_id",
      /leaves out/,
    ],
    [
      "two parts with the same spend",
      [company, search, budget("eu", { parent: "company", scope: { region: ["eu"] } })],
      "budgets[2].scope",
      /without spend of "search".*count twice/,
    ],
    [
      "parts that are more than the whole",
      [company, search, { ...ops, amount_usd: "400.000000000001" }],
      "budgets[2].amount_usd",
      /found 1000.000000000001 USD for search, ops together, before any change, wanted at most 1000 USD/,
    ],
    [
      "parts that will be more than the whole, at the first period of the change",
      [company, search, { ...ops, changes: [{ from: date("2027-03-15"), amount_usd: "401" }] }],
      "budgets[2].amount_usd",
      /found 1001 USD for search, ops together, from 2027-04-01 on, wanted at most 1000 USD/,
    ],
    [
      "a whole that will be less than its parts",
      [{ ...company, changes: [{ from: date("2027-01-01"), amount_usd: "999" }] }, search, ops],
      "budgets[2].amount_usd",
      /from 2027-01-01 on, wanted at most 999 USD/,
    ],
  ])("%s", (_, budgets, path, text) => {
    const errors = check(...budgets);
    expect(errors.filter((error) => error.startsWith(`${path}: `))).toEqual([expect.stringMatching(text)]);
  });

  test("the twenty-first budget of customers or tags", () => {
    const many = Array.from({ length: 21 }, (_, i) => budget(`b${i}`, { customer_id: [`c${i}`] }));
    expect(check(...many.slice(1))).toEqual([]);
    expect(check(...many)).toEqual([expect.stringMatching(/^budgets\[20\]: found 21 budgets.*at most 20/)]);
  });
});

test("two changes within a period, of which only the last comes into force, are judged by it", () => {
  const changes = [
    { from: date("2027-01-02"), amount_usd: "9999" },
    { from: date("2027-01-20"), amount_usd: "300" },
  ];
  expect(check(company, search, { ...ops, changes })).toEqual([]);
});

test("parts that tell customers apart have no spend in common", () => {
  const of = (id: string, customer: string) => budget(id, { parent: "company", customer_id: [customer] });
  expect(check(company, of("a", "acme"), of("b", "bolt"))).toEqual([]);
  expect(check(company, of("a", "acme"), of("b", "acme"))).toHaveLength(1);
});
