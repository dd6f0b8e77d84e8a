import type { CardPrices } from "./compile-card.ts";
import type { Charge } from "./ledger-entry.ts";
import { INPUT_METERS, type Meter, type Quantities } from "./meters.ts";
import { costOf, type PicoUsd, type UnitPrice, zeroUsd } from "./money.ts";
import {
  type CatalogFile,
  type NegotiatedRate,
  PRICE_WARNINGS,
  type PriceWarning,
  type Rated,
  type Rater,
} from "./price-book.ts";
import { makePricedModels, type PricedModel } from "./priced-models.ts";
import type { MeterRate, MeterRates, RateTable } from "./rate-table.ts";
import type { UsageEvent } from "./usage-event.ts";

const noWarnings: readonly PriceWarning[] = [];

function pricesAt(model: PricedModel, timeMs: number): CardPrices | undefined {
  for (const period of model.periods) {
    if (period.fromMs <= timeMs) return period.prices;
  }
  return undefined;
}

function unpriced(model: PricedModel): Rated {
  return {
    provider: model.provider,
    model: model.model,
    charges: [],
    listCost: null,
    cost: null,
    priceStatus: "unpriced",
    priceVersion: "",
    warnings: noWarnings,
    ...(model.periods.every((period) => period.prices === undefined) && { modelUnknown: true }),
  };
}

/** By the whole input of a call; of `requests` calls, by their mean input. */
function ratesFor(table: RateTable, quantities: Quantities, requests: number): MeterRates {
  let bracket = 0;
  if (table.thresholds.length > 0) {
    let input = 0;
    for (const meter of INPUT_METERS) input += quantities[meter] ?? 0;
    for (const threshold of table.thresholds) {
      const limit = threshold * requests;
      if (input > limit || (table.inclusive && input === limit)) bracket++;
    }
  }
  return table.brackets[bracket] as MeterRates;
}

/** costOf, without big integers in between where the product is exact in a double. */
function amountOf(quantity: number, picoUsdPerUnit: number, price: UnitPrice): PicoUsd {
  const product = quantity * picoUsdPerUnit;
  return Math.abs(product) <= Number.MAX_SAFE_INTEGER ? (BigInt(product) as PicoUsd) : costOf(BigInt(quantity), price);
}

function chargeOf(rate: MeterRate, quantity: number, estimated: boolean): Charge {
  const listCost = amountOf(quantity, rate.listPicoUsdPerUnit, rate.listUnitPrice);
  const cost =
    rate.unitPrice === rate.listUnitPrice ? listCost : amountOf(quantity, rate.picoUsdPerUnit, rate.unitPrice);
  return {
    meter: rate.meter,
    quantity,
    listUnitPrice: rate.listUnitPrice,
    unitPrice: rate.unitPrice,
    listCost,
    cost,
    estimated,
    disputed: rate.disputed,
  };
}

/** The rates of the meters that the event counts, in the order of METERS; undefined when one of them has no rate. */
function ratesOf(quantities: Quantities, rates: MeterRates): MeterRate[] | undefined {
  const found: MeterRate[] = [];
  let ordered = true;
  for (const meter in quantities) {
    if (!quantities[meter as Meter]) continue;
    const rate = rates.get(meter);
    if (rate === undefined) return undefined;
    if (found.length > 0 && (found[found.length - 1] as MeterRate).index > rate.index) ordered = false;
    found.push(rate);
  }
  const perRequest = rates.get("requests");
  if (perRequest !== undefined) found.push(perRequest);
  return ordered ? found : found.sort((a, b) => a.index - b.index);
}

/** In their order in PRICE_WARNINGS, each once. */
function warningsOf(rates: readonly MeterRate[], grouped: boolean): readonly PriceWarning[] {
  if (!rates.some((rate) => rate.warnings.length > 0 || (grouped && rate.bracketed))) return noWarnings;
  const raised = new Set(rates.flatMap((rate) => rate.warnings));
  if (grouped && rates.some((rate) => rate.bracketed)) raised.add("estimated_bracket");
  return PRICE_WARNINGS.filter((warning) => raised.has(warning));
}

function rateOn(model: PricedModel, prices: CardPrices, event: UsageEvent): Rated {
  const { quantities, requests } = event;
  const table = prices.tableFor(event.serviceTier, event.speed, event.servingLocation);
  const rates = ratesOf(quantities, ratesFor(table, quantities, requests));
  if (rates === undefined) return unpriced(model);
  const grouped = requests > 1;
  const charges: Charge[] = [];
  let listCost: bigint = zeroUsd;
  let cost: bigint = zeroUsd;
  let anyEstimated = event.quantitiesEstimated;
  for (const rate of rates) {
    const estimated = rate.estimated || event.quantitiesEstimated || (grouped && rate.bracketed);
    const quantity = rate.meter === "requests" ? requests : (quantities[rate.meter] ?? 0);
    const charge = chargeOf(rate, quantity, estimated);
    charges.push(charge);
    listCost += charge.listCost;
    cost += charge.cost;
    anyEstimated ||= estimated;
  }
  return {
    provider: model.provider,
    model: model.model,
    charges,
    listCost: listCost as PicoUsd,
    cost: cost as PicoUsd,
    priceStatus: anyEstimated ? "estimated" : "priced",
    priceVersion: prices.priceVersion,
    warnings: warningsOf(rates, grouped),
  };
}

/**
 * The rating engine over the catalogue and the company's own prices, oldest first. Pure: the same event is always
 * rated the same. Provider files are asked for when an event first needs them, and kept, compiled; a rater of new
 * prices is a new rater. An event with a meter that has no price, or of an unknown model, is unpriced as a whole: a
 * part of a cost would pass for all of it.
 */
export function makeCoreRater(
  catalog: (provider: string) => CatalogFile | undefined,
  negotiated: readonly NegotiatedRate[],
): Rater {
  const pricedModel = makePricedModels(catalog, negotiated);
  return (event) => {
    const model = pricedModel(event.provider, event.model);
    const prices = pricesAt(model, event.time);
    return prices === undefined ? unpriced(model) : rateOn(model, prices, event);
  };
}
