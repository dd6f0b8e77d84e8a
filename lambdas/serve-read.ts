import { makeListAdoptionPlans, makeReadAdoptionPlan } from "#api/adoption-plans.ts";
import { makeAlertPage, makeAlertPageScript } from "#api/alert-page.ts";
import { makeAlertMessages, makeListAlerts } from "#api/alerts.ts";
import { makeAllocationHandler } from "#api/allocation.ts";
import { makeListAnomalies } from "#api/anomalies.ts";
import { makeApprovalOutcomeHandler, makeListApprovals, makeReadApproval } from "#api/approvals.ts";
import { makeCoverageHandler, makeQuarantineHandler } from "#api/attribution-reports.ts";
import { makeBridgeHandler } from "#api/bridge.ts";
import { makeListBudgets } from "#api/budgets.ts";
import { makePlanConfigHandler, makeReadConfigHandler } from "#api/config.ts";
import { makeCostReportHandler } from "#api/cost-report.ts";
import { makeDriversHandler } from "#api/drivers.ts";
import { makeExplainHandler } from "#api/explanations.ts";
import { makeDoublesHandler, makeListFindings } from "#api/findings.ts";
import { makeForecastAccuracyHandler, makeListForecastRunsHandler, makeReadForecastHandler } from "#api/forecasts.ts";
import { makeReadImport } from "#api/imports.ts";
import { makeModelsReport, makeModelUsageHandler } from "#api/models.ts";
import { makeOpenApi } from "#api/openapi.ts";
import { makeListPricesHandler } from "#api/prices.ts";
import {
  makeEvaluateScenarioHandler,
  makeListScenarios,
  makeReadScenario,
  makeScenarioPlanHandler,
} from "#api/scenarios.ts";
import { makeSenderCostsHandler } from "#api/sender-costs.ts";
import { makeHealth, makeStatus } from "#api/status.ts";
import { makeAllocationReport } from "#app/allocation-report.ts";
import { makeApprovalOutcome } from "#app/approval-outcome.ts";
import { makeBridge } from "#app/bridge.ts";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeCoverage } from "#app/coverage.ts";
import { makeExplain } from "#app/explain.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeForecastAccuracy } from "#app/forecast-accuracy.ts";
import { makeListForecastRuns } from "#app/forecast-runs.ts";
import { makeImportStatus } from "#app/imports.ts";
import { makeJudgePrice } from "#app/judge-price.ts";
import { makeListDoubles } from "#app/list-doubles.ts";
import { makeModelUsage } from "#app/model-usage.ts";
import { makeModelsInUse } from "#app/models-in-use.ts";
import { makePlanConfig, makeReadConfig } from "#app/plan-config.ts";
import { makePlanMonths } from "#app/plan-months.ts";
import { makeListPrices } from "#app/prices.ts";
import { makeQuarantine } from "#app/quarantine.ts";
import { makeReadBurn } from "#app/read-burn.ts";
import { makeReadForecast } from "#app/read-forecast.ts";
import { makeEvaluateScenario } from "#app/scenarios.ts";
import { makeSenderCosts } from "#app/sender-costs.ts";
import { clock } from "./shared/clock.ts";
import { lazyEngine } from "./shared/lazy-engine.ts";
import { sha256, sha256Hex } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { serve } from "./shared/serve.ts";
import {
  adoptionPlans,
  alerts,
  anomalies,
  approvals,
  bookedHours,
  closedDays,
  config,
  findings,
  forecasts,
  imports,
  keys,
  lakeBudgetSpend,
  ledger,
  pipelineState,
  prices,
  scenarios,
  spend,
} from "./shared/stores.ts";
import { authenticate, catalog, companyRules, rater } from "./shared/use-cases.ts";

const reportDeps = { spend: spend(), closedDays: closedDays(), clock };
const costReport = makeCostReport(reportDeps);
const engine = lazyEngine();
const lakeEvents = makeLakeEvents({ engine });
const rules = companyRules();
const priceList = catalog();
const configDeps = { config: config(), prices: prices(), utf8Bytes: Buffer.byteLength, clock };
const judge = makeJudgePrice(priceList);
const demo = false;
const approvalDeps = { approvals: approvals(), costReport, clock };

