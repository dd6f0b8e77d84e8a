import type { Caller } from "#app/caller.ts";
import type { RunRequest } from "#app/pipeline-run.ts";
import type { RunRecord } from "#app/ports/pipeline-state.ts";
import type { Handlers, Reply } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { formatInstant } from "#core/time.ts";

interface StartedRun {
  readonly id: string;
  readonly status: "running";
}

export interface PipelineDeps {
  /** Runs the pipeline, or has it run elsewhere. */
  readonly startPipeline: (request?: RunRequest) => Promise<RunRecord | StartedRun>;
}

type PipelineRun = (Reply<Routes["runPipeline"]> & { status: 200 })["body"];

export function pipelineRun(record: RunRecord): PipelineRun {
  return {
    id: record.id,
    started_at: formatInstant(record.startedAt),
    finished_at: formatInstant(record.finishedAt),
    status: record.status,
    days: [...record.days],
    differences: record.differences.map(({ usageDate, ...difference }) => ({
      usage_date: usageDate,
      ...difference,
    })),
    repairs: (record.repairs ?? []).map(({ usageDate, ...repair }) => ({ usage_date: usageDate, ...repair })),
    ...(record.error !== undefined && { error: record.error }),
  };
}

export const makeRunPipelineHandler =
  ({ startPipeline }: PipelineDeps): Handlers<Routes, Caller>["runPipeline"] =>
  async ({ body }) => {
    const backfill = body && { from: body.from, to: body.to, lowerCells: body.lower_cells ?? false };
    const run = await startPipeline(backfill && { backfill });
    if (run.status === "running") return { status: 202, body: { id: run.id, status: run.status } };
    return { status: 200, body: pipelineRun(run) };
  };
