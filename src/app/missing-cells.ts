import { addSums, type CellSums, cellKey, negatedSums, type SpendCell } from "#core/spend-cell.ts";

/** What must be added to these cells of one day so that they are what cost_daily has; negative where they have more. */
export function missingCells(cells: readonly SpendCell[], costDaily: readonly SpendCell[]): SpendCell[] {
  const missing = new Map<string, SpendCell>();
  const add = (cell: SpendCell, sums: CellSums) => {
    const key = cellKey(cell.dimensions);
    const known = missing.get(key);
    missing.set(key, { ...cell, sums: known ? addSums(known.sums, sums) : sums });
  };
  for (const cell of costDaily) add(cell, cell.sums);
  for (const cell of cells) add(cell, negatedSums(cell.sums));
  return [...missing.values()].filter(({ sums: { cost, listCost, requests, entries, quantities } }) =>
    [cost, listCost, requests, entries, ...Object.values(quantities)].some((amount) => amount !== 0n),
  );
}
