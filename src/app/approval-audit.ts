import type { Approval } from "#core/approval.ts";
import type { AuditAction, AuditDraft } from "#core/audit.ts";

/** What the audit log tells of an approval: what it decides on, at what price, and how far it is. */
function auditText({ status, current, policy, impact, reviews }: Approval): string {
  const { difference_usd_per_month } = impact;
  return JSON.stringify({ status, current, policy, difference_usd_per_month, reviews: reviews.length });
}

export function approvalAudit(
  action: AuditAction & `approval.${string}`,
  before: Approval | undefined,
  after: Approval,
  occasion: Pick<AuditDraft, "at" | "by" | "reason">,
): AuditDraft {
  const from = before === undefined ? null : auditText(before);
  return { ...occasion, action, subject: `approval/${after.id}`, from, to: auditText(after) };
}
