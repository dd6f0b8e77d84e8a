import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import type { Meter } from "#core/meters.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import type { CellDimensions, SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import type { EngineRow } from "./event-row.ts";
import { METER_COLUMNS } from "./tables.ts";

function money(row: EngineRow, column: string): PicoUsd {
  const value = parseUsd(String(row[column]));
  if (value === undefined) throw new RangeError(`cost_daily: ${column} is ${row[column]}, want a decimal`);
  return value;
}

/** A row of `cost_daily` as the spend cell it must equal. */
export function cellOfCostRow(row: EngineRow): SpendCell {
  const quantities: Partial<Record<Meter, bigint>> = {};
  for (const meter of METER_COLUMNS) {
    const quantity = row[meter];
    // No value: the row was written before there was such a meter.
    if (quantity !== "0" && quantity !== null) quantities[meter] = BigInt(String(quantity));
  }
  return {
    usageDate: row.usage_date as UsageDate,
    dimensions: Object.fromEntries(SPEND_DIMENSIONS.map((name) => [name, row[name]])) as CellDimensions,
    sums: {
      cost: money(row, "cost"),
      listCost: money(row, "list_cost"),
      requests: BigInt(String(row.requests)),
      entries: BigInt(String(row.entries)),
      quantities,
    },
  };
}
