import { withoutCustomer } from "#core/erasure.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import type { Sha256Hex } from "./customers.ts";
import type { Erasures } from "./ports/erasures.ts";

export interface ForgetErasedDeps {
  readonly erasures: Erasures;
  readonly sha256Hex: Sha256Hex;
}

/**
 * Reads the erasures, and gives a function that takes their customers out of entries received before: old records must
 * not bring back in files who the lake has erased.
 */
export async function readForgetErased({ erasures, sha256Hex }: ForgetErasedDeps) {
  const erasedAt = new Map<string, Instant>();
  // Oldest first: of several orders the last one holds.
  for (const { customerHash, requestedAt } of await erasures.list()) erasedAt.set(customerHash, requestedAt);
  return (entry: LedgerEntry): LedgerEntry => {
    const { customer_id: id } = entry.attribution;
    const at = id === undefined || erasedAt.size === 0 ? undefined : erasedAt.get(sha256Hex(id));
    return at !== undefined && entry.receivedAt <= at ? withoutCustomer(entry) : entry;
  };
}
