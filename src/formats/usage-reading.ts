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
