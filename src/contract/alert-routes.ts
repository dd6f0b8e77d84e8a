import * as z from "zod";
import { acknowledgement, alertMessages, alertMessagesQuery, alertState, alertStates, alertsQuery } from "./alerts.ts";
import { problem } from "./problem.ts";
import { bodyRefusals, refusals } from "./refusals.ts";
import type { Table } from "./route.ts";

const page = { method: "GET", lambda: "read", role: "public", confined: "serves" } as const;
const pageReplies = { 200: z.string(), 500: problem, 503: problem } as const;

/** What was told, what still fires, and who knows of it. */
export const alertRoutes = {
  listAlerts: {
    method: "GET",
    path: "/v1/alerts",
    lambda: "read",
    role: "viewer",
    confined: "serves",
    summary: "What fires, the last to change first; with `state=all` what has ended too",
    query: alertsQuery,
    replies: { ...refusals, 200: alertStates },
  },
  alertMessages: {
    method: "GET",
    path: "/v1/alerts/messages",
    lambda: "read",
    role: "viewer",
    confined: "serves",
    summary: "The messages of all alerts, newest first, and when each went to its channels",
    query: alertMessagesQuery,
    replies: { ...refusals, 200: alertMessages },
  },
  acknowledgeAlert: {
    method: "POST",
    path: "/v1/alerts/acknowledgements",
    lambda: "control",
    role: "finops",
    confined: "refuses",
    summary: "Say that an alert is known: until it is resolved, it is told again only where it is critical",
    body: acknowledgement,
    replies: { ...bodyRefusals, 200: alertState, 404: problem, 409: problem },
  },
  alertPage: {
    ...page,
    path: "/v1/alert-page",
    document: "text/html; charset=utf-8",
    summary: "The page that messages link to: it shows an alert to who has a key, and acknowledges by a POST",
    query: z.object({}),
    replies: pageReplies,
  },
  alertPageScript: {
    ...page,
    path: "/v1/alert-page.js",
    document: "text/javascript; charset=utf-8",
    summary: "The script of that page",
    replies: pageReplies,
  },
} as const satisfies Table;
