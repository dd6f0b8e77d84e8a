import type { Approval } from "#core/approval.ts";
import type { AuditDraft } from "#core/audit.ts";

export interface StoredApproval {
  readonly approval: Approval;
  /** 1 when it is made, then one more for each change. */
  readonly revision: number;
}

export interface ApprovalStore {
  find(id: string): Promise<StoredApproval | undefined>;
  /** Newest first. */
  list(): Promise<readonly StoredApproval[]>;
  /**
   * Writes it as revision `expected + 1` (0: it is new) with its audit entry. False, and nothing written, when its
   * revision is another one.
   */
  put(expected: number, approval: Approval, audit: AuditDraft): Promise<boolean>;
}
