import { addUsd, formatUsd, type PicoUsd, zeroUsd } from "#core/money.ts";
import { type CellSums, cellKey, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import type { DayDifference } from "./ports/pipeline-state.ts";

function sameSums(a: CellSums, b: CellSums | undefined): boolean {
  if (b === undefined) return false;
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
  const missing = [...theirs.keys()].filter((key) => !ours.has(key)).length;
  return missing + [...ours].filter(([key, sums]) => !sameSums(sums, theirs.get(key))).length;
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
