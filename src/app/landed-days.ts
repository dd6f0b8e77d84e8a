import type { UsageDate } from "#core/time.ts";
import type { QueryEngine } from "./ports/query-engine.ts";

/** A day that landed rows belong to. Entries are only ever added: fewer of them means behind. */
export interface LandedDay {
  readonly usageDate: UsageDate;
  /** Its entries in usage_events. */
  readonly entries: bigint;
  /** True when a rollup has not all of them. */
  readonly behind: boolean;
}

export async function readLandedDays(engine: QueryEngine, fromHour: string): Promise<LandedDay[]> {
  const rows = await engine.run("landed_days", { substitutions: { from_hour: fromHour } });
  return rows.map((row) => ({
    usageDate: row.usage_date as UsageDate,
    entries: BigInt(String(row.merged)),
    behind: row.merged !== row.in_cost_daily || row.merged !== row.in_customer_daily,
  }));
}
