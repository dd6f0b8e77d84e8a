import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { QueryRow } from "#app/ports/query-engine.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { queryRows } from "#local/duckdb-rows.ts";
import { type EntrySketch, entry } from "./entries.ts";
import { openWorld } from "./world.ts";

const folder = new URL("../../sql/analyst/", import.meta.url);
const names = readdirSync(folder).map((file) => file.slice(0, -".sql".length));
const read = (name: string) => readFileSync(new URL(`${name}.sql`, folder), "utf8");

const usd = (dollars: number) => BigInt(Math.round(dollars * 1000)) * 1_000_000_000n;

let ids = 0;
/** A usage event of so many dollars; its list cost is twice that. */
function used(dollars: number, sketch: EntrySketch & { on?: string; model?: string; reads?: number; writes?: number }) {
  const { on = "2026-11-20", model = "gpt-5.2", reads = 0, writes = 0, ...rest } = sketch;
  const made = entry({ id: `${++ids}`, time: `${on}T10:00:00Z`, cost: usd(dollars), ...rest });
  return {
    ...made,
    model,
    quantities: { ...made.quantities, cache_read_tokens: reads, cache_write_5m_tokens: writes },
  } satisfies LedgerEntry;
}

// The latest day is 2026-11-20: 30 days begin on 2026-10-22, the 30 before on 2026-09-22.
const entries: LedgerEntry[] = [
  used(30, { feature: "answers", customer: "acme", input: 1_000_000, reads: 3_000_000, output: 1_000_000 }),
  used(10, { feature: "answers", customer: "acme", input: 500_000, on: "2026-11-19" }),
  used(50, { feature: "bids", customer: "bolt", input: 4_000_000, writes: 1_000_000, model: "opus" }),
  used(10, { feature: "bids", input: 0, on: "2026-10-22" }),
  used(100, { feature: "bids", customer: "bolt", on: "2026-10-21" }),
  used(300, { feature: "answers", customer: "acme", on: "2026-09-22" }),
  used(999, { feature: "answers", customer: "acme", on: "2026-09-21" }),
  used(7, { feature: "unallocated", team: "unallocated", on: "2026-11-18", input: 0 }),
  { ...used(0, { feature: "answers", on: "2026-11-20", input: 5_000_000, model: "new" }), priceStatus: "unpriced" },
];

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => {
  world = await openWorld();
  await world.deliver(entries, { cells: false });
  expect((await world.run()).status).toBe("succeeded");
});
afterAll(() => world[Symbol.asyncDispose]());

const run = async (name: string): Promise<QueryRow[]> =>
  queryRows(await world.engine.connection.runAndReadAll(read(name)));

