import type { NegotiatedRate } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";

/** A negotiated rate as it was set: append-only, a later one wins where both hold. */
export interface StoredRate extends NegotiatedRate {
  readonly id: string;
  readonly setAt: Instant;
  readonly setBy: string;
}

export interface PriceStore {
  add(rate: StoredRate): Promise<void>;
  /** Oldest first. */
  list(): Promise<readonly StoredRate[]>;
}
