import type { AuditDraft } from "#core/audit.ts";

export interface StoredDocument<T> {
  readonly document: T;
  /** 1 when it is made, then one more for each change. */
  readonly revision: number;
}

/** Small things that people set and name themselves: each is written and removed together with its audit entry. */
export interface AuditedDocuments<T extends { readonly id: string }> {
  find(id: string): Promise<StoredDocument<T> | undefined>;
  /** By id. */
  list(): Promise<readonly StoredDocument<T>[]>;
  /**
   * Writes it as revision `expected + 1` (0: it is new) with its audit entry. False, and nothing written, when its
   * revision is another one.
   */
  put(expected: number, document: T, audit: AuditDraft): Promise<boolean>;
  /** False, and nothing written, when there is none of this revision. */
  remove(expected: number, id: string, audit: AuditDraft): Promise<boolean>;
}
