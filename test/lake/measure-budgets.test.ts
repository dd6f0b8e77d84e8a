import { afterAll, beforeEach, expect, test } from "vitest";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeMeasureLakeBudgets } from "#app/measure-lake-budgets.ts";
import { type Budget, INITIAL_CONFIG } from "#core/config.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { parseUsd } from "#core/money.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { type EntrySketch, entry } from "./entries.ts";
import { openMemoryLake } from "./memory-lake.ts";
import { openWorld } from "./world.ts";

const lake = await openMemoryLake();
beforeEach(() => lake.reset());
afterAll(() => lake[Symbol.asyncDispose]());

const budget = (id: string, changes: Partial<Budget>): Budget => ({
  ...{ id, owner: "o", scope: {}, period: "month", amount_usd: "100", when_used_up: "warn" },
  ...changes,
});

/** Each costs $0.0025. */
const used = (id: string, sketch: EntrySketch, tags: LedgerEntry["tags"] = {}): LedgerEntry => ({
  ...entry({ id, ...sketch }),
  tags,
});

async function open(budgets: readonly Budget[], entries: readonly LedgerEntry[]) {
  const world = await openWorld(lake);
  const control = openControl(IN_MEMORY, world.now);
  await world.deliver(entries);
  expect(await world.run()).toMatchObject({ status: "succeeded" });
  const config = { ...INITIAL_CONFIG, budgets };
  const measureOf = (of: readonly Budget[]) =>
    makeMeasureLakeBudgets({
      ...{ engine: lake.engine, lakeBudgetSpend: control.lakeBudgetSpend, clock: world.now },
      rules: async () => rulesOf({ ...config, budgets: of }),
    })();
  const costReport = makeCostReport({ spend: world.spend, closedDays: world.closedDays, clock: world.now });
  const read = makeReadBudgets({ costReport, lakeSpend: control.lakeBudgetSpend });
  return {
    measureOf,
    measure: () => measureOf(budgets),
    stored: () => control.lakeBudgetSpend.list(),
    states: (of = budgets) => read(of, world.now()),
    now: world.now,
    async [Symbol.asyncDispose]() {
      control.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

const entries = [
  used("1", { customer: "o'neill" }, { project: "x" }),
  used("2", { customer: "bolt" }, { project: "y", stage: "pilot" }),
  used("3", { customer: "," }, { project: "x", stage: "pilot" }),
  used("4", {}, { stage: "pilot" }),
  used("5", { customer: "o'neill", team: "ops" }),
  used("6", { customer: "o'neill", time: "2026-10-31T23:59:59Z" }),
];

test("customers and tags are summed in the period, within the scope, exactly", async () => {
  const budgets = [
    budget("two", { customer_id: ["o'neill", "bolt"] }),
    budget("one-of-search", { customer_id: ["o'neill"], scope: { team: ["search"] } }),
    budget("x", { tags: { project: ["x"] } }),
    budget("pilots", { tags: { project: ["x", "y"], stage: ["pilot"] } }),
    budget("nobody", { customer_id: ["nobody"] }),
    budget("year", { customer_id: ["o'neill"], period: "year" }),
    budget("all", {}),
  ];
  await using world = await open(budgets, entries);
  await world.measure();
  const states = await world.states();
  expect(states.map(({ budget: { id }, spent, evaluated, asOf }) => [id, spent, evaluated, asOf])).toEqual(
    [
      ["two", "0.0075", "lake"],
      ["one-of-search", "0.0025", "lake"],
      ["x", "0.005", "lake"],
      ["pilots", "0.005", "lake"],
      ["nobody", "0", "lake"],
      ["year", "0.0075", "lake"],
      ["all", "0.0125", "live"],
    ].map(([id, spent, evaluated]) => [id, parseUsd(spent as string), evaluated, world.now()]),
  );
  expect(states[0]?.byClass).toEqual(new Map([["cogs", parseUsd("0.0075")]]));
});

test("what no run has measured is not known, and a budget that asks for other customers is another one", async () => {
  const two = budget("two", { customer_id: ["o'neill", "bolt"] });
  await using world = await open([two], entries);
  expect(await world.states()).toMatchObject([{ asOf: null, spent: 0n }]);
  await world.measure();
  expect(await world.states()).toMatchObject([{ asOf: world.now() }]);
  expect(await world.states([{ ...two, customer_id: ["bolt"] }])).toMatchObject([{ asOf: null, spent: 0n }]);
  await world.measureOf([]);
  expect(await world.stored()).toEqual([]);
});
