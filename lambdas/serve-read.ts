import { makeAllocationHandler } from "#api/allocation.ts";
import { makeApprovalOutcomeHandler, makeListApprovals, makeReadApproval } from "#api/approvals.ts";
import { makeCoverageHandler, makeQuarantineHandler } from "#api/attribution-reports.ts";
import { makeListBudgets } from "#api/authorize.ts";
import { makePlanConfigHandler, makeReadConfigHandler } from "#api/config.ts";
import { makeCostReportHandler } from "#api/cost-report.ts";
import { makeExplainHandler } from "#api/explanations.ts";
import { makeDoublesHandler, makeListFindings } from "#api/findings.ts";
import { makeReadImport } from "#api/imports.ts";
import { makeModelsReport, makeModelUsageHandler } from "#api/models.ts";
import { makeOpenApi } from "#api/openapi.ts";
import { makeListPricesHandler } from "#api/prices.ts";
import { makeSenderCostsHandler } from "#api/sender-costs.ts";
import { makeHealth, makeStatus } from "#api/status.ts";
import { makeAllocationReport } from "#app/allocation-report.ts";
import { makeApprovalOutcome } from "#app/approval-outcome.ts";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeCoverage } from "#app/coverage.ts";
import { makeExplain } from "#app/explain.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeImportStatus } from "#app/imports.ts";
import { makeJudgePrice } from "#app/judge-price.ts";
import { makeListDoubles } from "#app/list-doubles.ts";
import { makeModelUsage } from "#app/model-usage.ts";
import { makeModelsInUse } from "#app/models-in-use.ts";
import { makePlanConfig, makeReadConfig } from "#app/plan-config.ts";
import { makeListPrices } from "#app/prices.ts";
import { makeQuarantine } from "#app/quarantine.ts";
import { makeSenderCosts } from "#app/sender-costs.ts";
import { clock } from "./shared/clock.ts";
import { lazyEngine } from "./shared/lazy-engine.ts";
import { sha256 } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { serve } from "./shared/serve.ts";
import {
  approvals,
  closedDays,
  config,
  findings,
  imports,
  keys,
  ledger,
  pipelineState,
  prices,
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
    listBudgets: makeListBudgets({ config: configDeps.config, readBudgets: makeReadBudgets({ costReport }), clock }),
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
    listFindings: makeListFindings({ findings: findings() }),
    listDoubles: makeDoublesHandler({ listDoubles: makeListDoubles({ engine }) }),
    senderCosts: makeSenderCostsHandler({ senderCosts: makeSenderCosts({ engine }) }),
    status: makeStatus({ costReport, pipeline: pipelineState(), clock, demo }),
    health: makeHealth(),
    openapi: makeOpenApi(),
  },
});
