import { expect, test } from "vitest";
import { makeLakeEvents } from "#app/find-events.ts";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { type EventPlace, makeSelectEvents, type Selection } from "#app/select-events.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { addDays, formatInstant, hourMs, type Instant, usageDateOf } from "#core/time.ts";
import type { UsageFilter } from "#core/usage-filter.ts";
import { landedHour } from "#lake/landed-hour.ts";
import { adjustment, entry } from "../lake/entries.ts";
import { entriesOver, extremes } from "./proof-entries.ts";
import { comparedTables, openTwoLakes } from "./two-lakes.ts";

/** The cost of each day in pico-dollars, added up here: the first entry of each key counts. */
function costByDay(entries: readonly LedgerEntry[]): Map<string, bigint> {
  const seen = new Set<string>();
  const sums = new Map<string, bigint>();
  for (const { key, usageDate, cost } of entries) {
    if (seen.has(key)) continue;
    seen.add(key);
    sums.set(usageDate, (sums.get(usageDate) ?? 0n) + (cost ?? 0n));
  }
  return sums;
}

type Lakes = Awaited<ReturnType<typeof openTwoLakes>>;

/** Runs both pipelines, compares what they say and every row of every table; gives the number of days recomputed. */
async function runBoth(lakes: Lakes): Promise<number> {
  const [there, here] = await lakes.run();
  expect(there).toEqual(here);
  expect({ status: there.status, error: there.error }).toEqual({ status: "succeeded", error: undefined });
  for (const table of comparedTables) {
    const [rows, wanted] = await lakes.rowsOf(table);
    expect(wanted.length).toBeGreaterThan(0);
    expect(rows).toEqual(wanted);
  }
  for (const [name, rows, wanted] of await lakes.analystRows()) expect(rows, name).toEqual(wanted);
  return there.days.length;
}

async function costOnTrino({ trino }: Lakes): Promise<Map<string, bigint>> {
  const rows = await trino.query("select usage_date, sum(cost) as cost from cost_daily group by usage_date");
  const found = rows.map(
    ({ usage_date, cost }) => [String(usage_date), BigInt(String(cost).replace(".", ""))] as const,
  );
  return new Map(found.sort());
}

/** Asks both what restatements and the list of the quarantine ask. */
async function askBoth({ trino, duckdb }: Lakes, days: Pick<Selection, "from" | "to">): Promise<void> {
  const page = async (filter: UsageFilter, after?: EventPlace) => {
    const selection = { ...days, filter, ...(after && { after }) };
    const found = await makeSelectEvents(trino)(selection);
    expect(found).toEqual(await makeSelectEvents({ engine: duckdb })(selection));
    return found;
  };
  const first = await page({});
  const second = await page({}, first.at(-1)?.place);
  expect([first.length, second.length]).toEqual([100, 100]);
  const keys = new Set([...first, ...second].map(({ original }) => original.key));
  expect(keys.size).toBe(200);
  expect((await page({ team: "ads", receivedSince: 0 as Instant })).some(({ history }) => history.length > 1)).toBe(
    true,
  );
  expect((await page({ missing: "team", source: "app" })).map(({ original }) => original.id)).toEqual(["lost"]);
  for (const name of ["unallocated_usage", "usual_attribution"]) {
    const rows = await trino.engine.run(name, { parameters: [days.from, days.to] });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(await duckdb.run(name, { parameters: [days.from, days.to] }));
  }
}

const sorted = (sums: Map<string, bigint>) => new Map([...sums].sort());

test("400 days of one landing are merged and rolled up in writes that each touch at most 90 of them", async () => {
  await using lakes = await openTwoLakes();
  const entries = entriesOver(400, usageDateOf(lakes.now()), 800);
  await lakes.land(entries);
  expect(await runBoth(lakes)).toBe(400);
  expect(await costOnTrino(lakes)).toEqual(sorted(costByDay(entries)));
});

