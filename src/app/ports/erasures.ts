import type { Instant, UsageDate } from "#core/time.ts";

/** The order to erase a customer: a tombstone, kept for ever. */
export interface Erasure {
  readonly id: string;
  /** SHA-256 of the customer's id in small hex letters: the id itself is kept nowhere. */
  readonly customerHash: string;
  /** What was received up to this moment is erased; events that come later are a new customer's. */
  readonly requestedAt: Instant;
  /** The id of the key that asked. */
  readonly requestedBy: string;
  readonly reason: string;
  /** Since when neither the lake's tables nor the ledger name the customer; null while one of them may. */
  readonly cleanedAt: Instant | null;
}

/** How far runs have gone through the ledger, where it may take more than one: entries up to this one are done. */
export interface LedgerSweep {
  /** Of the run that began it. */
  readonly startedAt: Instant;
  readonly usageDate: UsageDate;
  readonly key: string;
}

export interface Erasures {
  /** The same id again changes nothing. */
  add(erasure: Erasure): Promise<void>;
  get(id: string): Promise<Erasure | undefined>;
  /** Oldest first. */
  list(): Promise<readonly Erasure[]>;
  /** A second call keeps the first moment; an unknown id changes nothing. */
  setCleaned(id: string, at: Instant): Promise<void>;
  /** Undefined when none is under way for this erasure. */
  sweep(id: string): Promise<LedgerSweep | undefined>;
  /** Undefined: it is over. Of an unknown id nothing is kept. */
  setSweep(id: string, sweep: LedgerSweep | undefined): Promise<void>;
}
