import { earliestLiveDate, earliestOpenDate } from "#core/event-window.ts";
import { groupSum } from "#core/group-sum.ts";
import type { SpendCell } from "#core/spend-cell.ts";
import { addDays, type Instant, type UsageDate } from "#core/time.ts";
import { readCostDaily } from "./cost-daily.ts";
import type { LandedDay } from "./landed-days.ts";
import type { ClosedDay, ClosedDays, PackedDay } from "./ports/closed-days.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

/** How long the first run of a day looks for days that have left the cells without a pack of their last state. */
export const settleDays = 15;
/** Days whose rows are held in memory at a time. */
const daysAtATime = 30;

export interface ClosedDaysToPack {
  readonly now: Instant;
  /** The first run of a day looks at the days that have left the cells. */
  readonly nightly: boolean;
  /** Days that have cells and whose cells equal cost_daily, with its rows. */
  readonly equalDays: ReadonlyMap<UsageDate, readonly SpendCell[]>;
  /** Read before the cells were: a day touched since has a higher one, and its pack does not count. */
  readonly generations: ReadonlyMap<UsageDate, number>;
  readonly landedDays: readonly LandedDay[];
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

/** Closed days that have cells: packed when the check finds them equal and their pack is not of their last state. */
async function packRecentDays(closedDays: ClosedDays, work: ClosedDaysToPack): Promise<string[]> {
  const closed = [...work.equalDays.keys()].filter((date) => date < earliestOpenDate(work.now)).sort();
  const packs = await packsOf(closedDays, closed);
  const stale = closed.flatMap((usageDate): ClosedDay[] => {
    const generation = work.generations.get(usageDate) ?? 0;
    if (packs.get(usageDate)?.generation === generation) return [];
    return [{ usageDate, generation, cells: work.equalDays.get(usageDate) ?? [] }];
  });
  return replacePacks(closedDays, packs, stale);
}

/** Older days: the lake is all there is. Packed when their pack has other entries, or is not of their last state. */
async function packOlderDays(engine: QueryEngine, closedDays: ClosedDays, work: ClosedDaysToPack): Promise<string[]> {
  const refused: string[] = [];
  const oldest = earliestLiveDate(work.now);
  const landed = new Map(work.landedDays.map((day) => [day.usageDate, day.entries]));
  const settling = work.nightly ? Array.from({ length: settleDays }, (_, i) => addDays(oldest, -1 - i)) : [];
  const dates = [...new Set([...landed.keys(), ...settling])].filter((date) => date < oldest).sort();
  for (let i = 0; i < dates.length; i += daysAtATime) {
    const chunk = dates.slice(i, i + daysAtATime);
    const packs = await packsOf(closedDays, chunk);
    const stale = chunk.filter((date) => {
      const pack = packs.get(date);
      const entries = landed.get(date);
      return (
        pack?.generation !== (work.generations.get(date) ?? 0) || (entries !== undefined && entriesOf(pack) !== entries)
      );
    });
    const rows = await readCostDaily(engine, stale);
    const days = stale
      .filter((usageDate) => rows.has(usageDate) || entriesOf(packs.get(usageDate)) > 0n)
      .map((usageDate): ClosedDay => {
        return { usageDate, generation: work.generations.get(usageDate) ?? 0, cells: rows.get(usageDate) ?? [] };
      });
    refused.push(...(await replacePacks(closedDays, packs, days)));
  }
  return refused;
}

/**
 * Packs the days that reports read from packs. Run again, it packs what is still behind. Throws, with all other days
 * packed, when the lake has fewer entries of a day than its pack.
 */
export async function packClosedDays(
  deps: { readonly engine: QueryEngine; readonly closedDays: ClosedDays },
  work: ClosedDaysToPack,
): Promise<void> {
  const refused = [
    ...(await packRecentDays(deps.closedDays, work)),
    ...(await packOlderDays(deps.engine, deps.closedDays, work)),
  ];
  if (refused.length === 0) return;
  throw new Error(`${refused.join("; ")}: the packs stay, restore the whole data folder from its backup`);
}
