import { type AuditDraft, auditText } from "#core/audit.ts";
import type { Instant } from "#core/time.ts";
import type { AuditLog } from "./ports/audit.ts";

/** Among so many of the last entries one of the same act is looked for. */
const entriesLookedAt = 200;

/** All that it says but when. */
const actOf = (draft: AuditDraft) => auditText(0, "", { ...draft, at: 0 as Instant });

/** Appends the entry, unless the same one, of whatever moment, is among the last ones. */
export async function auditOnce(audit: AuditLog, draft: AuditDraft): Promise<void> {
  const head = await audit.head();
  const from = Math.max(1, (head?.number ?? 0) - entriesLookedAt + 1);
  const last = head === undefined ? [] : await audit.read(from, entriesLookedAt);
  if (last.some((entry) => actOf(entry) === actOf(draft))) return;
  await audit.append(draft);
}
