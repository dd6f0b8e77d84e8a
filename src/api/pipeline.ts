import type { Caller } from "#app/caller.ts";
import type { RunRecord } from "#app/ports/pipeline-state.ts";
import type { Handlers, Reply } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { formatInstant } from "#core/time.ts";

export interface PipelineDeps {
  readonly runPipeline: () => Promise<RunRecord>;
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
    ...(record.error !== undefined && { error: record.error }),
  };
}

export const makeRunPipelineHandler =
  ({ runPipeline }: PipelineDeps): Handlers<Routes, Caller>["runPipeline"] =>
  async () => ({ status: 200, body: pipelineRun(await runPipeline()) });
