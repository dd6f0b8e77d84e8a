import { hourMs, type Instant } from "#core/time.ts";
import type { PipelineStep } from "#lake/steps.ts";
import { checkCells } from "./check-cells.ts";
import { countImports } from "./count-imports.ts";
import { type EraseDeps, finishErasures, publishErasures, readErasureDays } from "./erase-customers.ts";
import type { FindAnomalies } from "./find-anomalies.ts";
import type { makeJudgeAlerts } from "./judge-alerts.ts";
import { readLandedDays } from "./landed-days.ts";
import type { LookForFindings } from "./look-for-findings.ts";
import type { MakeForecasts } from "./make-forecasts.ts";
import type { MeasureLakeBudgets } from "./measure-lake-budgets.ts";
import { packClosedDays } from "./pack-closed-days.ts";
import { lastRun, type PlanDeps, planRun, whyTurnedAway } from "./plan-run.ts";
import type { ClosedDays } from "./ports/closed-days.ts";
import type { DayRepair, RunRecord } from "./ports/pipeline-state.ts";
import type { SpendStore } from "./ports/spend.ts";
import { claimRepairs } from "./repair-account.ts";
import { repairCells } from "./repair-cells.ts";
import { coveredBy, readingsOf } from "./run-notes.ts";
import { type Backfill, daysToRecompute, type RunState, stateOf } from "./run-state.ts";
import type { SendSummaries } from "./send-summaries.ts";
import { Unavailable } from "./unavailable.ts";

export interface PipelineRunDeps extends PlanDeps, EraseDeps {
  readonly spend: SpendStore;
  readonly closedDays: ClosedDays;
  readonly judgeAlerts: ReturnType<typeof makeJudgeAlerts>;
  readonly findings: LookForFindings;
  readonly measureBudgets: MeasureLakeBudgets;
  readonly makeForecasts: MakeForecasts;
  readonly findAnomalies: FindAnomalies;
  readonly sendSummaries: SendSummaries;
  readonly clock: () => Instant;
  readonly newId: () => string;
  /** Longer than anything that is done between two calls. */
  readonly leaseTtlMs: number;
}

export interface RunRequest {
  /** Under which the run is recorded; without one it gets a new one. */
  readonly id?: string;
  readonly backfill?: Backfill;
}

/** Runs begin hourly. */
const pauseMsMax = 2 * hourMs;

type BegunRun =
  | { readonly status: "skipped"; readonly record: RunRecord }
  | { readonly status: "running"; readonly state: RunState };

export type TaskName = (PipelineStep & { readonly kind: "task" })["name"];

export interface PipelineRun {
  /**
   * Takes the lease and looks at what there is to do. `skipped`: nothing, or another run has the lease. The same holder
   * may begin again where its last run was killed. Where looking fails, the run is recorded as failed, and is over.
   */
  begin(request: RunRequest, holder: string): Promise<BegunRun>;
  /** Runs a step that is no statement. Run again, with the same state, it ends the same. */
  task(name: TaskName, state: RunState): Promise<RunState>;
  /** Keeps the record, tells what people must know, gives the lease back. */
  finish(state: RunState, error?: string): Promise<RunRecord>;
}

async function runTask(deps: PipelineRunDeps, name: TaskName, state: RunState): Promise<Partial<RunState>> {
  switch (name) {
    case "publish_erasures":
      await publishErasures(deps);
      return {};
    case "find_changed_days": {
      const landed = await readLandedDays(deps.engine, state.fromHour);
      const behind = landed.filter((day) => day.behind).map(({ usageDate }) => usageDate);
      const erased = state.erases ? await readErasureDays(deps.engine) : [];
      return daysToRecompute(state.backfill, [...new Set([...behind, ...erased])]);
    }
    case "check_cells":
      return checkCells(deps, state);
    case "repair_cells":
      await repairCells(deps, state);
      return {};
    case "pack_closed_days":
      await packClosedDays(deps, state);
      return {};
    case "count_imports":
      await countImports(deps, state.waiting);
      return {};
    case "finish_erasures":
      await finishErasures(deps, state);
      return {};
    case "look_for_findings":
      await deps.findings.ofDays({ nightly: state.nightly, days: state.changedDays });
      return {};
    case "measure_budgets":
      await deps.measureBudgets(state);
      return {};
    case "make_forecasts":
      await deps.makeForecasts(state);
      return {};
    case "find_anomalies":
      await deps.findAnomalies({ nightly: state.nightly, days: state.changedDays });
      return {};
    case "send_summaries":
      await deps.sendSummaries(state.changedDays);
      return {};
    default:
      return name satisfies never;
  }
}

