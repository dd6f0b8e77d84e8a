import { approval, approvalNote, approvalOutcome, approvalParams, approvals, newApproval } from "./approvals.ts";
import { authorization, authorizeRequest } from "./authorize.ts";
import { budgetStates } from "./budgets.ts";
import { modelsQuery, modelsReport, modelUsage, modelUsageQuery } from "./models.ts";
import { problem } from "./problem.ts";
import { bodyRefusals, refusals } from "./refusals.ts";
import type { Table } from "./route.ts";

const decision = { method: "POST", lambda: "control", role: "finops", confined: "refuses" } as const;
const decided = { ...bodyRefusals, 200: approval, 404: problem, 409: problem } as const;

/** Which models may be called, by whom that is decided, and what became of it. */
export const governanceRoutes = {
  authorize: {
    method: "POST",
    path: "/v1/authorize",
    lambda: "authorize",
    role: "ingest",
    confined: "serves",
    summary: "Ask before a call: may it be made, what will it cost, and what would be cheaper",
    body: authorizeRequest,
    replies: { ...bodyRefusals, 200: authorization },
  },
  listBudgets: {
    method: "GET",
    path: "/v1/budgets",
    lambda: "read",
    role: "viewer",
    confined: "serves",
    summary: "Each budget with what it has spent in its period, what is projected, and what its parts leave over",
    replies: { ...refusals, 200: budgetStates },
  },
  requestApproval: {
    ...decision,
    path: "/v1/approvals",
    summary: "Ask for a model to be approved, with what that would have cost in the last 30 days",
    body: newApproval,
    replies: { ...bodyRefusals, 201: approval },
  },
  listApprovals: {
    method: "GET",
    path: "/v1/approvals",
    lambda: "read",
    role: "viewer",
    confined: "refuses",
    summary: "Requests to use a model and what was decided, the newest first",
    replies: { ...refusals, 200: approvals },
  },
  readApproval: {
    method: "GET",
    path: "/v1/approvals/{id}",
    lambda: "read",
    role: "viewer",
    confined: "refuses",
    summary: "One request with its impact, its reviews and its decision",
    params: approvalParams,
    replies: { ...refusals, 200: approval, 404: problem },
  },
  reviewApproval: {
    ...decision,
    path: "/v1/approvals/{id}/review",
    summary: "Note that a request was looked at, and what was found",
    params: approvalParams,
    body: approvalNote,
    replies: decided,
  },
  approveApproval: {
    ...decision,
    path: "/v1/approvals/{id}/approve",
    summary: "Approve a request of somebody else: its policy holds within 10 seconds",
    params: approvalParams,
    body: approvalNote,
    replies: decided,
  },
  rejectApproval: {
    ...decision,
    path: "/v1/approvals/{id}/reject",
    summary: "Reject a request, or withdraw one's own",
    params: approvalParams,
    body: approvalNote,
    replies: decided,
  },
  approvalOutcome: {
    method: "GET",
    path: "/v1/approvals/{id}/outcome",
    lambda: "read",
    role: "viewer",
    confined: "refuses",
    summary: "What an approved model was predicted to cost, and what it has cost in the 30 days since",
    params: approvalParams,
    replies: { ...refusals, 200: approvalOutcome, 404: problem, 409: problem },
  },
  modelsReport: {
    method: "GET",
    path: "/v1/reports/models",
    lambda: "read",
    role: "viewer",
    confined: "serves",
    summary:
      "The models in use by spend: since when, whether approved, at what price against the cheapest approved one",
    query: modelsQuery,
    replies: { ...refusals, 200: modelsReport },
  },
  modelUsage: {
    method: "GET",
    path: "/v1/models/usage",
    lambda: "read",
    role: "viewer",
    confined: "serves",
    summary: "Who has used which model when: by day, key and team, from the lake",
    query: modelUsageQuery,
    replies: { ...refusals, 200: modelUsage },
  },
} as const satisfies Table;
