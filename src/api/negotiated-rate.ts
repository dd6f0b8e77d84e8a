import type { TakenRate } from "#contract/prices.ts";
import type { NegotiatedRate } from "#core/price-book.ts";

/** A price as it was sent: what is left out and what is null say the same. */
export function rateOf({
  usd_per_million,
  discount_percent,
  note,
  restatement: _,
  to = null,
  ...rest
}: TakenRate): NegotiatedRate {
  return {
    ...rest,
    to,
    ...(usd_per_million !== undefined && { usd_per_million }),
    ...(discount_percent !== undefined && { discount_percent }),
    ...(note !== undefined && { note }),
  };
}