function recordOf(
  state: RunState,
  finishedAt: Instant,
  repairs: readonly DayRepair[],
  error: string | undefined,
): RunRecord {
  return {
    id: state.id,
    startedAt: state.startedAt,
    finishedAt,
    status: error === undefined ? "succeeded" : "failed",
    days: state.changedDays,
    differences: state.differences,
    repairs,
    ...(error !== undefined && { error }),
  };
}

/** None when the store is out: the next run tells them. */
async function repairsToTell(deps: PipelineRunDeps, run: string): Promise<readonly DayRepair[]> {
  try {
    return (await claimRepairs(deps, run)).repairs;
  } catch (error) {
    if (error instanceof Unavailable) return [];
    throw error;
  }
}

/**
 * One pipeline run in pieces: who walks `PIPELINE` calls `begin`, then for each step whose condition holds `task` or the
 * statement, then `finish`. What a killed or failed run leaves is found again from the tables themselves.
 */
export function makePipelineRun(deps: PipelineRunDeps): PipelineRun {
  const { state: stored, clock, leaseTtlMs } = deps;

  /** What people must know of it; told again, it is the same alert. */
  async function tell(record: RunRecord): Promise<void> {
    await deps.judgeAlerts({ covers: coveredBy(record), readings: readingsOf(record) });
  }

  type Beginning = { readonly id: string; readonly holder: string; readonly startedAt: Instant };

  /** Recorded as far as the store can: the fault to tell is the one that was. */
  async function recordFailed({ id, holder, startedAt }: Beginning, fault: unknown): Promise<void> {
    const error = `begin: ${fault instanceof Error ? fault.message : String(fault)}`;
    const record = async () => {
      const differences = (await lastRun(stored))?.differences ?? [];
      const failed = { id, startedAt, finishedAt: clock(), status: "failed", days: [], differences, error } as const;
      await stored.finish(failed, undefined);
      await tell(failed);
    };
    await record().catch(() => undefined);
    await stored.releaseLease(holder).catch(() => undefined);
  }

  /**
   * At the end of a run, which has seen all that came. Where the run before failed, or is long ago, it is not the senders
   * that were silent: the next run looks. An outage of what only tells people stops no run either.
   */
  async function lookForSilence(startedAt: Instant): Promise<void> {
    const last = await lastRun(stored);
    if (last === undefined || last.status === "failed" || startedAt - last.startedAt > pauseMsMax) return;
    try {
      await deps.findings.ofSilence();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
    }
  }

  async function plan(run: Beginning, backfill: Backfill | undefined) {
    try {
      const findings = await planRun(deps, run, backfill);
      if (findings === undefined) await lookForSilence(run.startedAt);
      return findings;
    } catch (error) {
      await recordFailed(run, error);
      throw error;
    }
  }

  return {
    async begin({ id = deps.newId(), backfill }, holder) {
      const startedAt = clock();
      const nothing = { id, startedAt, days: [], differences: [], finishedAt: startedAt, status: "skipped" } as const;
      if (!(await stored.takeLease(holder, startedAt, leaseTtlMs))) {
        const record: RunRecord = { ...nothing, error: await whyTurnedAway(stored) };
        await stored.finish(record, undefined);
        return { status: "skipped", record };
      }
      const findings = await plan({ id, holder, startedAt }, backfill);
      if (findings !== undefined) return { status: "running", state: stateOf(findings) };
      await stored.finish(nothing, undefined);
      await stored.releaseLease(holder);
      return { status: "skipped", record: nothing };
    },

    async task(name, state) {
      if (!(await stored.takeLease(state.holder, clock(), leaseTtlMs))) throw new Error("the lease is lost");
      const next = stateOf({ ...state, ...(await runTask(deps, name, state)) });
      if (name === "look_for_findings") await lookForSilence(state.startedAt);
      return next;
    },

    async finish(state, error) {
      const record = recordOf(state, clock(), await repairsToTell(deps, state.id), error);
      const [told] = await Promise.allSettled([tell(record)]);
      await stored.finish(record, error === undefined && !state.leavesDays ? state.startedAt : undefined);
      await stored.releaseLease(state.holder);
      if (told.status === "rejected") throw told.reason;
      return record;
    },
  };
}
