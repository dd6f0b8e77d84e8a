import { createHash } from "node:crypto";
import * as z from "zod";
import type { AuditHead, AuditLog } from "#app/ports/audit.ts";
import { AUDIT_ACTIONS, type AuditDraft, type AuditEntry, auditEntryAfter } from "#core/audit.ts";
import type { Instant } from "#core/time.ts";
import type { Sqlite } from "./sqlite.ts";

export const auditSchema = `
  create table if not exists audit_entries (
    number integer primary key,
    at integer not null,
    by text not null,
    action text not null,
    subject text not null,
    from_json text,
    to_json text,
    reason text not null,
    previous_hash text not null,
    hash text not null
  ) strict;
  create table if not exists audit_head (
    one integer primary key check (one = 1),
    number integer not null,
    hash text not null
  ) strict`;

const entryRow = z.object({
  number: z.int(),
  at: z.int(),
  by: z.string(),
  action: z.enum(AUDIT_ACTIONS),
  subject: z.string(),
  from_json: z.string().nullable(),
  to_json: z.string().nullable(),
  reason: z.string(),
  previous_hash: z.string(),
  hash: z.string(),
});

const headRow = z.object({ number: z.int(), hash: z.string() });

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

function readEntry(row: unknown): AuditEntry {
  const { at, from_json, to_json, previous_hash, ...same } = entryRow.parse(row);
  return { ...same, at: at as Instant, from: from_json, to: to_json, previousHash: previous_hash };
}

function readHead(database: Sqlite): AuditHead | undefined {
  const row = database.prepare("select number, hash from audit_head").get();
  return row && headRow.parse(row);
}

/** Writes the entries of a change: called within the transaction that writes the change itself. */
export function appendAudit(database: Sqlite, drafts: readonly AuditDraft[]): readonly AuditEntry[] {
  const insert = database.prepare("insert into audit_entries values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const entries: AuditEntry[] = [];
  let head = readHead(database);
  for (const draft of drafts) {
    const entry = auditEntryAfter(head, draft, sha256);
    const { number, at, by, action, subject, from, to, reason, previousHash, hash } = entry;
    insert.run(number, at, by, action, subject, from, to, reason, previousHash, hash);
    entries.push(entry);
    head = entry;
  }
  if (head !== undefined) {
    database
      .prepare(
        "insert into audit_head values (1, ?, ?) on conflict do update set number = excluded.number, hash = excluded.hash",
      )
      .run(head.number, head.hash);
  }
  return entries;
}

/** @param database opened with `auditSchema` */
export function sqliteAudit(database: Sqlite): AuditLog {
  return {
    async append(draft) {
      const [entry] = database.write(() => appendAudit(database, [draft]));
      return entry as AuditEntry;
    },

    async head() {
      return database.read(() => readHead(database));
    },

    async read(from, limit) {
      const select = "select * from audit_entries where number >= ? order by number limit ?";
      return database.read(() => database.prepare(select).all(from, limit)).map(readEntry);
    },
  };
}
