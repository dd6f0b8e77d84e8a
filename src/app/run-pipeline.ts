import { PIPELINE, type PipelineStep } from "#lake/steps.ts";
import { makePipelineRun, type PipelineRunDeps, type RunRequest } from "./pipeline-run.ts";
import type { RunRecord } from "./ports/pipeline-state.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import { fillings, type RunState } from "./run-state.ts";

export interface PipelineDeps extends PipelineRunDeps {
  /**
   * Who takes the lease. The same name after a restart goes on where its killed run held it; runs of one name must not
   * overlap in two processes (in one they do not).
   */
  readonly holder: string;
}

export type RunPipeline = (request?: RunRequest) => Promise<RunRecord>;

type Statement = PipelineStep & { readonly kind: "statement" };

async function runStatement(engine: QueryEngine, step: Statement, state: RunState): Promise<void> {
  for (const substitutions of fillings(step.over, state)) {
    const rows = await engine.run(step.name, { substitutions });
    if (step.expect === "no_rows" && rows.length > 0) {
      throw new Error(
        `found ${JSON.stringify(rows.slice(0, 3), (_, v) => (typeof v === "bigint" ? String(v) : v))}, want no rows`,
      );
    }
  }
}

/** Walks `PIPELINE` in this process. */
function makeWalk(deps: PipelineDeps): (request: RunRequest) => Promise<RunRecord> {
  const run = makePipelineRun(deps);

  async function runStep(step: PipelineStep, state: RunState): Promise<RunState> {
    if (step.kind === "task") return run.task(step.name, state);
    if (!(await deps.state.takeLease(deps.holder, deps.clock(), deps.leaseTtlMs))) throw new Error("the lease is lost");
    await runStatement(deps.engine, step, state);
    return state;
  }

  return async (request) => {
    const begun = await run.begin(request, deps.holder);
    if (begun.status === "skipped") return begun.record;
    let { state } = begun;
    for (const step of PIPELINE) {
      if (!state.when[step.when]) continue;
      try {
        state = await runStep(step, state);
      } catch (error) {
        return run.finish(state, `${step.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return run.finish(state);
  };
}

/**
 * Brings the lake up to date: merges what has landed, recomputes the days that changed, checks, packs closed days and
 * counts imports (`PIPELINE`). What a killed or failed run leaves is found again from the tables themselves, not from
 * its memory. A step that fails ends the run, whose record says which and why. Runs follow one another; two calls that
 * ask for nothing in particular share one.
 */
export function makeRunPipeline(deps: PipelineDeps): RunPipeline {
  const walk = makeWalk(deps);
  let last: Promise<unknown> = Promise.resolve();
  let shared: Promise<RunRecord> | undefined;
  return (request) => {
    if (request === undefined && shared !== undefined) return shared;
    const mine = last.then(() => walk(request ?? {}));
    last = mine.catch(() => undefined);
    if (request !== undefined) return mine;
    shared = mine.finally(() => {
      shared = undefined;
    });
    return shared;
  };
}
