import { aheadMsMax, earliestLiveDate } from "#core/event-window.ts";
import type { SpendCell } from "#core/spend-cell.ts";
import { addDays, eachDay, formatInstant, hourMs, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import { landedHour } from "#lake/landed-hour.ts";
import { datesPerWriteMax } from "#lake/statement.ts";
import { PIPELINE, type PipelineStep, type StepCondition } from "#lake/steps.ts";
import { compareDays } from "./check-cells.ts";
import { readCostDaily } from "./cost-daily.ts";
import { countImports } from "./count-imports.ts";
import { type LandedDay, readLandedDays } from "./landed-days.ts";
import { packClosedDays, settleDays } from "./pack-closed-days.ts";
import type { ClosedDays } from "./ports/closed-days.ts";
import type { ImportRecord, ImportStore } from "./ports/imports.ts";
import type { DayDifference, PipelineState, RunRecord } from "./ports/pipeline-state.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import type { SpendStore } from "./ports/spend.ts";

export interface PipelineDeps {
  readonly engine: QueryEngine;
  readonly state: PipelineState;
  readonly spend: SpendStore;
  readonly closedDays: ClosedDays;
  readonly imports: ImportStore;
  readonly clock: () => Instant;
  readonly newId: () => string;
  /**
   * Who takes the lease. The same name after a restart goes on where its killed run held it; runs of one name must not
   * overlap in two processes (in one they do not).
   */
  readonly holder: string;
}

const leaseTtlMs = hourMs / 2;
/** A file may appear so much later than the moment it is dated; what is later still waits for the first run of a day. */
const landingDelayMs = 60_000;
const overlapMs = 6 * hourMs;
const nightlyOverlapMs = 48 * hourMs;
/** Before anything can have landed. */
const firstHour = "2000-01-01-00";

/** What a run knows, and what its steps find out. */
interface Run {
  readonly now: Instant;
  /** The first run of a UTC day: it never skips, and reads further back. */
  readonly nightly: boolean;
  readonly fromHour: string;
  readonly landed: boolean;
  readonly waiting: readonly ImportRecord[];
  readonly differencesBefore: readonly DayDifference[];
  landedDays: readonly LandedDay[];
  changedDays: readonly UsageDate[];
  differences: readonly DayDifference[];
  generations: ReadonlyMap<UsageDate, number>;
  equalDays: ReadonlyMap<UsageDate, readonly SpendCell[]>;
}

/** The hour of the landing to read from: some hours before the watermark, or before now when the clock stepped back. */
function hourBefore(watermark: Instant | undefined, now: Instant, backMs: number): string {
  return watermark === undefined ? firstHour : landedHour((Math.min(watermark, now) - backMs) as Instant);
}

async function hasLanded(engine: QueryEngine, watermark: Instant | undefined, now: Instant): Promise<boolean> {
  if (watermark === undefined) return true;
  const since = formatInstant(Math.min(watermark, now) as Instant)
    .replace("T", " ")
    .replace("Z", "");
  const [row] = await engine.run("landed_since", {
    parameters: [since, since],
    substitutions: { from_hour: hourBefore(watermark, now, landingDelayMs) },
  });
  return row?.landed !== 0n;
}

/** What a killed run has merged, and not rolled up, is not news any more. */
async function isRollupBehind(engine: QueryEngine, fromHour: string): Promise<boolean> {
  return (await readLandedDays(engine, fromHour)).some(({ behind }) => behind);
}

async function planRun({ engine, state, imports }: PipelineDeps, now: Instant): Promise<Run> {
  // Before the landing is looked at: what these imports have landed is there to be merged, by this very run.
  const waiting = await imports.unmerged();
  const watermark = await state.watermark();
  const [last] = await state.lastRuns(1);
  const today = usageDateOf(now);
  const nightly = last === undefined || last.status === "failed" || usageDateOf(last.startedAt) !== today;
  const fromHour = hourBefore(watermark, now, nightly ? nightlyOverlapMs : overlapMs);
  return {
    now,
    nightly,
    fromHour,
    landed:
      nightly ||
      waiting.length > 0 ||
      (await hasLanded(engine, watermark, now)) ||
      (await isRollupBehind(engine, fromHour)),
    waiting,
    differencesBefore: last?.differences ?? [],
    landedDays: [],
    changedDays: [],
    differences: last?.differences ?? [],
    generations: new Map(),
    equalDays: new Map(),
  };
}

function holds(condition: StepCondition, run: Run): boolean {
  switch (condition) {
    case "always":
      return true;
    case "landed":
      return run.landed;
    case "days_changed":
      return run.changedDays.length > 0;
    case "imports_waiting":
      return run.waiting.length > 0;
    default:
      return condition satisfies never;
  }
}

async function runStatement(engine: QueryEngine, step: PipelineStep & { kind: "statement" }, run: Run): Promise<void> {
  const parts: Record<string, string | readonly string[]>[] = [];
  if (step.over === "landing_window") parts.push({ from_hour: run.fromHour });
  else {
    for (let i = 0; i < run.changedDays.length; i += datesPerWriteMax) {
      parts.push({ dates: run.changedDays.slice(i, i + datesPerWriteMax) });
    }
  }
  for (const substitutions of parts) {
    const rows = await engine.run(step.name, { substitutions });
    if (step.expect === "no_rows" && rows.length > 0) {
      throw new Error(
        `found ${JSON.stringify(rows.slice(0, 3), (_, v) => (typeof v === "bigint" ? String(v) : v))}, want no rows`,
      );
    }
  }
}

async function checkCells({ engine, spend }: PipelineDeps, run: Run): Promise<void> {
  const from = earliestLiveDate(run.now);
  const to = usageDateOf((run.now + aheadMsMax) as Instant);
  run.generations = await spend.generations(addDays(from, -settleDays), to);
  const cells = Map.groupBy(await spend.read(from, to), ({ usageDate }) => usageDate);
  const costDaily = await readCostDaily(engine, eachDay(from, to));
  run.differences = compareDays(cells, costDaily, run.differencesBefore, run.changedDays);
  const different = new Set(run.differences.map(({ usageDate }) => usageDate));
  run.equalDays = new Map([...costDaily].filter(([usageDate]) => !different.has(usageDate)));
}

async function runTask(deps: PipelineDeps, name: (PipelineStep & { kind: "task" })["name"], run: Run): Promise<void> {
  switch (name) {
    case "find_changed_days":
      run.landedDays = await readLandedDays(deps.engine, run.fromHour);
      run.changedDays = run.landedDays.filter(({ behind }) => behind).map(({ usageDate }) => usageDate);
      return;
    case "check_cells":
      return checkCells(deps, run);
    case "pack_closed_days":
      return packClosedDays(deps, run);
    case "count_imports":
      return countImports(deps, run.waiting);
    default:
      return name satisfies never;
  }
}

async function runSteps(deps: PipelineDeps, run: Run): Promise<string | undefined> {
  for (const step of PIPELINE) {
    if (!holds(step.when, run)) continue;
    try {
      if (!(await deps.state.takeLease(deps.holder, deps.clock(), leaseTtlMs))) throw new Error("the lease is lost");
      await (step.kind === "statement" ? runStatement(deps.engine, step, run) : runTask(deps, step.name, run));
    } catch (error) {
      return `${step.name}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}

async function runOnce(deps: PipelineDeps): Promise<RunRecord> {
  const { state, clock } = deps;
  const startedAt = clock();
  const id = deps.newId();
  const nothing = { id, startedAt, days: [], differences: [], finishedAt: startedAt } as const;
  if (!(await state.takeLease(deps.holder, startedAt, leaseTtlMs))) {
    return { ...nothing, status: "skipped", error: "another run holds the lease" };
  }
  const run = await planRun(deps, startedAt);
  if (!run.landed && run.waiting.length === 0 && run.differencesBefore.length === 0) {
    const skipped: RunRecord = { ...nothing, status: "skipped" };
    await state.finish(skipped, undefined);
    await state.releaseLease(deps.holder);
    return skipped;
  }
  const error = await runSteps(deps, run);
  const record: RunRecord = {
    id,
    startedAt,
    finishedAt: clock(),
    status: error === undefined ? "succeeded" : "failed",
    days: run.changedDays,
    differences: run.differences,
    ...(error !== undefined && { error }),
  };
  await state.finish(record, error === undefined ? startedAt : undefined);
  await state.releaseLease(deps.holder);
  return record;
}

/**
 * Brings the lake up to date: merges what has landed, recomputes the days that changed, checks, packs closed days and
 * counts imports (`PIPELINE`). What a killed or failed run leaves is found again from the tables themselves, not from
 * its memory. A step that fails ends the run, whose record says which and why; two calls at a time share one run.
 */
export function makeRunPipeline(deps: PipelineDeps): () => Promise<RunRecord> {
  let running: Promise<RunRecord> | undefined;
  return () => {
    running ??= runOnce(deps).finally(() => {
      running = undefined;
    });
    return running;
  };
}
