import { earliestLiveDate, earliestOpenDate } from "#core/event-window.ts";
import { groupSum } from "#core/group-sum.ts";
import { addDays, type UsageDate } from "#core/time.ts";
import { readCostDaily } from "./cost-daily.ts";
import { readLandedDays } from "./landed-days.ts";
import type { ClosedDay, ClosedDays, PackedDay } from "./ports/closed-days.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import type { RunState } from "./run-state.ts";

/** How long the first run of a day looks for days that have left the cells without a pack of their last state. */
export const settleDays = 15;
/** Days whose rows are held in memory at a time. */
const daysAtATime = 30;

type ClosedDaysToPack = Pick<
  RunState,
  "startedAt" | "nightly" | "landed" | "fromHour" | "backfill" | "generations" | "equalDays"
>;

interface PackDeps {
  readonly engine: QueryEngine;
  readonly closedDays: ClosedDays;
}

function entriesOf(pack: PackedDay | undefined): bigint {
  if (pack === undefined) return 0n;
  const sum = groupSum({ groupBy: [], filters: {} });
  sum.addPack("all", pack.pack);
  return sum.rows()[0]?.sums.entries ?? 0n;
}

/**
 * Writes the days but for those whose pack has more entries: entries are only ever added, so the lake must have lost
 * some, and the pack is the better one. These are returned, each with what was found.
 */
async function replacePacks(
  closedDays: ClosedDays,
  packs: ReadonlyMap<UsageDate, PackedDay>,
  days: readonly ClosedDay[],
): Promise<string[]> {
  const refused: string[] = [];
  const good = days.filter(({ usageDate, cells }) => {
    const packed = entriesOf(packs.get(usageDate));
    const found = cells.reduce((sum, { sums }) => sum + sums.entries, 0n);
    if (found < packed) refused.push(`${usageDate}: the lake has ${found} entries, the pack of that day ${packed}`);
    return found >= packed;
  });
  if (good.length > 0) await closedDays.write(good);
  return refused;
}

async function packsOf(closedDays: ClosedDays, dates: readonly UsageDate[]): Promise<Map<UsageDate, PackedDay>> {
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  return new Map((await closedDays.read(first, last)).map((pack) => [pack.usageDate, pack]));
}

/** Packs those of these days whose pack is not of their last state. */
async function packStale(
  { engine, closedDays }: PackDeps,
  { generations, backfill }: ClosedDaysToPack,
  dates: readonly UsageDate[],
  landed: ReadonlyMap<UsageDate, bigint>,
): Promise<string[]> {
  const refused: string[] = [];
  const generationOf = (date: UsageDate) => generations[date] ?? 0;
  const asked = new Set(backfill);
  for (let i = 0; i < dates.length; i += daysAtATime) {
    const chunk = dates.slice(i, i + daysAtATime);
    const packs = await packsOf(closedDays, chunk);
    const stale = chunk.filter((date) => {
      const pack = packs.get(date);
      const isOfOtherEntries = landed.has(date) && entriesOf(pack) !== landed.get(date);
      return pack?.generation !== generationOf(date) || isOfOtherEntries || asked.has(date);
    });
    const rows = await readCostDaily(engine, stale);
    const days = stale
      .filter((date) => rows.has(date) || entriesOf(packs.get(date)) > 0n)
      .map((date) => ({ usageDate: date, generation: generationOf(date), cells: rows.get(date) ?? [] }));
    refused.push(...(await replacePacks(closedDays, packs, days)));
  }
  return refused;
}

/** Older days: the lake is all there is. The first run of a day looks at those that have left the cells, too. */
async function packOlderDays(deps: PackDeps, run: ClosedDaysToPack): Promise<string[]> {
  const oldest = earliestLiveDate(run.startedAt);
  const landedDays = run.landed ? await readLandedDays(deps.engine, run.fromHour) : [];
  const landed = new Map(landedDays.map((day) => [day.usageDate, day.entries]));
  const settling = run.nightly ? Array.from({ length: settleDays }, (_, i) => addDays(oldest, -1 - i)) : [];
  const dates = [...new Set([...landed.keys(), ...settling, ...run.backfill])].filter((date) => date < oldest).sort();
  return packStale(deps, run, dates, landed);
}

/**
 * Packs the days that reports read from packs: those whose cells equal cost_daily, and those older than the cells. Run
 * again, it packs what is still behind. Throws, with all other days packed, when the lake has fewer entries of a day
 * than its pack.
 */
export async function packClosedDays(deps: PackDeps, run: ClosedDaysToPack): Promise<void> {
  const closed = run.equalDays.filter((date) => date < earliestOpenDate(run.startedAt)).sort();
  const refused = [...(await packStale(deps, run, closed, new Map())), ...(await packOlderDays(deps, run))];
  if (refused.length === 0) return;
  throw new Error(
    `${refused.join("; ")}: the packs stay; bring back what the lake has lost, or restore all of it together from a backup`,
  );
}
