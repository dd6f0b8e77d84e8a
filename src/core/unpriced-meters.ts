import { eventOf } from "./adjustment.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import { METERS, type Meter } from "./meters.ts";
import type { Rater } from "./price-book.ts";

/** The meters of an unpriced entry that have no price of their own: each keeps the whole entry from having one. */
export function unpricedMeters(entry: LedgerEntry, rate: Rater): Meter[] {
  const event = eventOf(entry, {});
  return METERS.filter((meter) => {
    const quantity = event.quantities[meter];
    return quantity && rate({ ...event, quantities: { [meter]: quantity } }).cost === null;
  });
}
