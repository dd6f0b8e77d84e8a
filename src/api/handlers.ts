import type { Caller } from "#app/caller.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { type AdjustmentsDeps, makeAdjustHandler } from "./adjustments.ts";
import {
  type AdoptionPlansDeps,
  makeListAdoptionPlans,
  makeReadAdoptionPlan,
  makeRemoveAdoptionPlanHandler,
  makeSetAdoptionPlanHandler,
} from "./adoption-plans.ts";
import { makeAlertPage, makeAlertPageScript } from "./alert-page.ts";
import { type AlertsDeps, makeAcknowledgeAlertHandler, makeAlertMessages, makeListAlerts } from "./alerts.ts";
import { type AllocationDeps, makeAllocationHandler } from "./allocation.ts";
import { type AnomaliesDeps, makeDecideAnomalyHandler, makeListAnomalies } from "./anomalies.ts";
import {
  type ApprovalsDeps,
  makeApprovalOutcomeHandler,
  makeDecideApprovalHandler,
  makeListApprovals,
  makeReadApproval,
  makeRequestApprovalHandler,
} from "./approvals.ts";
import { type AttributionReportsDeps, makeCoverageHandler, makeQuarantineHandler } from "./attribution-reports.ts";
import { type AuditDeps, makeAuditHeadHandler, makeReadAuditHandler } from "./audit.ts";
import { type AuthorizeDeps, makeAuthorizeHandler } from "./authorize.ts";
import { type BridgeDeps, makeBridgeHandler } from "./bridge.ts";
import { type BudgetsDeps, makeListBudgets } from "./budgets.ts";
import { type ConfigDeps, makeApplyConfigHandler, makePlanConfigHandler, makeReadConfigHandler } from "./config.ts";
import { type CostReportDeps, makeCostReportHandler } from "./cost-report.ts";
import {
  type CustomersDeps,
  makeCustomerDaysHandler,
  makeCustomerEventsHandler,
  makeEraseCustomerHandler,
  makeReadErasureHandler,
} from "./customers.ts";
import { type DriversDeps, makeDriversHandler } from "./drivers.ts";
import { type EventsDeps, makeSendEvents } from "./events.ts";
import { type ExplanationsDeps, makeExplainHandler } from "./explanations.ts";
import { type FindingsDeps, makeDoublesHandler, makeListFindings } from "./findings.ts";
import {
  type ForecastsDeps,
  makeForecastAccuracyHandler,
  makeListForecastRunsHandler,
  makeReadForecastHandler,
} from "./forecasts.ts";
import { type ImportsDeps, makeImportEvents, makeReadImport } from "./imports.ts";
import {
  type KeysDeps,
  makeCreateKeyHandler,
  makeListKeysHandler,
  makeRevokeKeyHandler,
  makeRotateKeyHandler,
} from "./keys.ts";
import { makeSendLiteLlm } from "./litellm.ts";
import { type ModelsDeps, makeModelsReport, makeModelUsageHandler } from "./models.ts";
import { makeOpenApi } from "./openapi.ts";
import { makeRedriveHandler, type OperationsDeps } from "./operations.ts";
import { makeOtlpMetrics, makeOtlpTraces, type OtlpDeps } from "./otlp.ts";
import { makeRunPipelineHandler, type PipelineDeps } from "./pipeline.ts";
import { makeListPricesHandler, makeSetPriceHandler, type PricesDeps } from "./prices.ts";
import { makeRestateHandler, type RestatementsDeps } from "./restatements.ts";
import {
  makeEvaluateScenarioHandler,
  makeListScenarios,
  makeReadScenario,
  makeRemoveScenarioHandler,
  makeScenarioPlanHandler,
  makeSetScenarioHandler,
  type ScenariosDeps,
} from "./scenarios.ts";
import { makeSenderCostsHandler, type SenderCostsDeps } from "./sender-costs.ts";
import { makeHealth, makeStatus, type StatusDeps } from "./status.ts";

export type HandlerDeps = EventsDeps &
  OtlpDeps &
  ImportsDeps &
  AdjustmentsDeps &
  RestatementsDeps &
  AttributionReportsDeps &
  ExplanationsDeps &
  CostReportDeps &
  PricesDeps &
  ConfigDeps &
  AuthorizeDeps &
  BudgetsDeps &
  ApprovalsDeps &
  ModelsDeps &
  AllocationDeps &
  KeysDeps &
  AuditDeps &
  PipelineDeps &
  OperationsDeps &
  CustomersDeps &
  AlertsDeps &
  AnomaliesDeps &
  FindingsDeps &
  ForecastsDeps &
  SenderCostsDeps &
  DriversDeps &
  BridgeDeps &
  ScenariosDeps &
  AdoptionPlansDeps &
  StatusDeps;

