import { earliestLiveDate } from "#core/event-window.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { type CostReportDeps, makeCostReport, type SpendTotal } from "./cost-report.ts";
import type { PipelineState, RunRecord } from "./ports/pipeline-state.ts";

export interface Status {
  readonly now: Instant;
  /** Says how far the lake has come, and on which days it differs from the cells. */
  readonly lastRun: RunRecord | null;
  /** Of the days of the live path. */
  readonly unpriced: SpendTotal;
  readonly unallocated: SpendTotal;
}

/** What a person looks at first: is the lake fresh, is anything without price or owner. */
export const makeStatus = (deps: CostReportDeps & { readonly state: PipelineState }) => {
  const costReport = makeCostReport(deps);
  return async (): Promise<Status> => {
    const now = deps.clock();
    const [report, [lastRun]] = await Promise.all([
      costReport({
        from: earliestLiveDate(now),
        to: addDays(usageDateOf(now), 1),
        granularity: "total",
        groupBy: [],
        filters: {},
      }),
      deps.state.lastRuns(1),
    ]);
    const { unpriced, unallocated } = report.totals;
    return { now, lastRun: lastRun ?? null, unpriced, unallocated };
  };
};
