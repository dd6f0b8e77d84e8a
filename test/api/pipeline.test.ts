import { expect, test } from "vitest";
import { pipelineRun } from "#api/pipeline.ts";
import { pipelineRun as wireRun } from "#contract/status.ts";
import type { Instant, UsageDate } from "#core/time.ts";

test("a run tells on how many combinations a day differs, and whether that stands", () => {
  const at = Date.parse("2026-11-23T12:00:00Z") as Instant;
  const difference = { cells_usd: "10", cost_daily_usd: "7.5", combinations: 2, standing: true };
  const body = pipelineRun({
    ...{ id: "r", startedAt: at, finishedAt: at, status: "succeeded", days: [] },
    differences: [{ usageDate: "2026-11-22" as UsageDate, ...difference }],
  });
  expect(wireRun.parse(body).differences).toEqual([{ usage_date: "2026-11-22", ...difference }]);
});
