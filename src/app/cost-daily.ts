import type { SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import { cellOfCostRow } from "#lake/cost-row.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

/** The rows of cost_daily by day; days without rows are absent. */
export async function readCostDaily(
  engine: QueryEngine,
  dates: readonly UsageDate[],
): Promise<ReadonlyMap<UsageDate, readonly SpendCell[]>> {
  const days = new Map<UsageDate, SpendCell[]>();
  if (dates.length === 0) return days;
  for (const row of await engine.run("read_cost_daily", { substitutions: { dates } })) {
    const cell = cellOfCostRow(row);
    const day = days.get(cell.usageDate);
    if (day === undefined) days.set(cell.usageDate, [cell]);
    else day.push(cell);
  }
  return days;
}
