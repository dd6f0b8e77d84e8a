import type { AuditDraft, AuditEntry } from "#core/audit.ts";

/** What the next entry follows. It is kept apart from the entries: it still tells of a last one that was removed. */
export type AuditHead = Pick<AuditEntry, "number" | "hash">;

/**
 * Who changed what: append-only, each entry holding the hash of the one before. A store that keeps what is audited
 * writes its change and the entry together, both or neither; `append` is for acts that change no store of their own.
 */
export interface AuditLog {
  append(draft: AuditDraft): Promise<AuditEntry>;
  /** Of the last entry ever written; undefined before the first. */
  head(): Promise<AuditHead | undefined>;
  /** From the entry of this number on, by number, at most `limit`. Fewer are not the end, none is. */
  read(from: number, limit: number): Promise<readonly AuditEntry[]>;
}
