import type { Charge } from "#core/ledger-entry.ts";
import { isMeter } from "#core/meters.ts";
import { formatUnitPrice, formatUsd, type PicoUsd, parseUnitPrice, parseUsd } from "#core/money.ts";

/** A charge as the column `charges` has it: prices in USD per million units and costs in USD, as decimal strings. */
interface ChargeJson {
  readonly meter: string;
  readonly quantity: number;
  readonly list_unit_price: string;
  readonly unit_price: string;
  readonly list_cost: string;
  readonly cost: string;
  readonly estimated: boolean;
  readonly disputed: boolean;
}

export function chargesToJson(charges: readonly Charge[]): string {
  const rows = charges.map(
    (charge): ChargeJson => ({
      meter: charge.meter,
      quantity: charge.quantity,
      list_unit_price: formatUnitPrice(charge.listUnitPrice),
      unit_price: formatUnitPrice(charge.unitPrice),
      list_cost: formatUsd(charge.listCost),
      cost: formatUsd(charge.cost),
      estimated: charge.estimated,
      disputed: charge.disputed,
    }),
  );
  return JSON.stringify(rows);
}

function must<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new RangeError(`usage_events: the charges have no readable ${field}`);
  return value;
}

export function chargesFromJson(text: string): Charge[] {
  return (JSON.parse(text) as readonly ChargeJson[]).map((row) => ({
    meter: must(isMeter(row.meter) ? row.meter : undefined, "meter"),
    quantity: row.quantity,
    listUnitPrice: must(parseUnitPrice(row.list_unit_price), "list_unit_price"),
    unitPrice: must(parseUnitPrice(row.unit_price), "unit_price"),
    listCost: must<PicoUsd>(parseUsd(row.list_cost), "list_cost"),
    cost: must<PicoUsd>(parseUsd(row.cost), "cost"),
    estimated: row.estimated,
    disputed: row.disputed,
  }));
}