test("the pipeline over the same landed files gives the same tables on Trino and on DuckDB, to the pico-dollar", async () => {
  await using lakes = await openTwoLakes();
  const lastDay = addDays(usageDateOf(lakes.now()), -1);
  const landed: LedgerEntry[] = [];
  const land = async (entries: readonly LedgerEntry[], importId = "") => {
    landed.push(...entries);
    await lakes.land(entries, importId);
  };

  // Some entries twice in their file, some in another one.
  const entries = entriesOver(20, lastDay, 2_000);
  const huge = extremes(formatInstant((lakes.now() - 100 * hourMs) as Instant));
  await land([...entries, ...entries.slice(0, 100)]);
  await land(entries.slice(50, 300));
  await land(huge);
  expect(await runBoth(lakes)).toBe(20);

  // Late events, the same keys again with other content, adjustments, an import.
  lakes.wait(hourMs);
  const [first, second] = entries as [LedgerEntry, LedgerEntry];
  const late = entriesOver(5, addDays(lastDay, -19), 60).map((one) => ({
    ...one,
    source: "late",
    key: `late ${one.key}`,
  }));
  const lost: LedgerEntry = {
    ...entry({ id: "lost", time: `${addDays(lastDay, -19)}T10:00:00Z`, team: "unallocated", cost: 7n }),
    trace: { unregistered: { team: "serach's" }, filledBy: { feature: "rule-1" }, policy: "unlisted" },
  };
  await land([...late, lost, { ...first, cost: null, contentHash: "another" }]);
  await land(adjustment(first, { team: "ads", cost: 3n }, formatInstant(lakes.now())));
  await land(adjustment(second, { team: "ads", cost: null }, formatInstant(lakes.now())));
  await land([entry({ id: "imported", time: "2020-02-29T00:00:00Z" }), first], "import-1");
  expect(await runBoth(lakes)).toBe(8);

  // What else is asked of the lake.
  const hour = landedHour(lakes.now());
  const since = formatInstant(lakes.now()).replace("T", " ").replace("Z", "");
  for (const [name, options] of [
    ["import_counts", { parameters: ["import-1"], substitutions: { from_hour: hour } }],
    [
      "landed_unmerged",
      { substitutions: { from_hour: "2000-01-01-00", known_from: "0001-01-01", known_to: "9999-12-31" } },
    ],
    ["landed_since", { parameters: [since], substitutions: { from_hour: "2000-01-01-00" } }],
  ] as const) {
    expect(await lakes.trino.engine.run(name, options)).toEqual(await lakes.duckdb.run(name, options));
  }
  await askBoth(lakes, { from: addDays(lastDay, -30), to: lastDay });
  for (const one of [first, ...huge]) {
    const find = (engine: QueryEngine) => makeLakeEvents({ engine }).find(one.source, one.id);
    const found = await find(lakes.trino.engine);
    expect(found).toEqual(await find(lakes.duckdb));
    expect(found[0]).toEqual(one);
  }

  // Nothing but what is known, and a customer to erase: not a cent moves.
  lakes.wait(hourMs);
  await land(entries.slice(0, 500));
  await lakes.erase("kunde-3-ü");
  expect(await runBoth(lakes)).toBeGreaterThan(0);
  const named = "select count(*) as n from usage_events where customer_id = 'kunde-3-ü'";
  expect(await lakes.trino.query(named)).toEqual([{ n: 0n }]);
  expect(await costOnTrino(lakes)).toEqual(sorted(costByDay(landed)));
});

test("two merges at a time take each key once", async () => {
  await using lakes = await openTwoLakes();
  const lastDay = usageDateOf(lakes.now());
  await lakes.land(entriesOver(10, lastDay, 500));
  const firstDay = addDays(lastDay, -80);
  const substitutions = {
    ...{ from_hour: "2000-01-01-00", first_day: firstDay, last_day: lastDay },
    ...{ known_from: firstDay, known_to: lastDay },
  };
  const merge = () => lakes.trino.engine.run("merge_usage_events", { substitutions });
  const endings = await Promise.allSettled([merge(), merge(), merge()]);
  const failed = endings.filter((ending) => ending.status === "rejected");
  for (const { reason } of failed) expect(String(reason)).toContain("ICEBERG_COMMIT_ERROR");
  expect(failed.length).toBeLessThan(3);
  expect(await lakes.trino.query("select count(*) as n, count(distinct key) as keys from usage_events")).toEqual([
    { n: 500n, keys: 500n },
  ]);
});
