import { lineKey, tokensOf, type UsageLine } from "./drivers/segment.ts";
import { divHalfEven } from "./money.ts";

/** A line with the worth of its meters at fixed prices, in pico-dollars; null where there is no such price. */
export interface LineAtPrices extends UsageLine {
  readonly worth: bigint | null;
}

/**
 * How much of the same a line used in the two periods: meters weighed at fixed prices, so that a cached token counts for
 * less than one that is not; without such prices tokens, without tokens calls.
 */
function amountsOf(from: LineAtPrices, to: LineAtPrices): readonly [from: bigint, to: bigint] {
  const isWeighed = from.worth !== null && to.worth !== null && from.worth > 0n && to.worth > 0n;
  if (isWeighed) return [from.worth ?? 0n, to.worth ?? 0n];
  const [before, after] = [tokensOf(from), tokensOf(to)];
  return before > 0n && after > 0n ? [before, after] : [from.requests, to.requests];
}

/**
 * What the second period's usage would have cost at the first one's prices. A model or a region that was not used before
 * had no price then: it counts at its own, and its arrival is mix. Rounded once a line, half even.
 */
export function mixAtOldPrices(from: readonly LineAtPrices[], to: readonly LineAtPrices[]): bigint {
  const before = new Map(from.map((line) => [lineKey(line), line]));
  let cost = 0n;
  for (const line of to) {
    const old = before.get(lineKey(line));
    const [oldAmount, amount] = old === undefined ? [0n, 0n] : amountsOf(old, line);
    cost += old === undefined || oldAmount <= 0n ? line.cost : divHalfEven(old.cost * amount, oldAmount);
  }
  return cost;
}
