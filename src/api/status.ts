import type { Caller } from "#app/caller.ts";
import type { makeCostReport } from "#app/cost-report.ts";
import type { PipelineState } from "#app/ports/pipeline-state.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { addDays, formatInstant, type Instant, usageDateOf } from "#core/time.ts";
import { pipelineRun } from "./pipeline.ts";
import { spendCount } from "./spend-count.ts";

export interface StatusDeps {
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly pipeline: Pick<PipelineState, "lastRuns">;
  readonly clock: () => Instant;
  /** The data is the made-up company's. */
  readonly demo: boolean;
}

const daysShown = 31;

export const makeStatus =
  ({ costReport, pipeline, clock, demo }: StatusDeps): Handlers<Routes, Caller>["status"] =>
  async () => {
    const now = clock();
    const to = usageDateOf(now);
    const from = addDays(to, 1 - daysShown);
    const [lastRun] = await pipeline.lastRuns(1);
    const { totals } = await costReport({ from, to, granularity: "total", groupBy: [], filters: {} });
    return {
      status: 200,
      body: {
        data: demo ? "demo" : "own",
        now: formatInstant(now),
        last_run: lastRun ? pipelineRun(lastRun) : null,
        unpriced: spendCount(totals.unpriced),
        unallocated: spendCount(totals.unallocated),
      },
    };
  };

export const makeHealth = (): Handlers<Routes, Caller>["health"] => async () => ({
  status: 200,
  body: { status: "ok" },
});
