import type { ServiceTier } from "./dimensions.ts";
import type { Meter } from "./meters.ts";
import { divHalfEven, parseUnitPrice, type UnitPrice } from "./money.ts";
import type { NegotiatedRate } from "./price-book.ts";

const one = 10n ** 12n;
const hundredPercent = 100n * one;

function decimal(text: string, what: string): UnitPrice {
  const value = parseUnitPrice(text);
  if (value === undefined) throw new RangeError(`${what}: "${text}" is no decimal with at most 12 decimals`);
  return value;
}

export function unitPriceOf(text: string): UnitPrice {
  return decimal(text, "unit price");
}

/** price × a decimal factor; exact while the product has at most 12 decimals, else half even. */
export function multiplied(price: UnitPrice, factor: string): UnitPrice {
  return divHalfEven(price * decimal(factor, "uplift"), one) as UnitPrice;
}

/**
 * The company's price where list is `listPrice` (undefined: no list price; then a discount says nothing); exact while
 * it has at most 12 decimals, else half even.
 */
export function negotiatedPrice(rate: NegotiatedRate, listPrice: UnitPrice | undefined): UnitPrice | undefined {
  if (rate.usd_per_million !== undefined) return unitPriceOf(rate.usd_per_million);
  if (rate.discount_percent === undefined || listPrice === undefined) return listPrice;
  const paid = hundredPercent - decimal(rate.discount_percent, "discount");
  if (paid < 0n) throw new RangeError(`discount: "${rate.discount_percent}" is more than 100 percent`);
  return divHalfEven(listPrice * paid, hundredPercent) as UnitPrice;
}

function closeness(rate: NegotiatedRate): number {
  return (rate.model === "*" ? 0 : 4) + (rate.meter === "*" ? 0 : 2) + (rate.tier === "*" ? 0 : 1);
}

/**
 * The rate for a meter in a tier among those of a model that are in force, oldest first: the closest wins (named
 * model before meter before tier), of equally close ones the latest.
 */
export function negotiatedFor(
  rates: readonly NegotiatedRate[],
  meter: Meter,
  tier: ServiceTier,
): NegotiatedRate | undefined {
  let best: NegotiatedRate | undefined;
  for (const rate of rates) {
    if (rate.meter !== "*" && rate.meter !== meter) continue;
    if (rate.tier !== "*" && rate.tier !== tier) continue;
    if (best === undefined || closeness(rate) >= closeness(best)) best = rate;
  }
  return best;
}
