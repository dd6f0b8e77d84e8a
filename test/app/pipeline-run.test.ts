import { expect, test } from "vitest";
import { makePipelineRun } from "#app/pipeline-run.ts";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { addDays, type UsageDate } from "#core/time.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { noFindings } from "../fakes/no-findings.ts";
import { untold } from "../fakes/untold.ts";
import { at } from "../fakes/usage.ts";

const now = at("2026-11-23T12:00:00Z");
const firstDay = "2023-06-01" as UsageDate;

function makeRun(engine: QueryEngine, judgeAlerts = untold.judgeAlerts) {
  const control = openControl(IN_MEMORY, () => now);
  const { spend, closedDays } = openSpend(IN_MEMORY);
  const run = makePipelineRun({
    ...{ engine, state: control.pipeline, spend, closedDays, imports: control.imports, erasures: control.erasures },
    ...{
      ledger: { read: async () => new Map() },
      ledgerErasure: { replace: async () => {} },
      ...untold,
      judgeAlerts,
      findings: noFindings,
    },
    ...{ clock: () => now, newId: () => "run-1", leaseTtlMs: 1_000 },
  });
  return { run, stored: control.pipeline };
}

/** A run in a lake of which so many days are behind. */
async function begin(daysBehind: number, judgeAlerts = untold.judgeAlerts) {
  const behind = { merged: "2", in_cost_daily: "1", in_customer_daily: "1" };
  const rows = Array.from({ length: daysBehind }, (_, i) => ({ usage_date: addDays(firstDay, i), ...behind }));
  const engine: QueryEngine = { run: async (name) => (name.startsWith("landed_da") ? rows : []) };
  const { run, stored } = makeRun(engine, judgeAlerts);
  const begun = await run.begin({}, "a");
  if (begun.status !== "running") throw new Error("nothing to do");
  return { run, state: begun.state, stored };
}

test("what travels between the steps is plain JSON of less than 100 KB, whatever has changed", async () => {
  const { run, state } = await begin(1_200);
  const changed = await run.task("find_changed_days", state);
  expect(JSON.parse(JSON.stringify(changed))).toEqual(changed);
  expect(JSON.stringify(changed).length).toBeLessThan(100_000);
  expect(changed.changedDays.length).toBe(900);
  expect(changed.leavesDays).toBe(true);
});

test("statements are filled with literals, at most 90 dates at a time", async () => {
  const { run, state } = await begin(92);
  expect(state.when).toMatchObject({ always: true, landed: true, days_changed: false });
  const { when, over } = await run.task("find_changed_days", state);
  expect(when.days_changed).toBe(true);
  expect(over.changed_days.map(({ dates }) => dates.split(", ").length)).toEqual([90, 2]);
  expect(over.changed_days[1]).toEqual({ dates: "date '2023-08-30', date '2023-08-31'" });
  expect(over.landing_window[0]?.from_hour).toBe("'2000-01-01-00'");
});

test("a task of a run whose lease another has taken does nothing", async () => {
  const { run, state, stored } = await begin(1);
  await stored.releaseLease("a");
  await stored.takeLease("b", now, 1_000);
  await expect(run.task("find_changed_days", state)).rejects.toThrow("the lease is lost");
});

test("a run that leaves days does not move the watermark; one that failed neither", async () => {
  for (const [days, error, watermark] of [
    [901, undefined, undefined],
    [900, undefined, now],
    [900, "check_totals: found rows", undefined],
  ] as const) {
    const { run, state, stored } = await begin(days);
    await run.finish(await run.task("find_changed_days", state), error);
    expect(await stored.watermark()).toBe(watermark);
  }
});

test("nobody can be told: the run is recorded and its lease given back all the same, and the fault is not hidden", async () => {
  const { run, state, stored } = await begin(1, async () => {
    throw new Error("the outbox is gone");
  });
  await expect(run.finish(state, "check_totals: found rows")).rejects.toThrow("the outbox is gone");
  expect(await stored.lastRuns(1)).toMatchObject([{ id: "run-1", status: "failed" }]);
  expect(await stored.takeLease("b", now, 1_000)).toBe(true);
});

test("a run that cannot find out what there is to do is recorded as failed, with the differences that stood before", async () => {
  const engine: QueryEngine = {
    run: async () => {
      throw new Error("sql/landed_dates.sql: no such bucket");
    },
  };
  const { run, stored } = makeRun(engine);
  const usageDate = "2026-11-20" as UsageDate;
  const differences = [{ usageDate, cells_usd: "1", cost_daily_usd: "2", combinations: 1, standing: true }];
  const times = { startedAt: now, finishedAt: now };
  await stored.finish({ id: "run-0", ...times, status: "succeeded", days: [], differences }, undefined);
  await expect(run.begin({}, "a")).rejects.toThrow("no such bucket");
  const error = "begin: sql/landed_dates.sql: no such bucket";
  expect(await stored.lastRuns(1)).toEqual([{ id: "run-1", ...times, status: "failed", days: [], differences, error }]);
  expect(await stored.takeLease("b", now, 1_000)).toBe(true);
});

test("where even that cannot be recorded, the fault that is told is the first one", async () => {
  const { run, stored } = makeRun({
    run: async () => {
      throw new Error("no such bucket");
    },
  });
  stored.finish = async () => {
    throw new Error("the state is out");
  };
  await expect(run.begin({}, "a")).rejects.toThrow("no such bucket");
  expect(await stored.takeLease("b", now, 1_000)).toBe(true);
});
