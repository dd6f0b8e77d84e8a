import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { decodeEntry, encodeEntry } from "#core/entry-codec.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { dayMs, type Instant } from "#core/time.ts";

/** An item as the SDK has it; the stored entry `e` carries the version. */
export type Item = Readonly<Record<string, AttributeValue>>;

const keptDays = 35;

/** When DynamoDB may delete an entry, in whole seconds: it is kept for 35 days, and some hours more. */
function expiresAtSeconds(receivedAt: Instant): string {
  return String(Math.ceil((receivedAt + keptDays * dayMs) / 1_000));
}

/** `k` key, `e` the entry, `x` when it expires, `w` the call that wrote it. Short: an item is to fit one write unit. */
export function itemOf(entry: LedgerEntry, writeId: string) {
  return {
    k: { S: entry.key },
    e: { S: encodeEntry(entry) },
    x: { N: expiresAtSeconds(entry.receivedAt) },
    w: { S: writeId },
  } as const;
}

export type LedgerItem = ReturnType<typeof itemOf>;

/** What stands in the ledger, and which call wrote it. Throws on an item that cannot be read. */
export function standingOf(item: Item): { readonly entry: LedgerEntry; readonly writeId: string | undefined } {
  const text = item.e?.S;
  if (text === undefined) throw new Error(`ledger: item ${item.k?.S} has no entry`);
  return { entry: decodeEntry(text), writeId: item.w?.S };
}
