import { afterAll, beforeEach, expect, test } from "vitest";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeMeasureLakeBudgets } from "#app/measure-lake-budgets.ts";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { type Budget, INITIAL_CONFIG } from "#core/config.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { parseUsd } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";
import { addDays, hourMs, usageDateOf } from "#core/time.ts";
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

const night = { nightly: true, changedDays: [], landedDays: [] };

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
  const queries: string[] = [];
  const engine: QueryEngine = {
    run: async (name, options) => {
      queries.push(name);
      return lake.engine.run(name, options);
    },
  };
  const measureOf = (of: readonly Budget[], run: Parameters<ReturnType<typeof makeMeasureLakeBudgets>>[0] = night) =>
    makeMeasureLakeBudgets({
      ...{ engine, lakeBudgetSpend: control.lakeBudgetSpend, clock: world.now },
      rules: async () => rulesOf({ ...config, budgets: of }),
    })(run);
  const costReport = makeCostReport({ spend: world.spend, closedDays: world.closedDays, clock: world.now });
  const read = makeReadBudgets({ costReport, lakeSpend: control.lakeBudgetSpend });
  return {
    ...{ measureOf, queries },
    measure: () => measureOf(budgets),
    stored: () => control.lakeBudgetSpend.list(),
    states: (of = budgets) => read(of, world.now()),
    now: world.now,
    ended: () => read(budgets, world.now(), addDays(usageDateOf(world.now()), -1)),
    wait: world.wait,
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

test("on the day after a period's end both are measured, and on the next one the present one alone", async () => {
  const acme = budget("acme", { customer_id: ["o'neill"], period: "day" });
  await using world = await open(
    [acme],
    [
      used("1", { customer: "o'neill", time: "2026-11-22T11:00:00Z" }),
      used("2", { customer: "o'neill", time: "2026-11-21T23:59:59Z" }),
      used("3", { customer: "o'neill", time: "2026-11-21T00:00:00Z" }),
    ],
  );
  expect(await world.ended()).toMatchObject([{ from: "2026-11-21", asOf: null }]);
  await world.measure();
  expect(await world.states()).toMatchObject([{ from: "2026-11-22", spent: parseUsd("0.0025"), asOf: world.now() }]);
  expect(await world.ended()).toMatchObject([{ from: "2026-11-21", spent: parseUsd("0.005"), asOf: world.now() }]);
  const measuredAt = world.now();
  world.wait(12 * hourMs);
  // Until a run has measured both, the day that has ended is as it was measured last.
  expect(await world.states()).toMatchObject([{ from: "2026-11-23", asOf: null }]);
  expect(await world.ended()).toMatchObject([{ from: "2026-11-22", spent: parseUsd("0.0025"), asOf: measuredAt }]);
  await world.measure();
  expect(await world.states()).toMatchObject([{ from: "2026-11-23", spent: 0n, asOf: world.now() }]);
  expect(await world.ended()).toMatchObject([{ from: "2026-11-22", spent: parseUsd("0.0025"), asOf: world.now() }]);
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

test("the lake is asked again only when days of the period may have changed, and of what it has not been asked", async () => {
  const two = budget("two", { customer_id: ["o'neill", "bolt"] });
  await using world = await open([two], entries);
  await world.measure();
  const first = await world.stored();
  const asked = async (run: Parameters<typeof world.measureOf>[1], of = [two]) => {
    world.queries.length = 0;
    await world.measureOf(of, run);
    return world.queries.length;
  };
  const idle = { nightly: false, changedDays: [], landedDays: [] };
  const day = (text: string) => text as UsageDate;
  expect(await asked(idle)).toBe(0);
  expect(await world.stored()).toEqual(first);
  expect(await asked({ ...idle, changedDays: [day("2026-10-31")] })).toBe(0);
  expect(await asked({ ...idle, changedDays: [day("2026-11-01")] })).toBe(1);
  const landed = { first_day: day("2026-10-20"), last_day: day("2026-11-02") };
  expect(await asked({ ...idle, landedDays: [landed] })).toBe(1);
  expect(await asked(night)).toBe(1);
  expect(await asked(idle, [two, budget("three", { customer_id: ["bolt"] })])).toBe(1);
  expect(await asked(idle, [{ ...two, customer_id: ["bolt"] }])).toBe(1);
});
