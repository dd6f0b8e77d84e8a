import { aheadMsMax, earliestLiveDate } from "#core/event-window.ts";
import { addUsd, formatUsd, type PicoUsd, zeroUsd } from "#core/money.ts";
import { type CellSums, cellKey, type SpendCell } from "#core/spend-cell.ts";
import { addDays, eachDay, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import { readCostDaily } from "./cost-daily.ts";
import { settleDays } from "./pack-closed-days.ts";
import type { DayDifference } from "./ports/pipeline-state.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import type { SpendStore } from "./ports/spend.ts";
import type { RunState } from "./run-state.ts";

const noSums: CellSums = { cost: zeroUsd, listCost: zeroUsd, requests: 0n, entries: 0n, quantities: {} };

/** A combination that is not there is the same as one without sums: a repair may have left it so. */
function sameSums(a = noSums, b = noSums): boolean {
  const meters = new Set([...Object.keys(a.quantities), ...Object.keys(b.quantities)]) as Set<
    keyof CellSums["quantities"]
  >;
  return (
    a.cost === b.cost &&
    a.listCost === b.listCost &&
    a.requests === b.requests &&
    a.entries === b.entries &&
    [...meters].every((meter) => (a.quantities[meter] ?? 0n) === (b.quantities[meter] ?? 0n))
  );
}

function byKey(cells: readonly SpendCell[]): ReadonlyMap<string, CellSums> {
  return new Map(cells.map(({ dimensions, sums }) => [cellKey(dimensions), sums]));
}

function totalUsd(cells: readonly SpendCell[]): PicoUsd {
  return cells.reduce((sum, { sums }) => addUsd(sum, sums.cost), zeroUsd);
}

/** How many combinations of dimensions of one day do not have the very same sums on both sides. */
function differing(cells: readonly SpendCell[], costDaily: readonly SpendCell[]): number {
  const theirs = byKey(costDaily);
  const ours = byKey(cells);
  const keys = new Set([...ours.keys(), ...theirs.keys()]);
  return [...keys].filter((key) => !sameSums(ours.get(key), theirs.get(key))).length;
}

/**
 * The days on which spend cells and cost_daily differ in any sum of any combination of dimensions. A difference is
 * standing when the run before found the same one and nothing new has come for that day since.
 */
export function compareDays(
  cells: ReadonlyMap<UsageDate, readonly SpendCell[]>,
  costDaily: ReadonlyMap<UsageDate, readonly SpendCell[]>,
  before: readonly DayDifference[],
  changed: readonly UsageDate[],
): DayDifference[] {
  const days = [...new Set([...cells.keys(), ...costDaily.keys()])].sort();
  return days.flatMap((usageDate) => {
    const ours = cells.get(usageDate) ?? [];
    const theirs = costDaily.get(usageDate) ?? [];
    const combinations = differing(ours, theirs);
    if (combinations === 0) return [];
    const cells_usd = formatUsd(totalUsd(ours));
    const cost_daily_usd = formatUsd(totalUsd(theirs));
    const seen = before.some(
      (one) =>
        one.usageDate === usageDate &&
        one.combinations === combinations &&
        one.cells_usd === cells_usd &&
        one.cost_daily_usd === cost_daily_usd,
    );
    return [{ usageDate, cells_usd, cost_daily_usd, combinations, standing: seen && !changed.includes(usageDate) }];
  });
}

/** Compares the cells of all days that have them with cost_daily. */
export async function checkCells(
  { engine, spend }: { readonly engine: QueryEngine; readonly spend: SpendStore },
  run: Pick<RunState, "startedAt" | "differencesBefore" | "changedDays" | "backfill" | "backfillNews">,
): Promise<Pick<RunState, "differences" | "generations" | "equalDays">> {
  const from = earliestLiveDate(run.startedAt);
  const to = usageDateOf((run.startedAt + aheadMsMax) as Instant);
  const generations = await spend.generations(addDays(from, -settleDays), to);
  const cells = Map.groupBy(await spend.read(from, to), ({ usageDate }) => usageDate);
  const costDaily = await readCostDaily(engine, eachDay(from, to));
  const changed = run.changedDays.filter((day) => !run.backfill.includes(day) || run.backfillNews.includes(day));
  const differences = compareDays(cells, costDaily, run.differencesBefore, changed);
  const different = new Set(differences.map(({ usageDate }) => usageDate));
  return {
    differences,
    generations: Object.fromEntries(generations),
    equalDays: [...costDaily.keys()].filter((usageDate) => !different.has(usageDate)),
  };
}
