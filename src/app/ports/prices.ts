import type { AuditDraft } from "#core/audit.ts";
import type { NegotiatedRate } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";

/** A negotiated rate as it was set: append-only, a later one wins where both hold. */
export interface StoredRate extends NegotiatedRate {
  readonly id: string;
  readonly setAt: Instant;
  readonly setBy: string;
}

export interface PriceStore {
  /** With its audit entry, both or neither. The same rate again changes nothing. */
  add(rate: StoredRate, audit: AuditDraft): Promise<void>;
  /** Oldest first. */
  list(): Promise<readonly StoredRate[]>;
}