describe("every query", () => {
  test.each(names)(
    "%s says what it answers, how to read it, its grain and inputs, in what a named query has room for",
    (name) => {
      const comment = read(name)
        .split("\n")
        .filter((line) => line.startsWith("--"));
      expect(comment.join("\n")).toMatch(/^-- \S.*\n(?:-- .*\n)*-- How to read it: \S/);
      expect(comment.slice(-3).map((line) => line.slice(0, 11))).toEqual(["-- grain:  ", "-- inputs: ", "-- run by: "]);
      expect(comment.map((line) => line.slice(3)).join(" ").length).toBeLessThanOrEqual(1_024);
      expect(read(name).replace(/^--.*$/gm, "")).not.toMatch(/[;?"{]|\bavg\(|\bqualify\b|::|current_date/i);
    },
  );
});

test("top features of 30 days, the costliest first", async () => {
  // 30 + 10, 50 + 10 and 7 of 107 dollars.
  expect(await run("top_features")).toEqual([
    { feature: "bids", requests: "2", cost_usd: "60.000000000000", share_percent: 56.07, cost_per_request_usd: 30 },
    {
      feature: "answers",
      requests: "3",
      cost_usd: "40.000000000000",
      share_percent: 37.38,
      cost_per_request_usd: 13.333333,
    },
    { feature: "unallocated", requests: "1", cost_usd: "7.000000000000", share_percent: 6.54, cost_per_request_usd: 7 },
  ]);
});

test("cost per customer, with the usage that names none", async () => {
  expect(await run("cost_per_customer")).toEqual([
    {
      customer_id: "bolt",
      requests: "1",
      cost_usd: "50.000000000000",
      cogs_usd: "50.000000000000",
      costliest_feature: "bids",
    },
    {
      customer_id: "acme",
      requests: "2",
      cost_usd: "40.000000000000",
      cogs_usd: "40.000000000000",
      costliest_feature: "answers",
    },
    {
      customer_id: "unallocated",
      requests: "3",
      cost_usd: "17.000000000000",
      cogs_usd: "17.000000000000",
      costliest_feature: "bids",
    },
  ]);
});

test("cache hits of all text input", async () => {
  // answers on gpt-5.2: 1,000,000 + 500,000 uncached and 3,000,000 read.
  expect(await run("cache_hit_ratio")).toEqual([
    {
      feature: "answers",
      provider: "openai",
      model: "new",
      input_tokens: "5000000",
      cache_read_tokens: "0",
      cache_write_tokens: "0",
      hit_percent: 0,
      written_per_read: null,
    },
    {
      feature: "bids",
      provider: "openai",
      model: "opus",
      input_tokens: "5000000",
      cache_read_tokens: "0",
      cache_write_tokens: "1000000",
      hit_percent: 0,
      written_per_read: null,
    },
    {
      feature: "answers",
      provider: "openai",
      model: "gpt-5.2",
      input_tokens: "4500000",
      cache_read_tokens: "3000000",
      cache_write_tokens: "0",
      hit_percent: 66.67,
      written_per_read: 0,
    },
  ]);
});

test("the mix of models against the 30 days before", async () => {
  // Now 57 + 50, before 400, all of it on one model.
  const model = { provider: "openai", service_tier: "standard" };
  expect(await run("model_mix")).toEqual([
    {
      ...model,
      model: "gpt-5.2",
      requests: "4",
      cost_usd: "57.000000000000",
      cost_before_usd: "400.000000000000",
      share_percent: 53.27,
      before_percent: 100,
    },
    {
      ...model,
      model: "opus",
      requests: "1",
      cost_usd: "50.000000000000",
      cost_before_usd: "0.000000000000",
      share_percent: 46.73,
      before_percent: 0,
    },
    {
      ...model,
      model: "new",
      requests: "1",
      cost_usd: "0.000000000000",
      cost_before_usd: "0.000000000000",
      share_percent: 0,
      before_percent: 0,
    },
  ]);
});

test("unallocated spend and which dimensions it lacks", async () => {
  expect(await run("unallocated")).toEqual([
    {
      ...{ missing: "team feature", team: "unallocated", feature: "unallocated", environment: "production" },
      ...{ provider: "openai", model: "gpt-5.2", first_day: "2026-11-18", last_day: "2026-11-18" },
      ...{ requests: "1", cost_usd: "7.000000000000" },
    },
  ]);
});

test("what changed since the day before, the largest change first", async () => {
  const row = { last_day: "2026-11-20", team: "search", environment: "production", provider: "openai" };
  expect(await run("changed_since_yesterday")).toEqual([
    {
      ...row,
      feature: "bids",
      model: "opus",
      requests: "1",
      requests_before: "0",
      cost_usd: "50.000000000000",
      cost_before_usd: "0.000000000000",
      change_usd: "50.000000000000",
    },
    {
      ...row,
      feature: "answers",
      model: "gpt-5.2",
      requests: "1",
      requests_before: "1",
      cost_usd: "30.000000000000",
      cost_before_usd: "10.000000000000",
      change_usd: "20.000000000000",
    },
    {
      ...row,
      feature: "answers",
      model: "new",
      requests: "1",
      requests_before: "0",
      cost_usd: "0.000000000000",
      cost_before_usd: "0.000000000000",
      change_usd: "0.000000000000",
    },
  ]);
});

test("what a million tokens cost, unpriced usage left out", async () => {
  const model = { provider: "openai", service_tier: "standard", discount_percent: 50 };
  // gpt-5.2: 57 dollars over 4,500,000 + 1,000,000 tokens; opus: 50 over 5,000,000.
  expect(await run("price_per_million_tokens")).toEqual([
    {
      ...model,
      model: "gpt-5.2",
      input_tokens: "4500000",
      output_tokens: "1000000",
      cost_usd: "57.000000000000",
      usd_per_million_tokens: 10.3636,
    },
    {
      ...model,
      model: "opus",
      input_tokens: "5000000",
      output_tokens: "0",
      cost_usd: "50.000000000000",
      usd_per_million_tokens: 10,
    },
  ]);
});
