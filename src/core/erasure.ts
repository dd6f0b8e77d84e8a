import type { LedgerEntry } from "./ledger-entry.ts";

/** Stands in the place of a customer who was erased. Nobody can send it. */
export const ERASED = "erased";

/** True when something of a person may stand in this entry. */
export function namesCustomer({ attribution, tags, responseId }: LedgerEntry): boolean {
  return attribution.customer_id !== ERASED || Object.keys(tags).length > 0 || responseId !== undefined;
}

/**
 * The entry without the person: who they were, what the sender tagged, the provider's id of the answer. What is booked
 * stays, and the content hash: sent again, the event is still a duplicate.
 */
export function withoutCustomer({ responseId: _, ...entry }: LedgerEntry): LedgerEntry {
  return { ...entry, attribution: { ...entry.attribution, customer_id: ERASED }, tags: {} };
}
