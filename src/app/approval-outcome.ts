import type { Approval } from "#core/approval.ts";
import { compareOutcome, type Outcome } from "#core/approval-outcome.ts";
import { addDays, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { makeCostReport } from "./cost-report.ts";
import type { ApprovalStore } from "./ports/approvals.ts";
import { scopeOf } from "./request-approval.ts";

interface ApprovalOutcome extends Outcome {
  readonly from: UsageDate;
  readonly to: UsageDate;
  /** The 30 days are over. */
  readonly isComplete: boolean;
}

export type FoundOutcome =
  | { readonly status: "found"; readonly approval: Approval; readonly outcome: ApprovalOutcome }
  | { readonly status: "unknown" }
  | { readonly status: "undecided" };

export interface ApprovalOutcomeDeps {
  readonly approvals: Pick<ApprovalStore, "find">;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly clock: () => Instant;
}

const outcomeDays = 30;

/** What an approved model was predicted to cost in its scope, and what it has cost since it was approved. */
export const makeApprovalOutcome =
  ({ approvals, costReport, clock }: ApprovalOutcomeDeps) =>
  async (id: string): Promise<FoundOutcome> => {
    const stored = await approvals.find(id);
    if (stored === undefined) return { status: "unknown" };
    const { approval } = stored;
    const { status, decidedAt, impact, policy } = approval;
    if (status !== "approved" || decidedAt === undefined) return { status: "undecided" };
    const today = usageDateOf(clock());
    const from = usageDateOf(decidedAt);
    const last = addDays(from, outcomeDays - 1);
    const isComplete = last < today;
    const to = isComplete ? last : today;
    const { provider = "", model = "" } = policy;
    const { rows } = await costReport({
      ...{ from, to, granularity: "total", groupBy: ["feature"] },
      filters: { provider: [provider], model: [model], ...scopeOf(policy) },
    });
    const actual = rows.map(({ dimensions: { feature = "" }, sums: { requests, cost } }) => ({
      feature,
      requests,
      cost,
    }));
    return {
      status: "found",
      approval,
      outcome: { ...compareOutcome(impact, actual), from, to, isComplete },
    };
  };
