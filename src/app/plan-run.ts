import { eachDay, formatInstant, hourMs, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import { landedHour } from "#lake/landed-hour.ts";
import { sqlTimestamp } from "#lake/sql-timestamp.ts";
import { erasesInRun } from "./erase-customers.ts";
import { readLandedDays } from "./landed-days.ts";
import type { Erasures } from "./ports/erasures.ts";
import type { ImportStore } from "./ports/imports.ts";
import type { PipelineState, RunRecord } from "./ports/pipeline-state.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import { type Backfill, mayLeaveDays, type RunFindings, stretchesOf } from "./run-state.ts";

/** A file may appear so much later than the moment it is dated; what is later still waits for the first run of a day. */
const landingDelayMs = 60_000;
const overlapMs = 6 * hourMs;
const nightlyOverlapMs = 48 * hourMs;
/** Before anything can have landed. */
const firstHour = "2000-01-01-00";
/** So many imports are counted in one run. */
const importsPerRunMax = 200;
/** Among so many records the last run that was not turned away is looked for. */
const runsToSkipMax = 10;

export interface PlanDeps {
  readonly engine: QueryEngine;
  readonly state: PipelineState;
  readonly imports: ImportStore;
  readonly erasures: Erasures;
}

/** The hour of the landing to read from: some hours before the watermark, or before now when the clock stepped back. */
function hourBefore(watermark: Instant | undefined, now: Instant, backMs: number): string {
  return watermark === undefined ? firstHour : landedHour((Math.min(watermark, now) - backMs) as Instant);
}

interface LandedDates {
  readonly days: readonly UsageDate[];
  readonly importsLanded: boolean;
}

async function readLandedDates(engine: QueryEngine, fromHour: string): Promise<LandedDates> {
  const rows = await engine.run("landed_dates", { substitutions: { from_hour: fromHour } });
  return {
    days: rows.map(({ usage_date }) => usage_date as UsageDate),
    importsLanded: rows.some(({ imported }) => imported !== 0n),
  };
}

/** True when rows have landed since the watermark, or did before it and were not seen. */
async function hasLanded(engine: QueryEngine, watermark: Instant | undefined, now: Instant): Promise<boolean> {
  if (watermark === undefined) return true;
  const since = sqlTimestamp(Math.min(watermark, now) as Instant);
  const fromHour = hourBefore(watermark, now, landingDelayMs);
  const window = { from_hour: fromHour };
  const [row] = await engine.run("landed_since", { parameters: [since], substitutions: window });
  if (row?.landed !== 0n) return true;
  const { days } = await readLandedDates(engine, fromHour);
  const [known_from, known_to] = [days[0], days.at(-1)];
  if (known_from === undefined || known_to === undefined) return false;
  const [late] = await engine.run("landed_unmerged", { substitutions: { ...window, known_from, known_to } });
  return late?.landed !== 0n;
}

/** What a killed run has merged, and not rolled up, is not news any more. */
async function isRollupBehind(engine: QueryEngine, fromHour: string): Promise<boolean> {
  return (await readLandedDays(engine, fromHour)).some(({ behind }) => behind);
}

const turnedAway = "another run holds the lease";

/** Why a run did not begin that found the lease taken. */
export async function whyTurnedAway(state: PipelineState): Promise<string> {
  const lease = await state.lease();
  return lease ? `${turnedAway}: ${lease.holder}, until ${formatInstant(lease.expiresAt)} at the latest` : turnedAway;
}

/** The last run that was not turned away: of another nothing is known. */
export async function lastRun(state: PipelineState): Promise<RunRecord | undefined> {
  const runs = await state.lastRuns(runsToSkipMax);
  return runs.find(({ status, error }) => status !== "skipped" || !error?.startsWith(turnedAway));
}

/** What a run that begins now has before it; undefined when that is nothing. */
export async function planRun(
  { engine, state, imports, erasures }: PlanDeps,
  run: { readonly id: string; readonly holder: string; readonly startedAt: Instant },
  backfill: Backfill | undefined,
): Promise<RunFindings | undefined> {
  const { startedAt } = run;
  // Before the landing is looked at: what these imports have landed is there to be merged, by this very run.
  const waiting = (await imports.unmerged()).slice(0, importsPerRunMax);
  const watermark = await state.watermark();
  const last = await lastRun(state);
  const nightly =
    last === undefined ||
    last.status === "failed" ||
    mayLeaveDays(last) ||
    usageDateOf(last.startedAt) !== usageDateOf(startedAt);
  const fromHour = hourBefore(watermark, startedAt, nightly ? nightlyOverlapMs : overlapMs);
  const differencesBefore = last?.differences ?? [];
  const erases = erasesInRun(await erasures.list(), nightly);
  const landed =
    nightly ||
    erases ||
    backfill !== undefined ||
    waiting.length > 0 ||
    (await hasLanded(engine, watermark, startedAt)) ||
    (await isRollupBehind(engine, fromHour));
  if (!landed && differencesBefore.length === 0) return undefined;
  const { days, importsLanded } = landed ? await readLandedDates(engine, fromHour) : { days: [], importsLanded: false };
  return {
    ...run,
    nightly,
    fromHour,
    landed,
    landedDays: stretchesOf(days),
    importsLanded,
    waiting: waiting.map(({ id, startedAt, landed }) => ({ id, startedAt, landed })),
    erases,
    backfill: backfill === undefined ? [] : eachDay(backfill.from, backfill.to),
    lowerCells: backfill?.lowerCells ?? false,
    backfillNews: [],
    changedDays: [],
    leavesDays: false,
    differences: differencesBefore,
    differencesBefore,
    generations: {},
    equalDays: [],
  };
}
