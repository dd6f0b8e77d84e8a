import type { ServiceTier, Speed } from "./dimensions.ts";
import type { CatalogCard, CatalogModel, CatalogRate, NegotiatedRate } from "./price-book.ts";
import { priceVersionOf } from "./price-version.ts";
import { type CallKind, compileRateTable, type RateTable } from "./rate-table.ts";
import { addDays, startOfDay, type UsageDate } from "./time.ts";

/** A card with the company's own prices on top, ready for use. */
export interface CardPrices {
  readonly priceVersion: string;
  tableFor(tier: ServiceTier, speed: Speed, servingLocation: string | undefined): RateTable;
}

/** The prices of a model while neither its card nor a negotiated rate changes. */
export interface PricePeriod {
  /** Its first moment; -Infinity: since always. It ends where the next begins. */
  readonly fromMs: number;
  /** Undefined: nobody prices the model at this time. */
  readonly prices: CardPrices | undefined;
}

function startMs(day: string | null): number {
  return day === null ? Number.NEGATIVE_INFINITY : startOfDay(day as UsageDate);
}

function endMs(day: string | null): number {
  return day === null ? Number.POSITIVE_INFINITY : startOfDay(addDays(day as UsageDate, 1));
}

/** By which the card tells prices apart. */
export function placesOf(card: CatalogCard): ReadonlySet<string | undefined> {
  return new Set(card.uplifts?.map((uplift) => uplift.serving_location));
}

/**
 * The place by which the card tells prices apart: its own name of it, or "regional", which is every place that has a
 * name but "global". Undefined where the card does not tell.
 */
export function upliftedPlace(
  places: ReadonlySet<string | undefined>,
  servingLocation: string | undefined,
): string | undefined {
  if (servingLocation === undefined || places.size === 0) return undefined;
  const place = servingLocation.toLowerCase();
  if (places.has(place)) return place;
  return place !== "global" && places.has("regional") ? "regional" : undefined;
}

/** Tables are compiled when first asked for, and kept: one per tier, speed and place that the card tells apart. */
function cardPrices(priceVersion: string, card: CatalogCard, negotiated: readonly NegotiatedRate[]): CardPrices {
  const places = placesOf(card);
  const ordinary = new Map<ServiceTier, RateTable>();
  const others = new Map<string, RateTable>();
  const kept = <K>(tables: Map<K, RateTable>, key: K, call: CallKind): RateTable => {
    const table = tables.get(key) ?? compileRateTable(card, negotiated, call);
    tables.set(key, table);
    return table;
  };
  return {
    priceVersion,
    tableFor(tier, speed, servingLocation) {
      const place = upliftedPlace(places, servingLocation);
      const call = { tier, speed, servingLocation: place };
      if (speed === "standard" && place === undefined) return ordinary.get(tier) ?? kept(ordinary, tier, call);
      return kept(others, JSON.stringify([tier, speed, place]), call);
    },
  };
}

/**
 * A card of the company's own prices, for a model of which nobody publishes any: the list price is then theirs.
 * Discounts and prices for every model or meter make none.
 */
function ownCard(model: string, negotiated: readonly NegotiatedRate[]): CatalogCard | undefined {
  const rates: CatalogRate[] = negotiated.flatMap(({ model: of, meter, tier, usd_per_million }) =>
    of === model && meter !== "*" && usd_per_million !== undefined
      ? [{ meter, tier: tier === "*" ? "standard" : tier, above: 0, usd_per_million, source: "negotiated" }]
      : [],
  );
  return rates.length > 0 ? { from: null, rates } : undefined;
}

/**
 * The periods of a model, the latest first. `negotiated`: the rates for it, oldest first; each is taken for the days
 * on which it holds. Before its first card a model has no list price.
 */
export function compilePeriods(
  provider: string,
  model: string,
  cards: CatalogModel["cards"],
  negotiated: readonly NegotiatedRate[],
): PricePeriod[] {
  const starts = new Set(cards.map((card) => startMs(card.from)));
  for (const rate of negotiated) {
    starts.add(startMs(rate.from));
    if (rate.to !== null) starts.add(endMs(rate.to));
  }
  const latestFirst = [...starts].sort((a, b) => b - a);
  return latestFirst.map((fromMs) => {
    const rates = negotiated.filter((rate) => startMs(rate.from) <= fromMs && fromMs < endMs(rate.to));
    const card = cards.findLast((candidate) => startMs(candidate.from) <= fromMs) ?? ownCard(model, rates);
    return { fromMs, prices: card && cardPrices(priceVersionOf(provider, model, card, rates), card, rates) };
  });
}