const plannedRater = rater(priceList);
const planMonths = makePlanMonths({ engine, adoptionPlans: adoptionPlans(), forecasts: forecasts(), clock });
const scenarioDeps = {
  scenarios: scenarios(),
  evaluateScenario: makeEvaluateScenario({ planMonths, rater: plannedRater, catalog: priceList, clock }),
};

/** What answers questions and changes nothing. */
export const handler = serve({
  table: routesOf("read"),
  authenticate: authenticate(),
  handlers: {
    readImport: makeReadImport({ importStatus: makeImportStatus({ imports: imports() }) }),
    quarantine: makeQuarantineHandler({
      quarantine: makeQuarantine({ engine, costReport, rules, keys: keys() }),
      clock,
    }),
    coverage: makeCoverageHandler({ coverage: makeCoverage({ ...reportDeps, rules }), clock }),
    costReport: makeCostReportHandler({ costReport, clock, sha256, demo }),
    allocation: makeAllocationHandler({
      ...{ allocationReport: makeAllocationReport({ costReport, rules: companyRules() }), clock, sha256, demo },
    }),
    explain: makeExplainHandler({ explain: makeExplain({ ledger: ledger(), lakeEvents, clock }), catalog: priceList }),
    listPrices: makeListPricesHandler({ listPrices: makeListPrices({ prices: prices() }) }),
    readConfig: makeReadConfigHandler({ readConfig: makeReadConfig(configDeps) }),
    planConfig: makePlanConfigHandler({
      planConfig: makePlanConfig({
        ...{ ...configDeps, judge, costReport, catalog: priceList, keys: keys(), approvals: approvals() },
      }),
    }),
    listBudgets: makeListBudgets({
      ...{ config: configDeps.config, forecasts: forecasts(), clock },
      readBudgets: makeReadBudgets({ costReport, lakeSpend: lakeBudgetSpend() }),
      readBurn: makeReadBurn({ booked: bookedHours() }),
    }),
    listApprovals: makeListApprovals(approvalDeps),
    readApproval: makeReadApproval(approvalDeps),
    approvalOutcome: makeApprovalOutcomeHandler({ approvalOutcome: makeApprovalOutcome(approvalDeps) }),
    modelsReport: makeModelsReport({
      modelsInUse: makeModelsInUse({
        ...{ costReport, engine, config: configDeps.config, rater: rater(priceList), catalog: priceList, clock },
      }),
      clock,
    }),
    modelUsage: makeModelUsageHandler({ modelUsage: makeModelUsage({ engine, keys: keys() }) }),
    listAnomalies: makeListAnomalies({ anomalies: anomalies(), clock }),
    listAlerts: makeListAlerts({ alerts: alerts() }),
    alertMessages: makeAlertMessages({ alerts: alerts() }),
    alertPage: makeAlertPage(),
    alertPageScript: makeAlertPageScript(),
    listFindings: makeListFindings({ findings: findings() }),
    listDoubles: makeDoublesHandler({ listDoubles: makeListDoubles({ engine }) }),
    senderCosts: makeSenderCostsHandler({ senderCosts: makeSenderCosts({ engine }) }),
    readForecast: makeReadForecastHandler({
      readForecast: makeReadForecast({ forecasts: forecasts(), costReport, clock }),
    }),
    listForecastRuns: makeListForecastRunsHandler({ listForecastRuns: makeListForecastRuns({ engine, clock }) }),
    forecastAccuracy: makeForecastAccuracyHandler({
      forecastAccuracy: makeForecastAccuracy({ engine, clock, sha256Hex }),
    }),
    readDrivers: makeDriversHandler({ planMonths }),
    bridge: makeBridgeHandler({ bridge: makeBridge({ engine, rater: plannedRater, clock }) }),
    evaluateScenario: makeEvaluateScenarioHandler(scenarioDeps),
    listScenarios: makeListScenarios(scenarioDeps),
    readScenario: makeReadScenario(scenarioDeps),
    scenarioPlan: makeScenarioPlanHandler(scenarioDeps),
    listAdoptionPlans: makeListAdoptionPlans({ adoptionPlans: adoptionPlans() }),
    readAdoptionPlan: makeReadAdoptionPlan({ adoptionPlans: adoptionPlans() }),
    status: makeStatus({ costReport, pipeline: pipelineState(), clock, demo }),
    health: makeHealth(),
    openapi: makeOpenApi(),
  },
});
