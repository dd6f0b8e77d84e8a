import * as z from "zod";
import { adjustment, adjustmentReply } from "./adjustments.ts";
import { costReport, costReportQuery } from "./cost-report.ts";
import {
  customerDays,
  customerDaysQuery,
  customerEvents,
  customerEventsQuery,
  eraseQuery,
  erasure,
  erasureParams,
} from "./customers.ts";
import { cloudEvent, cloudEventBatch, eventBatch, eventResults } from "./events.ts";
import { explanation, explanationQuery } from "./explanations.ts";
import { importParams, importQuery, importRecord, importResults } from "./imports.ts";
import { createdKey, keyParams, newKey, revokedKey, storedKeys } from "./keys.ts";
import { redriveReport, redriveRequest } from "./operations.ts";
import { pipelineRequest, pipelineRun, startedRun } from "./pipeline.ts";
import { negotiatedRate, setRate, storedRates } from "./prices.ts";
import { problem } from "./problem.ts";
import type { Table } from "./route.ts";
import { health, status } from "./status.ts";

/** What the dispatcher may answer in place of a handler. */
const refusals = { 400: problem, 401: problem, 403: problem, 429: problem, 500: problem, 503: problem } as const;
const bodyRefusals = { ...refusals, 413: problem, 415: problem } as const;

const cloudEvents = {
  "application/cloudevents+json": cloudEvent,
  "application/cloudevents-batch+json": cloudEventBatch,
} as const;

export const routes = {
  sendEvents: {
    method: "POST",
    path: "/v1/events",
    lambda: "ingest",
    role: "ingest",
    summary: "Send usage events, up to 1,000, each judged on its own",
    body: eventBatch,
    alsoAccepts: cloudEvents,
    judged: "each",
    replies: {
      ...bodyRefusals,
      200: eventResults,
      207: eventResults,
      400: z.union([eventResults, problem]),
      503: z.union([eventResults, problem]),
    },
  },
  importEvents: {
    method: "POST",
    path: "/v1/imports",
    lambda: "ingest",
    role: "ingest",
    summary: "Send usage events of any age; several requests may make one import",
    query: importQuery,
    body: eventBatch,
    alsoAccepts: cloudEvents,
    judged: "each",
    replies: {
      ...bodyRefusals,
      200: importResults,
      207: importResults,
      400: z.union([importResults, problem]),
      503: z.union([importResults, problem]),
    },
  },
  readImport: {
    method: "GET",
    path: "/v1/imports/{id}",
    lambda: "read",
    role: "any",
    summary: "How many events of an import were new, known and conflicting",
    params: importParams,
    replies: { ...refusals, 200: importRecord, 404: problem },
  },
  adjust: {
    method: "POST",
    path: "/v1/adjustments",
    lambda: "control",
    role: "finops",
    summary: "Void an event, or correct its meters, price or attribution, by entries of their own",
    body: adjustment,
    replies: { ...bodyRefusals, 200: adjustmentReply, 404: problem, 409: problem },
  },
  costReport: {
    method: "GET",
    path: "/v1/reports/cost",
    lambda: "read",
    role: "viewer",
    summary: "Cost by day or month and any dimensions",
    query: costReportQuery,
    replies: { ...refusals, 200: costReport },
  },
  explain: {
    method: "GET",
    path: "/v1/explanations",
    lambda: "read",
    role: "viewer",
    summary: "How the cost of one event came about, with its adjustments",
    query: explanationQuery,
    replies: { ...refusals, 200: explanation, 404: problem },
  },
  listPrices: {
    method: "GET",
    path: "/v1/prices",
    lambda: "read",
    role: "viewer",
    summary: "The company's own prices",
    replies: { ...refusals, 200: storedRates },
  },
  setPrice: {
    method: "POST",
    path: "/v1/prices",
    lambda: "control",
    role: "finops",
    summary: "Set a price of the company's own from a coming day on",
    body: negotiatedRate,
    replies: { ...bodyRefusals, 201: setRate },
  },
  listKeys: {
    method: "GET",
    path: "/v1/keys",
    lambda: "control",
    role: "admin",
    summary: "The keys, without their secrets",
    replies: { ...refusals, 200: storedKeys },
  },
  createKey: {
    method: "POST",
    path: "/v1/keys",
    lambda: "control",
    role: "admin",
    summary: "Make a key; its secret is shown this once",
    body: newKey,
    replies: { ...bodyRefusals, 201: createdKey },
  },
  revokeKey: {
    method: "DELETE",
    path: "/v1/keys/{id}",
    lambda: "control",
    role: "admin",
    summary: "Revoke a key; it holds within 10 seconds",
    params: keyParams,
    replies: { ...refusals, 200: revokedKey, 404: problem },
  },
  runPipeline: {
    method: "POST",
    path: "/v1/pipeline/runs",
    lambda: "control",
    role: "admin",
    summary: "Run the pipeline now; with `from` and `to` it recomputes those days",
    body: pipelineRequest,
    replies: { ...bodyRefusals, 200: pipelineRun, 202: startedRun },
  },
  redrive: {
    method: "POST",
    path: "/v1/operations/redrive",
    lambda: "operate",
    role: "admin",
    summary: "Land again what stream consumers gave up on, or an export of the ledger, a part at a time",
    body: redriveRequest,
    replies: { ...bodyRefusals, 200: redriveReport, 404: problem, 409: problem },
  },
  customerEvents: {
    method: "GET",
    path: "/v1/customers/events",
    lambda: "operate",
    role: "admin",
    summary: "Everything that is kept of one customer's events",
    query: customerEventsQuery,
    replies: { ...refusals, 200: customerEvents },
  },
  customerDays: {
    method: "GET",
    path: "/v1/customers/days",
    lambda: "operate",
    role: "admin",
    summary: "What is summed of one customer by day",
    query: customerDaysQuery,
    replies: { ...refusals, 200: customerDays },
  },
  eraseCustomer: {
    method: "DELETE",
    path: "/v1/customers",
    lambda: "operate",
    role: "admin",
    summary: "Erase who a customer was; what they cost stays booked",
    query: eraseQuery,
    replies: { ...refusals, 202: erasure },
  },
  readErasure: {
    method: "GET",
    path: "/v1/erasures/{id}",
    lambda: "operate",
    role: "admin",
    summary: "How far an erasure is",
    params: erasureParams,
    replies: { ...refusals, 200: erasure, 404: problem },
  },
  status: {
    method: "GET",
    path: "/v1/status",
    lambda: "read",
    role: "viewer",
    summary: "Whose data this is, the last pipeline run, and what is unpriced or unallocated",
    replies: { ...refusals, 200: status },
  },
  health: {
    method: "GET",
    path: "/v1/health",
    lambda: "read",
    role: "public",
    summary: "Is it up?",
    replies: { 200: health, 500: problem, 503: problem },
  },
  openapi: {
    method: "GET",
    path: "/v1/openapi.json",
    lambda: "read",
    role: "public",
    summary: "This document",
    replies: { 200: z.record(z.string(), z.unknown()), 500: problem, 503: problem },
  },
} as const satisfies Table;

export type Routes = typeof routes;
