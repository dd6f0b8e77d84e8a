import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Attribution } from "#core/attribution.ts";
import type { CostClassTable } from "#core/config.ts";
import { compileCostClasses } from "#core/cost-class.ts";
import { COST_CLASSES, type CostClass, ENVIRONMENTS, PURPOSES } from "#core/dimensions.ts";
import type { UsageDate } from "#core/time.ts";
import { attributionFrom } from "../fakes/attribution.ts";

const day = (text: string) => text as UsageDate;
const noTables = compileCostClasses([]);

describe("the default table", () => {
  test.each([
    ["production", "customer_facing", "cogs"],
    ["production", "internal", "g_and_a"],
    ["production", "evaluation", "rnd"],
    ["production", "experiment", "rnd"],
    ["staging", "customer_facing", "rnd"],
    ["staging", "internal", "g_and_a"],
    ["staging", "evaluation", "rnd"],
    ["development", "customer_facing", "rnd"],
    ["development", "internal", "g_and_a"],
    ["development", "experiment", "rnd"],
    ["unallocated", "customer_facing", "rnd"],
    ["unallocated", "internal", "g_and_a"],
  ] as const)("%s and %s is %s", (environment, purpose, costClass) => {
    expect(noTables(attributionFrom({ environment, purpose }), day("2026-11-20"))).toBe(costClass);
  });
});

/** As docs/cost-classes.md has it: free and trial tiers are acquisition, guardrails run for customers. */
const table: CostClassTable = {
  id: "2026-q4",
  from: day("2026-10-01"),
  approved_by: "cfo",
  reason: "board decision of 2026-09-12",
  rows: [
    { environment: ["development", "staging"], cost_class: "rnd" },
    { purpose: ["evaluation", "experiment"], cost_class: "rnd" },
    { purpose: ["internal"], cost_class: "g_and_a" },
    { environment: ["production"], feature: ["guardrail-*"], cost_class: "cogs" },
    { environment: ["production"], customer_tier: ["free", "trial*"], cost_class: "sales_marketing" },
    { environment: ["production"], cost_class: "cogs" },
    { cost_class: "rnd" },
  ],
};

describe("the company's table", () => {
  const classOf = compileCostClasses([table]);
  test.each<[string, Partial<Attribution>, CostClass]>([
    ["staging", { environment: "staging" }, "rnd"],
    ["an internal tool in development", { environment: "development", purpose: "internal" }, "rnd"],
    ["an evaluation in production", { purpose: "evaluation" }, "rnd"],
    ["an experiment in production on a free tier", { purpose: "experiment", customer_tier: "free" }, "rnd"],
    ["an internal assistant in production", { purpose: "internal" }, "g_and_a"],
    ["an online guardrail in production", { feature: "guardrail-toxicity" }, "cogs"],
    ["an online guardrail for a free customer", { feature: "guardrail-pii", customer_tier: "free" }, "cogs"],
    ["a free tier in production", { customer_tier: "free" }, "sales_marketing"],
    ["a trial in production", { customer_tier: "trial-30" }, "sales_marketing"],
    ["a free tier in staging", { environment: "staging", customer_tier: "free" }, "rnd"],
    ["a paying customer in production", { customer_tier: "pro" }, "cogs"],
    ["a customer of unknown tier in production", { customer_tier: "unallocated" }, "cogs"],
    ["an unallocated environment", { environment: "unallocated" }, "rnd"],
  ])("%s", (_, attribution, costClass) => {
    expect(classOf(attributionFrom(attribution), day("2026-11-20"))).toBe(costClass);
  });

  test("another company counts its free tier as cost of goods sold", () => {
    const rows = table.rows.filter(({ cost_class }) => cost_class !== "sales_marketing");
    const theirs = compileCostClasses([{ ...table, rows }]);
    expect(theirs(attributionFrom({ customer_tier: "free" }), day("2026-11-20"))).toBe("cogs");
  });
});

test("each day has the table in force on it, in whatever order they are written; before the first, the default", () => {
  const all = (id: string, from: string, cost_class: CostClass): CostClassTable => ({
    ...{ id, from: day(from), approved_by: "cfo", reason: "r" },
    rows: [{ cost_class }],
  });
  const classOf = compileCostClasses([
    all("b", "2026-07-01", "sales_marketing"),
    all("c", "2026-10-01", "g_and_a"),
    all("a", "2026-01-01", "rnd"),
  ]);
  const days = ["2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01", "2026-09-30", "2026-10-01", "2030-01-01"];
  expect(days.map((date) => classOf(attributionFrom({}), day(date)))).toEqual([
    "cogs",
    "rnd",
    "rnd",
    "sales_marketing",
    "sales_marketing",
    "g_and_a",
    "g_and_a",
  ]);
});

test("a table without a row for everything leaves the rest to the default", () => {
  const classOf = compileCostClasses([{ ...table, rows: [{ feature: ["x"], cost_class: "g_and_a" }] }]);
  expect(classOf(attributionFrom({ feature: "x" }), day("2026-11-20"))).toBe("g_and_a");
  expect(classOf(attributionFrom({ feature: "y" }), day("2026-11-20"))).toBe("cogs");
});

test("classes sum to the total: every use has exactly one of the four", () => {
  const some = <T>(...from: T[]) => fc.option(fc.subarray(from, { minLength: 1 }), { nil: undefined });
  const row = fc.record({
    environment: some(...ENVIRONMENTS, "unallocated" as const),
    purpose: some(...PURPOSES),
    customer_tier: some("free", "pro*", "*"),
    feature: some("a", "b*"),
    cost_class: fc.constantFrom(...COST_CLASSES),
  });
  const use = fc.record({
    environment: fc.constantFrom(...ENVIRONMENTS, "unallocated" as const),
    purpose: fc.constantFrom(...PURPOSES),
    customer_tier: fc.constantFrom("free", "pro-1", "unallocated"),
    feature: fc.constantFrom("a", "b2", "c"),
  });
  const uses = fc.array(fc.tuple(use, fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })), { maxLength: 20 });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), uses, (rows, spent) => {
      const classOf = compileCostClasses([{ ...table, rows: rows as CostClassTable["rows"] }]);
      const sums = new Map<CostClass, bigint>(COST_CLASSES.map((costClass) => [costClass, 0n]));
      for (const [attribution, cost] of spent) {
        const costClass = classOf(attributionFrom(attribution), day("2026-11-20"));
        sums.set(costClass, (sums.get(costClass) as bigint) + cost);
      }
      expect([...sums.keys()]).toEqual([...COST_CLASSES]);
      const total = spent.reduce((sum, [, cost]) => sum + cost, 0n);
      expect([...sums.values()].reduce((a, b) => a + b, 0n)).toBe(total);
    }),
  );
});
