import type { ServiceTier, Speed } from "#core/dimensions.ts";
import { METERS, type Quantities } from "#core/meters.ts";

/** What a provider's usage object says. Tier, place and speed only where it tells them. */
export interface UsageReading {
  readonly quantities: Quantities;
  readonly serviceTier?: ServiceTier;
  readonly servingLocation?: string;
  readonly speed?: Speed;
}

export function sumOf(first: Quantities, others: readonly Quantities[]): Quantities {
  if (others.length === 0) return first;
  const sum: { -readonly [K in keyof Quantities]: Quantities[K] } = {};
  for (const quantities of [first, ...others]) {
    for (const meter of METERS) sum[meter] = (sum[meter] ?? 0) + (quantities[meter] ?? 0);
  }
  return sum;
}

/** The meters that are not zero, in the order of METERS. */
export function nonZero(quantities: Quantities): Quantities {
  const kept: { -readonly [K in keyof Quantities]: Quantities[K] } = {};
  for (const meter of METERS) {
    const quantity = quantities[meter];
    if (quantity) kept[meter] = quantity;
  }
  return kept;
}

/** The providers' names of their tiers, in lower case. A name that is none of these says nothing. */
const tiers: ReadonlyMap<string, ServiceTier> = new Map([
  ["standard", "standard"],
  ["default", "standard"],
  ["on_demand", "standard"],
  ["batch", "batch"],
  ["flex", "flex"],
  ["on_demand_flex", "flex"],
  ["priority", "priority"],
  ["on_demand_priority", "priority"],
  ["provisioned_throughput", "provisioned"],
]);

export function serviceTierOf(name: string | undefined): ServiceTier | undefined {
  return name === undefined ? undefined : tiers.get(name.toLowerCase());
}
