import type { ServiceTier } from "./dimensions.ts";
import { KIND_OF, type Meter } from "./meters.ts";
import type { CatalogCard, CatalogRate } from "./price-book.ts";

function highest(card: CatalogCard, meter: Meter, tier: ServiceTier, bracket: number): CatalogRate | undefined {
  let best: CatalogRate | undefined;
  for (const rate of card.rates) {
    if (rate.meter !== meter || rate.tier !== tier || rate.above > bracket) continue;
    if (best === undefined || rate.above >= best.above) best = rate;
  }
  return best;
}

/** Of one meter: its rate in the tier, or in the standard tier where that has moved to a higher bracket. */
function ofMeter(card: CatalogCard, meter: Meter, tier: ServiceTier, bracket: number): CatalogRate | undefined {
  const exact = highest(card, meter, tier, bracket);
  const standard = highest(card, meter, "standard", bracket);
  if (exact === undefined || standard === undefined) return exact ?? standard;
  return exact.above >= standard.above ? exact : standard;
}

/**
 * The list rate of a meter, in this order:
 *
 * 1. Bracket: it moves every meter of the call. A meter without a rate of its own for the bracket keeps the one of the
 *    next lower.
 * 2. Tier: a tier that lacks the meter takes the meter's standard rate. A tier that has the meter only for a lower
 *    bracket than the standard tier lacks it too: a short call's discount does not hold for a long one.
 * 3. Kind: a meter that is in neither tier takes the rate of what it is a kind of, found in the same way. So the same
 *    meter at the standard price goes before another meter at the tier's price.
 *
 * What it finds may be another meter's or another tier's rate. `bracket` is a threshold of the card, or 0. Undefined:
 * the card has no price for this meter.
 */
export function listRateOf(
  card: CatalogCard,
  meter: Meter,
  tier: ServiceTier,
  bracket: number,
): CatalogRate | undefined {
  for (let kind: Meter | undefined = meter; kind !== undefined; kind = KIND_OF[kind]) {
    const rate = ofMeter(card, kind, tier, bracket);
    if (rate !== undefined) return rate;
  }
  return undefined;
}

/** Where its brackets begin, lowest first; empty when it has none. */
export function thresholdsOf(card: CatalogCard): number[] {
  return [...new Set(card.rates.map((rate) => rate.above))].filter((above) => above > 0).sort((a, b) => a - b);
}
