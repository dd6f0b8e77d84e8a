import { anomalies, anomaliesQuery, anomaly, anomalyDecision } from "./anomalies.ts";
import { problem } from "./problem.ts";
import { bodyRefusals, refusals } from "./refusals.ts";
import type { Table } from "./route.ts";

export const anomalyRoutes = {
  listAnomalies: {
    method: "GET",
    path: "/v1/anomalies",
    lambda: "read",
    role: "viewer",
    confined: "refuses",
    summary: "Days and hours that cost more than usual: by how much, what explains it, and what was decided",
    query: anomaliesQuery,
    replies: { ...refusals, 200: anomalies },
  },
  decideAnomaly: {
    method: "POST",
    path: "/v1/anomalies/decisions",
    lambda: "control",
    role: "finops",
    confined: "refuses",
    summary: "Say what an anomaly is: acknowledged, explained, or resolved; audited",
    body: anomalyDecision,
    replies: { ...bodyRefusals, 200: anomaly, 404: problem, 409: problem },
  },
} as const satisfies Table;
