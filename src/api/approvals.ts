import type { FoundOutcome, makeApprovalOutcome } from "#app/approval-outcome.ts";
import type { Caller } from "#app/caller.ts";
import { type Decision, type makeDecideApproval, statusAt } from "#app/decide-approval.ts";
import type { ApprovalStore } from "#app/ports/approvals.ts";
import type { makeRequestApproval } from "#app/request-approval.ts";
import type { WireApproval } from "#contract/approvals.ts";
import type { Handlers, Input, Reply } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { Approval } from "#core/approval.ts";
import { formatUsd } from "#core/money.ts";
import { formatInstant, type Instant } from "#core/time.ts";
import { problemOf } from "./refusal.ts";

type GovernanceHandlers = Handlers<Routes, Caller>;

function shown(approval: Approval, now: Instant): WireApproval {
  const { id, reason, current, policy, impact, evidence, reviews, decidedBy, decidedAt, decisionNote } = approval;
  return {
    ...{ id, status: statusAt(approval, now), reason, requested_by: approval.requestedBy },
    requested_at: formatInstant(approval.requestedAt),
    expires_at: formatInstant(approval.expiresAt),
    ...(current && { current: { ...current } }),
    policy: { ...policy },
    ...{ input_token_ratio: approval.inputTokenRatio, output_token_ratio: approval.outputTokenRatio },
    impact: {
      ...impact,
      lines: impact.lines.map((line) => ({ ...line })),
      assumptions: [...impact.assumptions],
    },
    evidence: { ...evidence },
    reviews: reviews.map(({ by, at, note }) => ({ by, at: formatInstant(at), note })),
    decision:
      decidedBy === undefined || decidedAt === undefined
        ? null
        : { by: decidedBy, at: formatInstant(decidedAt), note: decisionNote ?? "" },
  };
}

const unknown = (id: string) => problemOf({ code: "not_found", message: `There is no approval ${id}.` });

export interface ReadApprovalsDeps {
  readonly approvals: Pick<ApprovalStore, "find" | "list">;
  readonly clock: () => Instant;
}

export const makeListApprovals =
  ({ approvals, clock }: ReadApprovalsDeps): GovernanceHandlers["listApprovals"] =>
  async () => {
    const stored = await approvals.list();
    return { status: 200, body: { approvals: stored.map(({ approval }) => shown(approval, clock())) } };
  };

export const makeReadApproval =
  ({ approvals, clock }: ReadApprovalsDeps): GovernanceHandlers["readApproval"] =>
  async ({ params: { id } }) => {
    const stored = await approvals.find(id);
    return stored === undefined
      ? { status: 404, body: unknown(id) }
      : { status: 200, body: shown(stored.approval, clock()) };
  };

export interface RequestApprovalsDeps {
  readonly requestApproval: ReturnType<typeof makeRequestApproval>;
  readonly clock: () => Instant;
}

export const makeRequestApprovalHandler =
  ({ requestApproval, clock }: RequestApprovalsDeps): GovernanceHandlers["requestApproval"] =>
  async ({ body }, caller) => {
    const { current, policy, reason, input_token_ratio = "1", output_token_ratio = "1", evidence = {} } = body;
    const ratios = { inputTokenRatio: input_token_ratio, outputTokenRatio: output_token_ratio };
    const requested = await requestApproval(
      { ...(current && { current }), policy, reason, ...ratios, evidence },
      caller,
    );
    if (requested.status === "requested") return { status: 201, body: shown(requested.approval, clock()) };
    const message = "Some fields cannot be taken: each is named with what is wanted.";
    return { status: 400, body: problemOf({ code: "bad_request", message, fields: requested.errors }) };
  };

/** Of each of the three decisions alike. */
type DecisionInput = Pick<Input<Routes["reviewApproval"]>, "params" | "body">;

export interface DecideApprovalsDeps {
  readonly decideApproval: ReturnType<typeof makeDecideApproval>;
  readonly clock: () => Instant;
}

export const makeDecideApprovalHandler =
  ({ decideApproval, clock }: DecideApprovalsDeps, decision: Decision) =>
  async ({ params: { id }, body }: DecisionInput, caller: Caller): Promise<Reply<Routes["reviewApproval"]>> => {
    const result = await decideApproval(id, decision, body?.note ?? "", caller);
    switch (result.status) {
      case "done":
        return { status: 200, body: shown(result.approval, clock()) };
      case "unknown":
        return { status: 404, body: unknown(id) };
      case "refused":
        return { status: 409, body: problemOf({ code: "conflict", message: result.why }) };
      default:
        return result satisfies never;
    }
  };

export interface OutcomeDeps {
  readonly approvalOutcome: ReturnType<typeof makeApprovalOutcome>;
}

function shownOutcome({ approval: { id }, outcome }: Extract<FoundOutcome, { status: "found" }>) {
  return {
    ...{ id, from: outcome.from, to: outcome.to, complete: outcome.isComplete },
    features: outcome.lines.map(({ feature, requests, predicted, cost }) => ({
      ...{ feature, requests: Number(requests) },
      ...{ predicted_usd: predicted === null ? null : formatUsd(predicted), actual_usd: formatUsd(cost) },
    })),
    predicted_usd: formatUsd(outcome.predicted),
    actual_usd: formatUsd(outcome.actual),
    unpredicted_usd: formatUsd(outcome.unpredicted),
  };
}

export const makeApprovalOutcomeHandler =
  ({ approvalOutcome }: OutcomeDeps): GovernanceHandlers["approvalOutcome"] =>
  async ({ params: { id } }) => {
    const found = await approvalOutcome(id);
    switch (found.status) {
      case "found":
        return { status: 200, body: shownOutcome(found) };
      case "unknown":
        return { status: 404, body: unknown(id) };
      case "undecided": {
        const message = `The approval ${id} is not approved: there is nothing to compare yet.`;
        return { status: 409, body: problemOf({ code: "conflict", message }) };
      }
      default:
        return found satisfies never;
    }
  };

export type ApprovalsDeps = ReadApprovalsDeps & RequestApprovalsDeps & DecideApprovalsDeps & OutcomeDeps;
