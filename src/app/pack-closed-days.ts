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

async function packsOf(closedDays: ClosedDays, dates: readonly UsageDate[]): Promise<Map<UsageDate, PackedDay>> {
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  return new Map((await closedDays.read(first, last)).map((pack) => [pack.usageDate, pack]));
}

/** Closed days that have cells: packed when the check finds them equal and their pack is not of their last state. */
async function packRecentDays(closedDays: ClosedDays, work: ClosedDaysToPack): Promise<void> {
  const closed = [...work.equalDays.keys()].filter((date) => date < earliestOpenDate(work.now)).sort();
  const packs = await packsOf(closedDays, closed);
  const stale = closed.flatMap((usageDate): ClosedDay[] => {
    const generation = work.generations.get(usageDate) ?? 0;
    if (packs.get(usageDate)?.generation === generation) return [];
    return [{ usageDate, generation, cells: work.equalDays.get(usageDate) ?? [] }];
  });
  if (stale.length > 0) await closedDays.write(stale);
}

/** Older days: the lake is all there is. Packed when their pack has other entries, or is not of their last state. */
async function packOlderDays(engine: QueryEngine, closedDays: ClosedDays, work: ClosedDaysToPack): Promise<void> {
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
    const days = [...rows].map(
      ([usageDate, cells]): ClosedDay => ({ usageDate, generation: work.generations.get(usageDate) ?? 0, cells }),
    );
    if (days.length > 0) await closedDays.write(days);
  }
}

/** Packs the days that reports read from packs. Run again, it packs what is still behind. */
export async function packClosedDays(
  deps: { readonly engine: QueryEngine; readonly closedDays: ClosedDays },
  work: ClosedDaysToPack,
): Promise<void> {
  await packRecentDays(deps.closedDays, work);
  await packOlderDays(deps.engine, deps.closedDays, work);
}
