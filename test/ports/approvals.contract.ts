import { describe, expect, test } from "vitest";
import type { ApprovalStore } from "#app/ports/approvals.ts";
import type { AuditLog } from "#app/ports/audit.ts";
import type { Approval } from "#core/approval.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { draft, expectWhole } from "./audit.contract.ts";
import type { Opened } from "./opened.ts";

export interface AuditedApprovals {
  readonly approvals: ApprovalStore;
  readonly audit: AuditLog;
}

const approval = (changed: Partial<Approval> = {}): Approval => ({
  id: "apr_1",
  status: "requested",
  requestedBy: "key_1",
  requestedAt: 1_000 as Instant,
  reason: "cheaper",
  current: { provider: "openai", model: "gpt-4o" },
  policy: { id: "mini", status: "approved", provider: "openai", model: "gpt-5-mini", owner: "ada", reason: "cheaper" },
  inputTokenRatio: "1",
  outputTokenRatio: "1.15",
  impact: {
    from: "2026-10-24" as UsageDate,
    to: "2026-11-22" as UsageDate,
    lines: [{ feature: "chat", customer_tier: "pro", requests: 3, current_usd: "1.5", proposed_usd: "0.75" }],
    current_usd: "1.5",
    proposed_usd: "0.75",
    difference_usd_per_month: "-0.75",
    difference_usd_per_request: "-0.25",
    assumptions: ["as many tokens in"],
    unpriced_requests: 0,
  },
  evidence: { eval_score: "0.87 → 0.91" },
  reviews: [{ by: "key_2", at: 2_000 as Instant, note: "looks right" }],
  expiresAt: 9_000 as Instant,
  ...changed,
});

const requested = draft({ action: "approval.request", subject: "approval/apr_1" });
const approved = draft({ action: "approval.approve", subject: "approval/apr_1" });

export const approvalsContract = (name: string, open: () => Promise<Opened<AuditedApprovals>>) =>
  describe(name, () => {
    test("an approval is found as it was put, with its audit entry", async () => {
      await using opened = await open();
      const { approvals, audit } = opened.port;
      expect(await approvals.find("apr_1")).toBeUndefined();
      expect(await approvals.put(0, approval(), requested)).toBe(true);
      expect(await approvals.find("apr_1")).toEqual({ approval: approval(), revision: 1 });
      expect(await audit.read(1, 10)).toMatchObject([requested]);
    });

    test("a change of another revision is refused and leaves nothing", async () => {
      await using opened = await open();
      const { approvals, audit } = opened.port;
      const decided = approval({ status: "approved", decidedBy: "key_3", decidedAt: 3_000 as Instant });
      expect(await approvals.put(1, decided, approved)).toBe(false);
      await approvals.put(0, approval(), requested);
      expect(await approvals.put(0, decided, approved)).toBe(false);
      expect(await approvals.put(2, decided, approved)).toBe(false);
      expect(await approvals.find("apr_1")).toEqual({ approval: approval(), revision: 1 });
      await expectWhole(audit, 1);
      expect(await approvals.put(1, decided, approved)).toBe(true);
      expect(await approvals.find("apr_1")).toEqual({ approval: decided, revision: 2 });
      await expectWhole(audit, 2);
    });

    test("of two decisions at once, one is made", async () => {
      await using opened = await open();
      const { approvals, audit } = opened.port;
      await approvals.put(0, approval(), requested);
      const put = (status: "approved" | "rejected") => approvals.put(1, approval({ status }), approved);
      expect((await Promise.all([put("approved"), put("rejected")])).sort()).toEqual([false, true]);
      await expectWhole(audit, 2);
    });

    test("approvals are listed newest first, also after a restart", async () => {
      await using opened = await open();
      const ids = ["apr_b", "apr_c", "apr_a"];
      for (const [place, id] of ids.entries()) {
        await opened.port.approvals.put(0, approval({ id, requestedAt: (place * 1_000) as Instant }), requested);
      }
      const { approvals, audit } = await opened.reopen();
      expect((await approvals.list()).map(({ approval: { id } }) => id)).toEqual(["apr_a", "apr_c", "apr_b"]);
      await expectWhole(audit, 3);
    });
  });
