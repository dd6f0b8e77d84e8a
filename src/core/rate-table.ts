import type { ServiceTier, Speed } from "./dimensions.ts";
import { listRateOf, thresholdsOf } from "./list-rate.ts";
import { KIND_OF, METERS, type Meter } from "./meters.ts";
import type { UnitPrice } from "./money.ts";
import { multiplied, negotiatedFor, negotiatedPrice, unitPriceOf } from "./negotiated-rates.ts";
import type { CatalogCard, CatalogRate, NegotiatedRate, PriceWarning } from "./price-book.ts";

/** What decides on the prices of a card for a call, beside its size. */
export interface CallKind {
  readonly tier: ServiceTier;
  readonly speed: Speed;
  readonly servingLocation: string | undefined;
}

/** The price of a meter for one kind of call in one bracket: all that a charge needs but the quantity. */
export interface MeterRate {
  readonly meter: Meter;
  /** Place in METERS. */
  readonly index: number;
  readonly listUnitPrice: UnitPrice;
  readonly unitPrice: UnitPrice;
  /** Pico-dollars a unit; NaN where that is no whole number, or one too large for a double. */
  readonly listPicoUsdPerUnit: number;
  readonly picoUsdPerUnit: number;
  readonly estimated: boolean;
  readonly disputed: boolean;
  /** The meter's price depends on the bracket. */
  readonly bracketed: boolean;
  readonly warnings: readonly PriceWarning[];
}

export type MeterRates = ReadonlyMap<string, MeterRate>;

/** The prices of a card for one kind of call. */
export interface RateTable {
  /** Where brackets begin, lowest first. */
  readonly thresholds: readonly number[];
  readonly inclusive: boolean;
  /** One more than thresholds: the base rates first. */
  readonly brackets: readonly MeterRates[];
}

const picoPerMillion = 1_000_000n;

function wholePerUnit(price: UnitPrice): number {
  const perUnit = price / picoPerMillion;
  return price % picoPerMillion === 0n && perUnit <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(perUnit) : Number.NaN;
}

/** Uplifts are of tokens: a web search or a request costs the same wherever and however fast the model runs. */
function upliftsOf(card: CatalogCard, meter: Meter, call: CallKind): string[] {
  if (!meter.endsWith("_tokens")) return [];
  return (card.uplifts ?? [])
    .filter(
      (uplift) =>
        (uplift.serving_location === undefined || uplift.serving_location === call.servingLocation) &&
        (uplift.speed === undefined || uplift.speed === call.speed),
    )
    .map((uplift) => uplift.multiply);
}

/**
 * The negotiated rate for the meter itself, else the one for the rate that it takes: a meter that is priced like what
 * it is a kind of (reasoning like output, a tier like standard) follows that one's negotiated price.
 */
function negotiatedOf(
  negotiated: readonly NegotiatedRate[],
  meter: Meter,
  tier: ServiceTier,
  list: CatalogRate | undefined,
  kind: CatalogRate | undefined,
): NegotiatedRate | undefined {
  const own = negotiatedFor(negotiated, meter, tier);
  if (own !== undefined && own.meter !== "*") return own;
  const taken = list && negotiatedFor(negotiated, list.meter, list.tier);
  if (taken !== undefined && taken.meter !== "*") return taken;
  const samePrice = kind !== undefined && kind.usd_per_million === list?.usd_per_million && kind.tier === list.tier;
  return (samePrice ? negotiatedFor(negotiated, kind.meter, kind.tier) : undefined) ?? own ?? taken;
}

/** What about the rate is not the exact one. A price negotiated for the meter in the tier itself is exact. */
function warningsOf(
  card: CatalogCard,
  list: CatalogRate,
  meter: Meter,
  call: CallKind,
  ownDeal: boolean,
): PriceWarning[] {
  const knowsSpeed = call.speed === "standard" || card.uplifts?.some((uplift) => uplift.speed === call.speed) === true;
  const warnings: PriceWarning[] = list.disputed === undefined ? [] : ["disputed_rate"];
  if (!ownDeal && (list.tier !== call.tier || !knowsSpeed)) warnings.push("estimated_tier");
  if (!ownDeal && list.meter !== meter) warnings.push("estimated_meter");
  return warnings;
}

function meterRate(
  card: CatalogCard,
  negotiated: readonly NegotiatedRate[],
  meter: Meter,
  call: CallKind,
  bracket: number,
): MeterRate | undefined {
  const list = listRateOf(card, meter, call.tier, bracket);
  const parent = KIND_OF[meter];
  const kind = parent && listRateOf(card, parent, call.tier, bracket);
  const deal = negotiatedOf(negotiated, meter, call.tier, list, kind);
  const listed = list && unitPriceOf(list.usd_per_million);
  const ownDeal =
    deal?.usd_per_million !== undefined && deal.meter === meter && (deal.tier === "*" || deal.tier === call.tier);
  const paid = deal && (list !== undefined || ownDeal) ? negotiatedPrice(deal, listed) : listed;
  if (paid === undefined) return undefined;
  const uplifts = upliftsOf(card, meter, call);
  const unitPrice = uplifts.reduce(multiplied, paid);
  const listUnitPrice = uplifts.reduce(multiplied, listed ?? paid);
  const warnings = list ? warningsOf(card, list, meter, call, ownDeal) : [];
  const isListPrice = list !== undefined && deal?.usd_per_million === undefined;
  if (isListPrice && list.disputed === undefined && list.source !== "both") warnings.push("single_source_rate");
  return {
    meter,
    index: METERS.indexOf(meter),
    listUnitPrice,
    unitPrice,
    listPicoUsdPerUnit: wholePerUnit(listUnitPrice),
    picoUsdPerUnit: wholePerUnit(unitPrice),
    estimated: warnings.includes("estimated_tier") || warnings.includes("estimated_meter"),
    disputed: list?.disputed !== undefined,
    bracketed: list !== undefined && card.rates.some((rate) => rate.meter === list.meter && rate.above > 0),
    warnings,
  };
}

/**
 * Every price of a card for one kind of call, worked out once. Uplifts multiply list and negotiated prices alike. A
 * negotiated price per million holds in every bracket. Where there is no list price, it stands for it too.
 */
export function compileRateTable(card: CatalogCard, negotiated: readonly NegotiatedRate[], call: CallKind): RateTable {
  const thresholds = thresholdsOf(card);
  const brackets = [0, ...thresholds].map((bracket) => {
    const rates = new Map<string, MeterRate>();
    for (const meter of METERS) {
      const rate = meterRate(card, negotiated, meter, call, bracket);
      if (rate !== undefined) rates.set(meter, rate);
    }
    return rates;
  });
  return { thresholds, inclusive: card.brackets_inclusive === true, brackets };
}
