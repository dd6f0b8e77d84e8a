import { type AuditEntry, type AuditFault, auditFault } from "./audit.ts";

export type NotedEntry = Pick<AuditEntry, "number" | "hash">;

/** The first fault of a log that is read page by page, which must hold every entry that was noted. */
export interface AuditCheck {
  /** Takes the entries that follow those before. */
  add(page: readonly AuditEntry[]): AuditFault | undefined;
  /** What is missing behind the last entry. */
  end(): AuditFault | undefined;
  readonly last: NotedEntry | undefined;
}

/**
 * A chain that follows from its entries proves only that nobody changed one alone: who can write all of it can write it
 * anew, or cut its end. So entries are noted elsewhere and compared: the head of the log, and what people have kept.
 *
 * @param sha256 of UTF-8 text, base64url
 */
export function makeAuditCheck(noted: readonly NotedEntry[], sha256: (text: string) => string): AuditCheck {
  let last: NotedEntry | undefined;
  const isOther = (entry: NotedEntry) =>
    noted.some(({ number, hash }) => number === entry.number && hash !== entry.hash);
  return {
    add(page) {
      const fault = auditFault(last, page, sha256);
      last = page.at(-1) ?? last;
      if (fault !== undefined) return fault;
      const other = page.find(isOther);
      return other && { kind: "rewritten", number: other.number };
    },
    end() {
      const reached = last?.number ?? 0;
      return noted.some(({ number }) => number > reached) ? { kind: "missing", number: reached + 1 } : undefined;
    },
    get last() {
      return last;
    },
  };
}
