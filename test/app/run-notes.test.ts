import { expect, test } from "vitest";
import type { DayDifference, RunRecord } from "#app/ports/pipeline-state.ts";
import { notesOf } from "#app/run-notes.ts";
import type { Instant, UsageDate } from "#core/time.ts";

const day = "2026-11-22" as UsageDate;
const difference = (change: Partial<DayDifference> = {}): DayDifference => ({
  ...{ usageDate: day, cells_usd: "10", cost_daily_usd: "12.5", combinations: 2, standing: true },
  ...change,
});

function notes(record: Partial<RunRecord>, before: readonly DayDifference[] = []) {
  const at = 0 as Instant;
  const run = { id: "r", startedAt: at, finishedAt: at, status: "succeeded", days: [], differences: [] } as const;
  return notesOf({ ...run, ...record }, before);
}

test("a difference that stands is told with its day and sums", () => {
  const [note, ...others] = notes({ differences: [difference()] }, [difference({ standing: false })]);
  expect(others).toEqual([]);
  expect(note?.subject).toBe("Live sums and the lake differ");
  expect(note?.text).toContain("2026-11-22: live sums 10 USD, lake 12.5 USD, 2 combinations");
});

test("it is told once, and again when it has changed", () => {
  expect(notes({ differences: [difference()] }, [difference()])).toEqual([]);
  expect(notes({ differences: [difference({ combinations: 3 })] }, [difference()]).length).toBe(1);
});

test("what is only late is not told", () => {
  expect(notes({ differences: [difference({ standing: false })] })).toEqual([]);
});

test("what was repaired is told as that, with its amounts", () => {
  const repairs = [{ usageDate: day, cells: 2, cost_usd: "2.5", entries: 4 }];
  const [note, ...others] = notes({ differences: [difference()], repairs });
  expect(others).toEqual([]);
  expect(note?.subject).toBe("Live sums were repaired");
  expect(note?.text).toContain("2026-11-22: 2.5 USD and 4 entries added to 2 cells");
});

test("a failed run is told with its step and reason", () => {
  const text = "Run r failed at merge_cost_daily: no space";
  expect(notes({ status: "failed", error: "merge_cost_daily: no space" })).toEqual([
    { subject: "The pipeline failed", text },
  ]);
});
