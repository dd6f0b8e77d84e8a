import { configDocument } from "./config.ts";
import { configApplication, configApplied, configPlan, configState } from "./config-plan.ts";
import { problem } from "./problem.ts";
import { bodyRefusals, refusals } from "./refusals.ts";
import type { Table } from "./route.ts";

/** The company's decisions as a document. */
export const configRoutes = {
  readConfig: {
    method: "GET",
    path: "/v1/config",
    lambda: "read",
    role: "viewer",
    confined: "refuses",
    summary: "What the company has decided, with the revision that a plan is made of",
    replies: { ...refusals, 200: configState },
  },
  planConfig: {
    method: "POST",
    path: "/v1/config/plan",
    lambda: "read",
    role: "finops",
    confined: "refuses",
    summary: "What a document would change and what that means; changes nothing",
    body: configDocument,
    replies: { ...bodyRefusals, 200: configPlan },
  },
  applyConfig: {
    method: "POST",
    path: "/v1/config/apply",
    lambda: "control",
    role: "finops",
    confined: "refuses",
    summary: "Make a document hold, unless the state has moved since the plan",
    body: configApplication,
    replies: { ...bodyRefusals, 200: configApplied, 409: problem },
  },
} as const satisfies Table;
