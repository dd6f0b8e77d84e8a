import {
  forecast,
  forecastAccuracy,
  forecastAccuracyQuery,
  forecastQuery,
  forecastRuns,
  forecastRunsQuery,
} from "./forecasts.ts";
import { problem } from "./problem.ts";
import { refusals } from "./refusals.ts";
import type { Table } from "./route.ts";

/** What will be spent, and how good such forecasts were. */
export const forecastRoutes = {
  readForecast: {
    method: "GET",
    path: "/v1/forecasts",
    lambda: "read",
    role: "viewer",
    confined: "serves",
    summary: "What a scope is expected to cost: by day, in 30, 60 and 90 days, and by this month's end",
    query: forecastQuery,
    replies: { ...refusals, 200: forecast, 404: problem },
  },
  listForecastRuns: {
    method: "GET",
    path: "/v1/forecasts/runs",
    lambda: "read",
    role: "viewer",
    confined: "refuses",
    summary: "The forecasts that were made, the latest first",
    query: forecastRunsQuery,
    replies: { ...refusals, 200: forecastRuns },
  },
  forecastAccuracy: {
    method: "GET",
    path: "/v1/forecasts/accuracy",
    lambda: "read",
    role: "viewer",
    confined: "refuses",
    summary: "What was forecast beside what came: month ends, days and intervals, by scope",
    query: forecastAccuracyQuery,
    replies: { ...refusals, 200: forecastAccuracy, 404: problem },
  },
} as const satisfies Table;
