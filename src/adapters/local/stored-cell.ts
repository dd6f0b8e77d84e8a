import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import type { Meter } from "#core/meters.ts";
import type { PicoUsd } from "#core/money.ts";
import { type CellDimensions, type CellSums, cellKey, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";

/**
 * A spend cell as a row. Sums are decimal text: SQLite's integers end at 2^63, which is 9.2 million USD in
 * pico-dollars.
 */
export interface CellRow {
  readonly usage_date: string;
  /** `cellKey` */
  readonly cell: string;
  readonly cost_pico_usd: string;
  readonly list_cost_pico_usd: string;
  readonly requests: string;
  readonly entries: string;
  /** JSON: by meter, decimal text. */
  readonly quantities: string;
}

export function rowOfCell({ usageDate, dimensions, sums }: SpendCell): CellRow {
  return {
    usage_date: usageDate,
    cell: cellKey(dimensions),
    cost_pico_usd: String(sums.cost),
    list_cost_pico_usd: String(sums.listCost),
    requests: String(sums.requests),
    entries: String(sums.entries),
    quantities: JSON.stringify(
      Object.fromEntries(Object.entries(sums.quantities).map(([meter, sum]) => [meter, String(sum)])),
    ),
  };
}

export function sumsOfRow(row: CellRow): CellSums {
  const quantities: Partial<Record<Meter, bigint>> = {};
  for (const [meter, sum] of Object.entries(JSON.parse(row.quantities) as Record<Meter, string>)) {
    quantities[meter as Meter] = BigInt(sum);
  }
  return {
    cost: BigInt(row.cost_pico_usd) as PicoUsd,
    listCost: BigInt(row.list_cost_pico_usd) as PicoUsd,
    requests: BigInt(row.requests),
    entries: BigInt(row.entries),
    quantities,
  };
}

export function cellOfRow(row: CellRow): SpendCell {
  const values = JSON.parse(row.cell) as readonly string[];
  return {
    usageDate: row.usage_date as UsageDate,
    dimensions: Object.fromEntries(SPEND_DIMENSIONS.map((name, i) => [name, values[i]])) as CellDimensions,
    sums: sumsOfRow(row),
  };
}
