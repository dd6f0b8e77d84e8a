import type { AlertReading } from "#core/alert.ts";
import { formatInstant, hourMs, type Instant } from "#core/time.ts";
import type { PipelineState, RunRecord } from "./ports/pipeline-state.ts";

export interface PipelineLateDeps {
  readonly pipeline: Pick<PipelineState, "lastRuns">;
  /** Before, nobody expected the pipeline to run: a server that was off. 0 where it never is. */
  readonly runningSince: Instant;
}

export interface PipelineLateness {
  readonly readings: readonly AlertReading[];
  /** The id of the last run that has done anything. */
  readonly lastRun: string | undefined;
}

/** It runs hourly, and as often as it can where something failed. */
const lateMs = 3 * hourMs;
const runsRead = 20;

/** It succeeded, or found nothing to do. A run that was turned away by another one says so in `error`. */
const isGood = ({ status, error }: RunRecord) => status !== "failed" && error === undefined;

function readingOf(good: Instant | undefined, lateSince: Instant, last: RunRecord, now: Instant): AlertReading {
  const lateHours = Math.floor((now - lateSince) / hourMs);
  const sinceText =
    good === undefined ? `before ${formatInstant(lateSince)}` : `the run that ended at ${formatInstant(good)}`;
  return {
    rule: { kind: "pipeline_late", subject: "pipeline", period: null, threshold: `${lateMs / hourMs} hours` },
    ...{ severity: "warning", team: null, visibleTo: null, owner: null },
    ...{ level: lateHours, step: null, isNotice: false },
    title: `The pipeline is late: reports end ${lateHours} hours ago`,
    facts: [
      { label: "What", value: `No run of the pipeline has ended well for ${lateHours} hours` },
      { label: "Where", value: "reports of closed days, forecasts, findings and checks; live sums are not affected" },
      { label: "Since", value: sinceText },
      {
        label: "Last run",
        value: `${last.status} at ${formatInstant(last.finishedAt)}${last.error ? `: ${last.error}` : ""}`,
      },
    ],
  };
}

/**
 * Whether no run has ended well for three hours, on an installation that has run before. Runs that fail often may push
 * the last good one out of what is read: then it is counted from the oldest that failed.
 */
export function makeJudgePipelineLate({ pipeline, runningSince }: PipelineLateDeps) {
  let known: { readonly good: Instant | undefined; readonly since: Instant } | undefined;

  return async (now: Instant): Promise<PipelineLateness> => {
    const runs = await pipeline.lastRuns(runsRead);
    const lastRun = runs.find(({ status }) => status !== "skipped")?.id;
    const [last] = runs;
    if (last === undefined) return { readings: [], lastRun };
    const good = runs.find(isGood)?.finishedAt;
    if (good !== undefined) known = { good, since: good };
    known ??= { good: undefined, since: (runs.at(-1) ?? last).startedAt };
    const since = Math.max(known.since, runningSince) as Instant;
    const isLate = now - since > lateMs;
    return { readings: isLate ? [readingOf(known.good, since, last, now)] : [], lastRun };
  };
}
