import type { AuditAction, AuditDraft } from "#core/audit.ts";
import type { Instant } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import type { AuditedDocuments } from "./ports/audited-documents.ts";

/** Who changes something, when and why. */
export interface Occasion {
  readonly caller: Caller;
  readonly now: Instant;
  readonly reason: string;
}

interface Change {
  readonly action: AuditAction;
  /** "scenario/plan-b". */
  readonly subject: string;
}

const auditOf = ({ action, subject }: Change, { caller, now, reason }: Occasion): Omit<AuditDraft, "from" | "to"> => ({
  ...{ at: now, by: caller.keyId, action, subject, reason },
});

/** `moved`: somebody else has changed it at this moment. */
export type Written = { readonly status: "written"; readonly revision: number } | { readonly status: "moved" };

/** Puts a document in the place of the one with its id, with an entry that has both. */
export async function putAudited<T extends { readonly id: string }>(
  documents: AuditedDocuments<T>,
  document: T,
  change: Change,
  occasion: Occasion,
): Promise<Written> {
  const before = await documents.find(document.id);
  const expected = before?.revision ?? 0;
  const from = before === undefined ? null : JSON.stringify(before.document);
  const audit = { ...auditOf(change, occasion), from, to: JSON.stringify(document) };
  if (!(await documents.put(expected, document, audit))) return { status: "moved" };
  return { status: "written", revision: expected + 1 };
}

export type Removed = { readonly status: "removed" | "unknown" | "moved" };

export async function removeAudited<T extends { readonly id: string }>(
  documents: AuditedDocuments<T>,
  id: string,
  change: Change,
  occasion: Occasion,
): Promise<Removed> {
  const before = await documents.find(id);
  if (before === undefined) return { status: "unknown" };
  const audit = { ...auditOf(change, occasion), from: JSON.stringify(before.document), to: null };
  return { status: (await documents.remove(before.revision, id, audit)) ? "removed" : "moved" };
}
