import type { LedgerEntry } from "#core/ledger-entry.ts";

/** The one way in which an entry of the ledger changes: it forgets a person. */
export interface LedgerErasure {
  /**
   * Puts each entry in the place of the one that stands under its key; where none stands any more, nothing happens. Not
   * an append: when the entry expires, and that no consumer of the stream takes it for a new one, stays as it was.
   */
  replace(entries: readonly LedgerEntry[]): Promise<void>;
}
