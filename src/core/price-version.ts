import type { CatalogCard, NegotiatedRate } from "./price-book.ts";

/** 52 bits in base 36. Equal texts have equal hashes. Not for secrets. (cyrb53, in the public domain.) */
function shortHash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (2 ** 32 * (b & 0xfffff) + (a >>> 0)).toString(36);
}

/**
 * Names the prices that were in force for a model: the day of its card and a hash of the card and of the negotiated
 * rates on top of it, "2026-03-05.1x4kq9z0ab". It changes when any of them does, and only then.
 */
export function priceVersionOf(
  provider: string,
  model: string,
  card: CatalogCard,
  negotiated: readonly NegotiatedRate[],
): string {
  const prices = [
    provider,
    model,
    card.brackets_inclusive ?? false,
    card.rates.map((rate) => [rate.meter, rate.tier, rate.above, rate.usd_per_million]),
    card.uplifts ?? [],
    negotiated.map((rate) => [
      rate.model,
      rate.meter,
      rate.tier,
      rate.usd_per_million,
      rate.discount_percent,
      rate.from,
    ]),
  ];
  return `${card.from ?? "always"}.${shortHash(JSON.stringify(prices))}`;
}
