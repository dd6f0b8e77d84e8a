import { expect, test, vi } from "vitest";
import type { DayDifference, RunRecord } from "#app/ports/pipeline-state.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import { startBackground } from "#server/background.ts";

const now = Date.parse("2026-11-23T12:00:00Z") as Instant;

const difference = (change: Partial<DayDifference>): DayDifference => ({
  usageDate: "2026-11-22" as UsageDate,
  cells_usd: "10",
  cost_daily_usd: "7.5",
  combinations: 2,
  standing: true,
  ...change,
});

/** What is logged while runs end with these differences, one after the other. */
async function loggedAfter(runs: readonly (readonly DayDifference[])[]) {
  const clock = () => now;
  const ledger = openLedger({ path: IN_MEMORY, clock });
  const [control, spend] = [openControl(IN_MEMORY), openSpend(IN_MEMORY)];
  const left = [...runs];
  const runPipeline = async (): Promise<RunRecord> => {
    const differences = left.shift() ?? [];
    return { id: "r", startedAt: now, finishedAt: now, status: "succeeded", days: [], differences };
  };
  const log = vi.fn();
  const background = startBackground({
    stores: {
      ...{ ...control, ...spend, ledger, close: () => {} },
      landing: { write: async () => {}, purge: async () => {} },
      engine: { run: async () => [] },
      catalog: () => undefined,
    },
    ...{ clock, runPipeline, log, postSpend: async () => {}, landUsage: async () => {} },
  });
  for (const _ of runs) await background.runNow();
  await background.stop();
  for (const store of [ledger, control, spend]) store.close();
  return log.mock.calls;
}

test("a difference that stands is logged once, with its day and sums, and again when it changes", async () => {
  const [first, again] = [difference({}), difference({ combinations: 3 })];
  const calls = await loggedAfter([[difference({ standing: false })], [first], [first], [again]]);
  const days = (combinations: number) => ({
    run: "r",
    days: `2026-11-22: live sums 10 USD, lake 7.5 USD, ${combinations} combinations`,
  });
  const what = "live sums and the lake differ, and nothing is on its way that would explain it";
  expect(calls).toEqual([
    [what, undefined, days(2)],
    [what, undefined, days(3)],
  ]);
});

test("what is only late is not logged", async () => {
  expect(await loggedAfter([[difference({ standing: false })], []])).toEqual([]);
});
