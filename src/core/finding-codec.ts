import type { StoredFinding } from "./finding.ts";
import { formatUsd, parseUsd } from "./money.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";

/** The stored form, JSON text. */
export function encodeFinding(finding: StoredFinding): string {
  return encodeDocument({ ...finding, cost: finding.cost === null ? null : formatUsd(finding.cost) });
}

export function decodeFinding(text: string): StoredFinding {
  const finding = decodeDocument(text) as unknown as Omit<StoredFinding, "cost"> & { readonly cost: string | null };
  const cost = finding.cost === null ? null : parseUsd(finding.cost);
  if (cost === undefined) throw new Error(`the stored finding ${finding.id} has the cost ${finding.cost}`);
  return { ...finding, cost };
}
