import type { Approval } from "./approval.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";

/** The stored form, JSON text. */
export function encodeApproval(approval: Approval): string {
  return encodeDocument(approval);
}

export function decodeApproval(text: string): Approval {
  return decodeDocument(text) as unknown as Approval;
}
