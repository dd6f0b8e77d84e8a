import { expect, test } from "vitest";
import type { DayDifference, RunRecord } from "#app/ports/pipeline-state.ts";
import { coveredBy, readingsOf } from "#app/run-notes.ts";
import { nextAlert } from "#core/alert-state.ts";
import type { Instant, UsageDate } from "#core/time.ts";

const day = "2026-11-22" as UsageDate;
const now = Date.parse("2026-11-23T00:05:00Z") as Instant;
const difference = (change: Partial<DayDifference> = {}): DayDifference => ({
  ...{ usageDate: day, cells_usd: "10", cost_daily_usd: "12.5", combinations: 2, standing: true },
  ...change,
});
const record = (changes: Partial<RunRecord>): RunRecord => ({
  ...{ id: "r", startedAt: now, finishedAt: now, status: "succeeded", days: [], differences: [] },
  ...changes,
});
const readings = (changes: Partial<RunRecord>) =>
  readingsOf(record(changes)).map(({ title, facts, isNotice }) => ({
    title,
    text: facts.map(({ value }) => value).join("; "),
    isNotice,
  }));

test("a difference that stands is told with its day and sums", () => {
  const [reading, ...others] = readings({ differences: [difference()] });
  expect(others).toEqual([]);
  expect(reading).toMatchObject({ title: "Live sums and the lake differ", isNotice: false });
  expect(reading?.text).toContain("2026-11-22: live sums 10 USD, lake 12.5 USD, 2 combinations");
});

test("it is told once, and again when more of them differ", () => {
  const [first, same, more] = [2, 2, 3].map(
    (combinations) => readingsOf(record({ differences: [difference({ combinations })] }))[0],
  );
  const told = nextAlert(undefined, first, now);
  expect(told?.alert?.event).toBe("raised");
  expect(nextAlert(told?.state, same, now)).toBeUndefined();
  expect(nextAlert(told?.state, more, now)?.alert?.event).toBe("worsened");
});

test("what is only late is not told", () => {
  expect(readings({ differences: [difference({ standing: false })] })).toEqual([]);
});

test("what was repaired is told as that, once, with its amounts", () => {
  const repairs = [{ usageDate: day, cells: 2, cost_usd: "2.5", entries: 4 }];
  const [reading, ...others] = readings({ differences: [difference()], repairs });
  expect(others).toEqual([]);
  expect(reading).toMatchObject({ title: "Live sums were repaired", isNotice: true });
  expect(reading?.text).toContain("2026-11-22: 2.5 USD and 4 entries added to 2 cells");
});

test("a failed run is told with its step and reason; a good one resolves it, and alone says that sums agree", () => {
  const [reading] = readings({ status: "failed", error: "merge_cost_daily: no space" });
  expect(reading?.title).toBe("The pipeline failed");
  expect(reading?.text).toContain("The run failed at merge_cost_daily: no space; r; 2026-11-23T00:05:00.000Z");
  const rule = (kind: "pipeline_failed" | "account_differs" | "silent_source") =>
    ({ kind, subject: "pipeline", period: null, threshold: null }) as const;
  const kinds = ["pipeline_failed", "account_differs", "silent_source"] as const;
  const covered = (status: RunRecord["status"]) => kinds.filter((kind) => coveredBy(record({ status }))(rule(kind)));
  expect(covered("succeeded")).toEqual(["pipeline_failed", "account_differs"]);
  expect(covered("failed")).toEqual(["pipeline_failed"]);
});
