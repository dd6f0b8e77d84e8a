import { aheadMsMax } from "#core/event-window.ts";
import type { FieldError } from "#core/field-error.ts";
import { parseGivenPrice } from "#core/money.ts";
import type { CatalogFile, NegotiatedRate } from "#core/price-book.ts";
import { makeResolveModel } from "#core/resolve-catalog-model.ts";
import { resolveProvider } from "#core/resolve-provider.ts";
import { addDays, type Instant, parseUsageDate, startOfDay, usageDateOf } from "#core/time.ts";

/** A price holds from a coming day on, or is a restatement of days that may have been booked. */
export type PriceSetting = "ahead" | "restatement";

export type JudgedPrice =
  | {
      readonly ok: true;
      /** Under the catalogue's names of provider and model. */
      readonly rate: NegotiatedRate;
      /** False: nobody publishes the model or knows the provider; the price is of usage sent under exactly these names. */
      readonly modelKnown: boolean;
    }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * Raters keep the prices for 10 s, and events may be some minutes ahead: what is priced at about the time of the setting
 * must not depend on which rater it meets.
 */
const leadMsMin = 60_000 + aheadMsMax;

const discountPattern = /^(?:100|\d{1,2}(?:\.\d{1,6})?)$/;

const found = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 100));

/** A restatement may begin on any day: what was booked at other prices changes by `reprice` alone. */
function restatedFromError(from: string): FieldError | undefined {
  return parseUsageDate(from) === undefined ? { path: "from", found: found(from), wanted: "a UTC day" } : undefined;
}

function fromError(from: string, now: Instant): FieldError | undefined {
  const date = parseUsageDate(from);
  if (date !== undefined && startOfDay(date) >= now + leadMsMin) return undefined;
  const earliest = addDays(usageDateOf((now + leadMsMin - 1) as Instant), 1);
  const wanted = `a UTC day, ${earliest} or later: what has begun keeps its price, and changes by a restatement`;
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

/** Can this price of the company's own be set, and of what is it then the price? */
export const makeJudgePrice = (catalog: (provider: string) => CatalogFile | undefined) => {
  const resolveModel = makeResolveModel(catalog);

  const namesOf = (rate: NegotiatedRate) => {
    if (rate.model === "*") {
      const known = resolveProvider(rate.provider);
      return { provider: known ?? rate.provider, modelKnown: known !== undefined };
    }
    const { provider, model, cards } = resolveModel(rate.provider, rate.model);
    return { provider, model, modelKnown: cards.length > 0 };
  };

  return (rate: NegotiatedRate, how: PriceSetting, now: Instant): JudgedPrice => {
    const startError = how === "ahead" ? fromError(rate.from, now) : restatedFromError(rate.from);
    const errors = [startError, toError(rate), priceError(rate)].filter((error) => error !== undefined);
    if (errors.length > 0) return { ok: false, errors };
    const { modelKnown, ...names } = namesOf(rate);
    return { ok: true, rate: { ...rate, ...names }, modelKnown };
  };
};
