import type { Caller } from "#app/caller.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { type AdjustmentsDeps, makeAdjustHandler } from "./adjustments.ts";
import { type CostReportDeps, makeCostReportHandler } from "./cost-report.ts";
import {
  type CustomersDeps,
  makeCustomerDaysHandler,
  makeCustomerEventsHandler,
  makeEraseCustomerHandler,
  makeReadErasureHandler,
} from "./customers.ts";
import { type EventsDeps, makeSendEvents } from "./events.ts";
import { type ExplanationsDeps, makeExplainHandler } from "./explanations.ts";
import { type ImportsDeps, makeImportEvents, makeReadImport } from "./imports.ts";
import { type KeysDeps, makeCreateKeyHandler, makeListKeysHandler, makeRevokeKeyHandler } from "./keys.ts";
import { makeOpenApi } from "./openapi.ts";
import { makeRedriveHandler, type OperationsDeps } from "./operations.ts";
import { makeRunPipelineHandler, type PipelineDeps } from "./pipeline.ts";
import { makeListPricesHandler, makeSetPriceHandler, type PricesDeps } from "./prices.ts";
import { makeHealth, makeStatus, type StatusDeps } from "./status.ts";

export type HandlerDeps = EventsDeps &
  ImportsDeps &
  AdjustmentsDeps &
  ExplanationsDeps &
  CostReportDeps &
  PricesDeps &
  KeysDeps &
  PipelineDeps &
  OperationsDeps &
  CustomersDeps &
  StatusDeps;

/** All routes in one process. */
export function makeHandlers(deps: HandlerDeps): Handlers<Routes, Caller> {
  return {
    sendEvents: makeSendEvents(deps),
    importEvents: makeImportEvents(deps),
    readImport: makeReadImport(deps),
    adjust: makeAdjustHandler(deps),
    costReport: makeCostReportHandler(deps),
    explain: makeExplainHandler(deps),
    listPrices: makeListPricesHandler(deps),
    setPrice: makeSetPriceHandler(deps),
    listKeys: makeListKeysHandler(deps),
    createKey: makeCreateKeyHandler(deps),
    revokeKey: makeRevokeKeyHandler(deps),
    runPipeline: makeRunPipelineHandler(deps),
    redrive: makeRedriveHandler(deps),
    customerEvents: makeCustomerEventsHandler(deps),
    customerDays: makeCustomerDaysHandler(deps),
    eraseCustomer: makeEraseCustomerHandler(deps),
    readErasure: makeReadErasureHandler(deps),
    status: makeStatus(deps),
    health: makeHealth(),
    openapi: makeOpenApi(),
  };
}
