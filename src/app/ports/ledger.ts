import type { LedgerEntry } from "#core/ledger-entry.ts";

export type AppendOutcome =
  | { readonly status: "accepted" }
  /** The same key with the same content hash stands in the ledger. */
  | { readonly status: "duplicate"; readonly existing: LedgerEntry }
  /** The same key with another content hash. Nothing has changed. */
  | { readonly status: "conflict"; readonly existing: LedgerEntry }
  /** This one could not be taken now and is not in the ledger, or nobody knows: send it again. */
  | { readonly status: "unavailable" };

/**
 * Where an accepted event is kept. The first write of a key wins. What it has answered `accepted` for survives the
 * death of the process and of the machine's power, and reaches the change stream.
 */
export interface Ledger {
  /** Each entry on its own; outcomes in the order given. Keys are unique within the call. */
  append(entries: readonly LedgerEntry[]): Promise<readonly AppendOutcome[]>;
  /** All or none: `accepted` for all, or the first outcome that is not. At most 50 entries. */
  appendTogether(entries: readonly LedgerEntry[]): Promise<AppendOutcome>;
  /** The entries that stand under these keys. Entries are kept for 35 days. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, LedgerEntry>>;
}
