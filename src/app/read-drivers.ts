import type { CostClass, ServiceTier } from "#core/dimensions.ts";
import type { DriverDay } from "#core/drivers/driver-series.ts";
import { type SegmentUsage, segmentKey, type UsageLine } from "#core/drivers/segment.ts";
import type { Meter } from "#core/meters.ts";
import type { UsageDate } from "#core/time.ts";
import { METER_COLUMNS } from "#lake/tables.ts";
import { usdOf } from "./find-doubles.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";

const count = (value: QueryRow[string] | undefined) => BigInt(String(value ?? 0));

const segmentOf = (row: QueryRow) => ({ feature: String(row.feature), costClass: row.cost_class as CostClass });

function lineOf(row: QueryRow): UsageLine {
  const quantities: Partial<Record<Meter, bigint>> = {};
  for (const meter of METER_COLUMNS) {
    const quantity = count(row[meter]);
    if (quantity !== 0n) quantities[meter] = quantity;
  }
  return {
    ...{ region: String(row.region), provider: String(row.provider), model: String(row.model) },
    serviceTier: row.service_tier as ServiceTier,
    requests: count(row.requests),
    unpricedRequests: count(row.unpriced_requests),
    quantities,
    cost: usdOf(row.cost),
  };
}

/** What each segment has used in these days, as it stands in the lake: behind by a run of the pipeline. */
export async function readSegments(engine: QueryEngine, from: UsageDate, to: UsageDate): Promise<SegmentUsage[]> {
  const parameters = [from, to];
  const [lines, customers] = await Promise.all([
    engine.run("driver_lines", { parameters }),
    engine.run("active_customers", { parameters }),
  ]);
  const customersOf = new Map(customers.map((row) => [segmentKey(segmentOf(row)), row]));
  return [...Map.groupBy(lines, (row) => segmentKey(segmentOf(row)))].map(([key, rows]) => ({
    ...segmentOf(rows[0] as QueryRow),
    activeCustomers: count(customersOf.get(key)?.active_customers),
    namedRequests: count(customersOf.get(key)?.named_requests),
    lines: rows.map(lineOf),
  }));
}

/** The drivers of each day, as they stand in the lake. */
export async function readDriverDays(engine: QueryEngine, from: UsageDate, to: UsageDate): Promise<DriverDay[]> {
  const rows = await engine.run("driver_days", { parameters: [from, to, from, to] });
  return rows.map((row) => ({
    ...segmentOf(row),
    usageDate: row.usage_date as UsageDate,
    requests: count(row.requests),
    tokens: count(row.tokens),
    activeCustomers: count(row.active_customers),
  }));
}
