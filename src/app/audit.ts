import type { AuditEntry } from "#core/audit.ts";
import type { AuditHead, AuditLog } from "./ports/audit.ts";

/** Of the texts of a page: with its names and quotes it stays well below what a Lambda may answer, 6 MB. */
const pageCharsMax = 1_500_000;

const charsOf = ({ subject, from, to, reason }: AuditEntry) =>
  subject.length + reason.length + (from?.length ?? 0) + (to?.length ?? 0);

/** Entries from a number on, at most `limit`, at least one where there is one: a page ends early before it grows too large. */
export const makeReadAudit =
  ({ audit }: { readonly audit: AuditLog }) =>
  async (from: number, limit: number): Promise<readonly AuditEntry[]> => {
    const entries = await audit.read(from, limit);
    let chars = 0;
    const end = entries.findIndex((entry, place) => {
      chars += charsOf(entry);
      return place > 0 && chars > pageCharsMax;
    });
    return end < 0 ? entries : entries.slice(0, end);
  };

/** What the next entry will follow; undefined while the log is empty. */
export const makeAuditHead =
  ({ audit }: { readonly audit: AuditLog }) =>
  (): Promise<AuditHead | undefined> =>
    audit.head();
