import type { FieldError } from "#core/field-error.ts";
import { parseUnitPrice } from "#core/money.ts";
import type { NegotiatedRate } from "#core/price-book.ts";
import { resolveProvider } from "#core/resolve-provider.ts";
import { addDays, type Instant, parseUsageDate, startOfDay, usageDateOf } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import type { PriceStore, StoredRate } from "./ports/prices.ts";

export type SetPriceResult =
  | { readonly status: "accepted"; readonly rate: StoredRate }
  | { readonly status: "rejected"; readonly errors: readonly FieldError[] };

/** Raters keep the prices for 10 s: what was priced just before must not depend on which of them it met. */
const leadMsMin = 60_000;

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
  if (price !== undefined && parseUnitPrice(price) === undefined) {
    const wanted = "a decimal string of USD per million units with at most 12 decimals, not negative";
    return { path: "usd_per_million", found: found(price), wanted };
  }
  if (price !== undefined && rate.meter === "*") {
    return { path: "meter", found: '"*"', wanted: "one meter: a price is of one meter, a discount may be of all" };
  }
  return undefined;
}

/**
 * Sets a price of the company's own. It begins at the earliest with the next UTC day that is 60 s away; where prices
 * overlap, the one set last holds among equally close ones.
 */
export const makeSetPrice =
  (deps: { readonly prices: PriceStore; readonly clock: () => Instant; readonly newId: () => string }) =>
  async (rate: NegotiatedRate, caller: Caller): Promise<SetPriceResult> => {
    const now = deps.clock();
    const errors = [fromError(rate.from, now), toError(rate), priceError(rate)].filter((error) => error !== undefined);
    if (errors.length > 0) return { status: "rejected", errors };
    const provider = resolveProvider(rate.provider) ?? rate.provider;
    const stored = { ...rate, provider, id: deps.newId(), setAt: now, setBy: caller.keyId };
    await deps.prices.add(stored);
    return { status: "accepted", rate: stored };
  };

/** Oldest first. */
export const makeListPrices =
  ({ prices }: { readonly prices: PriceStore }) =>
  (): Promise<readonly StoredRate[]> =>
    prices.list();
