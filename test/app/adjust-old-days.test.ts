import { expect, test } from "vitest";
import { makeAdjust } from "#app/adjust.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeIngest } from "#app/ingest.ts";
import { makePostSpend } from "#app/post-spend.ts";
import { cellsOf } from "#core/spend-cell.ts";
import { dayMs, type Instant, type UsageDate } from "#core/time.ts";
import { noRules } from "../fakes/company-rules.ts";
import { memoryLedger } from "../fakes/memory-ledger.ts";
import { memorySpend } from "../fakes/memory-spend.ts";
import { memoryClosedDays, memoryLakeEvents } from "../fakes/memory-stores.ts";
import { at, event, officer, sender, sha256, stubRater } from "../fakes/usage.ts";

test("the cells of an old day, which adjustments alone have reached, are never shown in place of its pack", async () => {
  const ledger = memoryLedger();
  const lakeEvents = memoryLakeEvents();
  const spend = memorySpend();
  const closedDays = memoryClosedDays();
  let now = at("2026-11-23T12:00:00Z");
  const deps = { ledger, lakeEvents, rater: async () => stubRater, rules: noRules, clock: () => now, sha256 };
  await makeIngest(deps)([event(), event({ id: "call-2" })], sender);
  const usageDate = "2026-11-20" as UsageDate;
  const pack = () => closedDays.write([{ usageDate, generation: 0, cells: cellsOf([...merged.values()]) }]);
  const merged = new Map(ledger.entries);
  for (const entry of merged.values()) lakeEvents.add(entry);
  await pack();
  ledger.entries.clear();
  const changesBefore = ledger.changes.length;
  now = (now + 40 * dayMs) as Instant;

  const order = {
    requestId: "r1",
    source: "gateway",
    id: "call-1",
    reason: "test traffic",
    change: { void: true } as const,
  };
  expect(await makeAdjust(deps)(order, officer)).toMatchObject({ status: "accepted" });
  await makePostSpend({ spend, clock: () => now })("shard-1", ledger.changes.slice(changesBefore));
  expect([...spend.cells.values()].map(({ sums }) => sums.cost)).toEqual([-8_000_000_000n]);

  const total = async () => {
    const query = { from: usageDate, to: usageDate, granularity: "daily", groupBy: [], filters: {} } as const;
    return (await makeCostReport({ spend, closedDays, clock: () => now })(query)).totals.cost;
  };
  expect(await total()).toBe(16_000_000_000n);
  for (const [key, entry] of ledger.entries) merged.set(key, entry);
  await pack();
  expect(await total()).toBe(8_000_000_000n);
});
