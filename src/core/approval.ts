import type { ModelPolicy } from "./config.ts";
import type { Instant, UsageDate } from "./time.ts";

export type ApprovalStatus = "requested" | "reviewed" | "approved" | "rejected" | "expired";

/** One line of the computed impact: what the usage of 30 days would have cost. Money as decimal strings of USD. */
export interface ImpactLine {
  readonly feature: string;
  readonly customer_tier: string;
  readonly requests: number;
  readonly current_usd: string;
  readonly proposed_usd: string;
}

export interface Impact {
  readonly from: UsageDate;
  readonly to: UsageDate;
  readonly lines: readonly ImpactLine[];
  readonly current_usd: string;
  readonly proposed_usd: string;
  /** Per month of 30 days; null per request when there was none. */
  readonly difference_usd_per_month: string;
  readonly difference_usd_per_request: string | null;
  /** Sentences: token ratios, brackets, tiers without a rate. */
  readonly assumptions: readonly string[];
  /** Usage that could not be priced on one of the two sides: requests. */
  readonly unpriced_requests: number;
}

/** A request to use a model, or to go from one to another, with its cost from real usage, and what was decided. */
export interface Approval {
  readonly id: string;
  readonly status: ApprovalStatus;
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly reason: string;
  /** The model that it replaces; undefined for a new one. */
  readonly current?: { readonly provider: string; readonly model: string };
  /** The policy that approval makes; its status is `approved`. */
  readonly policy: ModelPolicy;
  /** Tokens of the new model ÷ tokens of the current one, as decimal strings such as "1.15". */
  readonly inputTokenRatio: string;
  readonly outputTokenRatio: string;
  readonly impact: Impact;
  /** What the requester tells of quality and latency: free text by name, such as "eval_score": "0.87 → 0.91". */
  readonly evidence: Readonly<Record<string, string>>;
  readonly reviews: readonly { readonly by: string; readonly at: Instant; readonly note: string }[];
  readonly decidedBy?: string;
  readonly decidedAt?: Instant;
  readonly decisionNote?: string;
  /** Undecided until then, it expires. */
  readonly expiresAt: Instant;
}
