import * as z from "zod";
import { AUDIT_ACTIONS, type AuditEntry } from "#core/audit.ts";
import type { Instant } from "#core/time.ts";
import type { ControlWrite } from "./control-table.ts";
import { jsonText, parseItem, type StoredItem } from "./stored-item.ts";

export const auditPartition = "audit";

/** As text in the order of the numbers. */
const numberDigits = 15;
export const auditSort = (number: number) => String(number).padStart(numberDigits, "0");

const entry = z.strictObject({
  number: z.int(),
  at: z.int().transform((value) => value as Instant),
  by: z.string(),
  action: z.enum(AUDIT_ACTIONS),
  subject: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  reason: z.string(),
  previousHash: z.string(),
  hash: z.string(),
});

const entriesItem = z.object({ entries: jsonText(z.array(entry)) });

/** What was written together is an item, at the number of its last entry: who reads from a number on finds it. */
export function encodeAuditEntries(entries: readonly AuditEntry[]): ControlWrite {
  return {
    p: auditPartition,
    s: auditSort(entries.at(-1)?.number ?? 0),
    set: "entries = :entries",
    onlyIf: "attribute_not_exists(p)",
    values: { ":entries": JSON.stringify(entries) },
  };
}

export function decodeAuditEntries(item: StoredItem): readonly AuditEntry[] {
  return parseItem(entriesItem, item).entries;
}
