import { createHash } from "node:crypto";
import * as z from "zod";
import type { AuditHead } from "#app/ports/audit.ts";
import { Unavailable } from "#app/unavailable.ts";
import { type AuditDraft, type AuditEntry, auditEntryAfter } from "#core/audit.ts";
import { encodeAuditEntries } from "./audit-item.ts";
import type { ControlTable, ControlWrite } from "./control-table.ts";
import { pause } from "./dynamo-retry.ts";
import { parseItem } from "./stored-item.ts";

/** Of an item; DynamoDB takes 400 KB with the names. */
const entriesBytesMax = 380_000;
/** Each lost to another change that came first: so many at one moment are no people. */
const attemptsMax = 12;

const headPlace = { p: "audit-head", s: "head" } as const;
const headItem = z.object({ head_number: z.int(), head_hash: z.string() });

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

export async function readAuditHead(table: ControlTable): Promise<AuditHead | undefined> {
  const item = await table.get(headPlace.p, headPlace.s);
  if (item === undefined) return undefined;
  const { head_number: number, head_hash: hash } = parseItem(headItem, item);
  return { number, hash };
}

function entriesAfter(head: AuditHead | undefined, drafts: readonly AuditDraft[]): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const draft of drafts) entries.push(auditEntryAfter(entries.at(-1) ?? head, draft, sha256));
  return entries;
}

/** In as few items as hold them: a transaction has 100 at most. */
function entryWrites(entries: readonly AuditEntry[]): readonly ControlWrite[] {
  const groups: AuditEntry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry));
    if (bytes + size > entriesBytesMax) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(entry);
    bytes += size;
  }
  return groups.map(encodeAuditEntries);
}

function headWrite(before: AuditHead | undefined, { number, hash }: AuditHead): ControlWrite {
  return {
    ...headPlace,
    set: "head_number = :number, head_hash = :hash",
    onlyIf: before === undefined ? "attribute_not_exists(p)" : "head_hash = :before",
    values: { ":number": number, ":hash": hash, ...(before && { ":before": before.hash }) },
  };
}

/**
 * Writes a change together with its audit entries, both or neither. Undefined, and nothing written, when a condition of
 * the change does not hold. The head moves on condition that it is still the one read: two changes never follow the same
 * entry, and the one that comes second is tried again behind the first.
 */
export async function writeAudited(
  table: ControlTable,
  change: readonly ControlWrite[],
  drafts: readonly AuditDraft[],
): Promise<readonly AuditEntry[] | undefined> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) await pause(attempt);
    const head = await readAuditHead(table);
    const entries = entriesAfter(head, drafts);
    const last = entries.at(-1);
    const chain = last === undefined ? [] : [...entryWrites(entries), headWrite(head, last)];
    const failed = await table.failedTogether([...change, ...chain]);
    if (failed.length === 0) return entries;
    if (failed.some((place) => place < change.length)) return undefined;
  }
  throw new Unavailable("control", { cause: new Error(`the audit log moved ${attemptsMax} times in turn`) });
}