/** What is expected, and what would be. */
const planningHandlers = (deps: HandlerDeps) =>
  ({
    readForecast: makeReadForecastHandler(deps),
    listForecastRuns: makeListForecastRunsHandler(deps),
    forecastAccuracy: makeForecastAccuracyHandler(deps),
    readDrivers: makeDriversHandler(deps),
    bridge: makeBridgeHandler(deps),
    evaluateScenario: makeEvaluateScenarioHandler(deps),
    listScenarios: makeListScenarios(deps),
    readScenario: makeReadScenario(deps),
    scenarioPlan: makeScenarioPlanHandler(deps),
    setScenario: makeSetScenarioHandler(deps),
    removeScenario: makeRemoveScenarioHandler(deps),
    listAdoptionPlans: makeListAdoptionPlans(deps),
    readAdoptionPlan: makeReadAdoptionPlan(deps),
    setAdoptionPlan: makeSetAdoptionPlanHandler(deps),
    removeAdoptionPlan: makeRemoveAdoptionPlanHandler(deps),
  }) satisfies Partial<Handlers<Routes, Caller>>;

/** What somebody has to look at, and is told of. */
const watchingHandlers = (deps: HandlerDeps) =>
  ({
    listAlerts: makeListAlerts(deps),
    alertMessages: makeAlertMessages(deps),
    acknowledgeAlert: makeAcknowledgeAlertHandler(deps),
    alertPage: makeAlertPage(),
    alertPageScript: makeAlertPageScript(),
    listAnomalies: makeListAnomalies(deps),
    decideAnomaly: makeDecideAnomalyHandler(deps),
    listFindings: makeListFindings(deps),
    listDoubles: makeDoublesHandler(deps),
  }) satisfies Partial<Handlers<Routes, Caller>>;

/** All routes in one process. */
export function makeHandlers(deps: HandlerDeps): Handlers<Routes, Caller> {
  return {
    sendEvents: makeSendEvents(deps),
    sendLiteLlm: makeSendLiteLlm(deps),
    otlpTraces: makeOtlpTraces(deps),
    otlpMetrics: makeOtlpMetrics(),
    importEvents: makeImportEvents(deps),
    readImport: makeReadImport(deps),
    adjust: makeAdjustHandler(deps),
    restate: makeRestateHandler(deps),
    quarantine: makeQuarantineHandler(deps),
    coverage: makeCoverageHandler(deps),
    costReport: makeCostReportHandler(deps),
    allocation: makeAllocationHandler(deps),
    senderCosts: makeSenderCostsHandler(deps),
    explain: makeExplainHandler(deps),
    listPrices: makeListPricesHandler(deps),
    setPrice: makeSetPriceHandler(deps),
    readConfig: makeReadConfigHandler(deps),
    planConfig: makePlanConfigHandler(deps),
    applyConfig: makeApplyConfigHandler(deps),
    authorize: makeAuthorizeHandler(deps),
    listBudgets: makeListBudgets(deps),
    requestApproval: makeRequestApprovalHandler(deps),
    listApprovals: makeListApprovals(deps),
    readApproval: makeReadApproval(deps),
    reviewApproval: makeDecideApprovalHandler(deps, "review"),
    approveApproval: makeDecideApprovalHandler(deps, "approve"),
    rejectApproval: makeDecideApprovalHandler(deps, "reject"),
    approvalOutcome: makeApprovalOutcomeHandler(deps),
    modelsReport: makeModelsReport(deps),
    modelUsage: makeModelUsageHandler(deps),
    ...planningHandlers(deps),
    listKeys: makeListKeysHandler(deps),
    createKey: makeCreateKeyHandler(deps),
    revokeKey: makeRevokeKeyHandler(deps),
    rotateKey: makeRotateKeyHandler(deps),
    readAudit: makeReadAuditHandler(deps),
    auditHead: makeAuditHeadHandler(deps),
    runPipeline: makeRunPipelineHandler(deps),
    redrive: makeRedriveHandler(deps),
    customerEvents: makeCustomerEventsHandler(deps),
    customerDays: makeCustomerDaysHandler(deps),
    eraseCustomer: makeEraseCustomerHandler(deps),
    readErasure: makeReadErasureHandler(deps),
    ...watchingHandlers(deps),
    status: makeStatus(deps),
    health: makeHealth(),
    openapi: makeOpenApi(),
  };
}
