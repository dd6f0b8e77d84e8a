import { SPEND_DIMENSIONS, type SpendDimension } from "./dimensions.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import type { Meter } from "./meters.ts";
import { addUsd, type PicoUsd, zeroUsd } from "./money.ts";
import type { UsageDate } from "./time.ts";

export type CellDimensions = Readonly<Record<SpendDimension, string>>;

/** Exact sums. A meter that is absent is zero. */
export interface CellSums {
  readonly cost: PicoUsd;
  readonly listCost: PicoUsd;
  readonly requests: bigint;
  /** Ledger entries, adjustments included. */
  readonly entries: bigint;
  readonly quantities: Readonly<Partial<Record<Meter, bigint>>>;
}

/** Exact sums for one UTC day and one combination of dimensions. */
export interface SpendCell {
  readonly usageDate: UsageDate;
  readonly dimensions: CellDimensions;
  readonly sums: CellSums;
}

export function dimensionsOf(entry: LedgerEntry): CellDimensions {
  return {
    team: entry.attribution.team,
    feature: entry.attribution.feature,
    environment: entry.attribution.environment,
    region: entry.attribution.region,
    customer_tier: entry.attribution.customer_tier,
    cost_class: entry.costClass,
    provider: entry.provider,
    model: entry.model,
    service_tier: entry.serviceTier,
    price_status: entry.priceStatus,
    policy_status: entry.policyStatus,
  };
}

/** Injective: the values in the order of SPEND_DIMENSIONS. */
export function cellKey(dimensions: CellDimensions): string {
  return JSON.stringify(SPEND_DIMENSIONS.map((name) => dimensions[name]));
}

export function cellOf(entry: LedgerEntry): SpendCell {
  const quantities: Partial<Record<Meter, bigint>> = {};
  for (const [meter, quantity] of Object.entries(entry.quantities)) {
    if (quantity !== 0) quantities[meter as Meter] = BigInt(quantity);
  }
  return {
    usageDate: entry.usageDate,
    dimensions: dimensionsOf(entry),
    sums: {
      cost: entry.cost ?? zeroUsd,
      listCost: entry.listCost ?? zeroUsd,
      requests: BigInt(entry.requests),
      entries: 1n,
      quantities,
    },
  };
}

export function addSums(a: CellSums, b: CellSums): CellSums {
  const quantities: Partial<Record<Meter, bigint>> = { ...a.quantities };
  for (const [meter, quantity] of Object.entries(b.quantities) as [Meter, bigint][]) {
    quantities[meter] = (quantities[meter] ?? 0n) + quantity;
  }
  return {
    cost: addUsd(a.cost, b.cost),
    listCost: addUsd(a.listCost, b.listCost),
    requests: a.requests + b.requests,
    entries: a.entries + b.entries,
    quantities,
  };
}

/** What takes these sums back. */
export function negatedSums({ cost, listCost, requests, entries, quantities }: CellSums): CellSums {
  return {
    cost: -cost as PicoUsd,
    listCost: -listCost as PicoUsd,
    requests: -requests,
    entries: -entries,
    quantities: Object.fromEntries(Object.entries(quantities).map(([meter, sum]) => [meter, -sum])),
  };
}

/** The cells of these entries, one for each day and combination of dimensions, in the order first met. */
export function cellsOf(entries: Iterable<LedgerEntry>): SpendCell[] {
  const cells = new Map<string, SpendCell>();
  for (const entry of entries) {
    const cell = cellOf(entry);
    const key = `${cell.usageDate} ${cellKey(cell.dimensions)}`;
    const known = cells.get(key);
    cells.set(key, known ? { ...known, sums: addSums(known.sums, cell.sums) } : cell);
  }
  return [...cells.values()];
}
