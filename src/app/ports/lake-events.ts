import type { LedgerEntry } from "#core/ledger-entry.ts";

/** What the lake has of one event: for explanations and for adjustments of events that the ledger no longer keeps. */
export interface LakeEvents {
  /** The original first, then its adjustments in order, a reversal before its rebooking; empty when there is none. */
  find(source: string, id: string): Promise<readonly LedgerEntry[]>;
}
