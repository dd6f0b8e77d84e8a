import { allocationQuery, allocationReport } from "./allocation.ts";
import { costReport, costReportQuery } from "./cost-report.ts";
import { refusals } from "./refusals.ts";
import type { Table } from "./route.ts";
import { senderCosts, senderCostsQuery } from "./sender-costs.ts";

/** What was spent, and who bears it. */
export const costRoutes = {
  costReport: {
    method: "GET",
    path: "/v1/reports/cost",
    lambda: "read",
    role: "viewer",
    confined: "serves",
    summary: "Cost by day or month and any dimensions",
    query: costReportQuery,
    replies: { ...refusals, 200: costReport },
  },
  allocation: {
    method: "GET",
    path: "/v1/reports/allocation",
    lambda: "read",
    role: "viewer",
    confined: "serves",
    summary: "Who bears the cost, by team and cost class: direct, parts of shared costs, seats and subscriptions",
    query: allocationQuery,
    replies: { ...refusals, 200: allocationReport },
  },
  senderCosts: {
    method: "GET",
    path: "/v1/reports/sender-costs",
    lambda: "read",
    role: "viewer",
    confined: "refuses",
    summary: "What senders believe their calls to have cost, beside what is booked",
    query: senderCostsQuery,
    replies: { ...refusals, 200: senderCosts },
  },
} as const satisfies Table;
