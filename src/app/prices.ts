import { aheadMsMax } from "#core/event-window.ts";
import type { FieldError } from "#core/field-error.ts";
import { parseGivenPrice } from "#core/money.ts";
import type { CatalogFile, NegotiatedRate } from "#core/price-book.ts";
import { makeResolveModel } from "#core/resolve-catalog-model.ts";
import { resolveProvider } from "#core/resolve-provider.ts";
import { addDays, type Instant, parseUsageDate, startOfDay, usageDateOf } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import type { PriceStore, StoredRate } from "./ports/prices.ts";

export interface SetPriceDeps {
  readonly prices: PriceStore;
  readonly catalog: (provider: string) => CatalogFile | undefined;
  readonly clock: () => Instant;
  readonly newId: () => string;
}

export type SetPriceResult =
  | {
      readonly status: "accepted";
      /** Under the catalogue's names of provider and model. */
      readonly rate: StoredRate;
      /** False: nobody publishes the model or knows the provider; the price is of usage sent under exactly these names. */
      readonly modelKnown: boolean;
    }
  | { readonly status: "rejected"; readonly errors: readonly FieldError[] };

/**
 * Raters keep the prices for 10 s, and events may be some minutes ahead: what is priced at about the time of the setting
 * must not depend on which rater it meets.
 */
const leadMsMin = 60_000 + aheadMsMax;

const discountPattern = /^(?:100|\d{1,2}(?:\.\d{1,6})?)$/;

const found = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 100));

function fromError(from: string, now: Instant): FieldError | undefined {
  const date = parseUsageDate(from);
  if (date !== undefined && startOfDay(date) >= now + leadMsMin) return undefined;
  const earliest = addDays(usageDateOf((now + leadMsMin - 1) as Instant), 1);
  const wanted = `a UTC day, ${earliest} or later: what has begun keeps its price, and changes by adjustments`;
  return { path: "from", found: found(from), wanted };
}

function toError({ from, to }: NegotiatedRate): FieldError | undefined {
  if (to === null || (parseUsageDate(to) !== undefined && to >= from)) return undefined;
  return { path: "to", found: found(to), wanted: "a UTC day not before `from`, or null" };
}

function priceError(rate: NegotiatedRate): FieldError | undefined {
  const { usd_per_million: price, discount_percent: discount } = rate;
  if ((price === undefined) === (discount === undefined)) {
    const both = price === undefined ? "neither" : "both";
    return { path: "usd_per_million", found: both, wanted: "exactly one of `usd_per_million` or `discount_percent`" };
  }
  if (discount !== undefined && !discountPattern.test(discount)) {
    const wanted = 'percent off the list price, from "0" to "100", with at most 6 decimals';
    return { path: "discount_percent", found: found(discount), wanted };
  }
  if (price !== undefined && parseGivenPrice(price) === undefined) {
    const wanted = "a decimal string of USD per million units with at most 12 decimals, from 0 to 1000000000";
    return { path: "usd_per_million", found: found(price), wanted };
  }
  if (price !== undefined && rate.meter === "*") {
    return { path: "meter", found: '"*"', wanted: "one meter: a price is of one meter, a discount may be of all" };
  }
  return undefined;
}

/**
 * Sets a price of the company's own, for the model that usage under these names is priced by. It begins at the earliest
 * with the next UTC day that is 16 minutes away; where prices overlap, the one set last holds among equally close ones.
 */
export const makeSetPrice = ({ prices, catalog, clock, newId }: SetPriceDeps) => {
  const resolveModel = makeResolveModel(catalog);

  const namesOf = (rate: NegotiatedRate) => {
    if (rate.model === "*") {
      const known = resolveProvider(rate.provider);
      return { provider: known ?? rate.provider, modelKnown: known !== undefined };
    }
    const { provider, model, cards } = resolveModel(rate.provider, rate.model);
    return { provider, model, modelKnown: cards.length > 0 };
  };

  return async (rate: NegotiatedRate, caller: Caller): Promise<SetPriceResult> => {
    const now = clock();
    const errors = [fromError(rate.from, now), toError(rate), priceError(rate)].filter((error) => error !== undefined);
    if (errors.length > 0) return { status: "rejected", errors };
    const { modelKnown, ...names } = namesOf(rate);
    const stored = { ...rate, ...names, id: newId(), setAt: now, setBy: caller.keyId };
    await prices.add(stored);
    return { status: "accepted", rate: stored, modelKnown };
  };
};

/** Oldest first. */
export const makeListPrices =
  ({ prices }: { readonly prices: PriceStore }) =>
  (): Promise<readonly StoredRate[]> =>
    prices.list();
