import { makeAdjustHandler } from "#api/adjustments.ts";
import { makeRemoveAdoptionPlanHandler, makeSetAdoptionPlanHandler } from "#api/adoption-plans.ts";
import { makeAcknowledgeAlertHandler } from "#api/alerts.ts";
import { makeDecideAnomalyHandler } from "#api/anomalies.ts";
import { makeDecideApprovalHandler, makeRequestApprovalHandler } from "#api/approvals.ts";
import { makeAuditHeadHandler, makeReadAuditHandler } from "#api/audit.ts";
import { makeApplyConfigHandler } from "#api/config.ts";
import { makeCreateKeyHandler, makeListKeysHandler, makeRevokeKeyHandler, makeRotateKeyHandler } from "#api/keys.ts";
import { makeRunPipelineHandler } from "#api/pipeline.ts";
import { makeSetPriceHandler } from "#api/prices.ts";
import { makeRestateHandler } from "#api/restatements.ts";
import { makeRemoveScenarioHandler, makeSetScenarioHandler } from "#api/scenarios.ts";
import { makeAcknowledgeAlert } from "#app/acknowledge-alert.ts";
import { makeAdjust } from "#app/adjust.ts";
import { makeRemoveAdoptionPlan, makeSetAdoptionPlan } from "#app/adoption-plans.ts";
import { makeApplyConfig } from "#app/apply-config.ts";
import { makeAuditHead, makeReadAudit } from "#app/audit.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeDecideAnomaly } from "#app/decide-anomaly.ts";
import { makeDecideApproval } from "#app/decide-approval.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import { makeJudgePrice } from "#app/judge-price.ts";
import { makeCreateKey, makeListKeys, makeRevokeKey, makeRotateKey } from "#app/keys.ts";
import { makePlanMonths } from "#app/plan-months.ts";
import { makeSetPrice } from "#app/prices.ts";
import { makeRequestApproval } from "#app/request-approval.ts";
import { makeRestate } from "#app/restate.ts";
import { makeEvaluateScenario, makeRemoveScenario, makeSetScenario } from "#app/scenarios.ts";
import { startPipeline } from "#aws/start-pipeline.ts";
import { clock } from "./shared/clock.ts";
import { env } from "./shared/env.ts";
import { lazyEngine } from "./shared/lazy-engine.ts";
import { newId, newToken, sha256 } from "./shared/random.ts";
import { routesOf } from "./shared/routes-of.ts";
import { serve } from "./shared/serve.ts";
import { sfnClient } from "./shared/sfn-client.ts";
import {
  adoptionPlans,
  alerts,
  anomalies,
  approvals,
  audit,
  closedDays,
  config,
  forecasts,
  keys,
  ledger,
  pipelineState,
  prices,
  scenarios,
  spend,
} from "./shared/stores.ts";
import { authenticate, catalog, inForce } from "./shared/use-cases.ts";

const priceList = catalog();
const engine = lazyEngine();
const lakeEvents = makeLakeEvents({ engine });
const adjustDeps = { ...inForce(priceList), ledger: ledger(), clock, sha256 };
const adjust = makeAdjust({ ...adjustDeps, lakeEvents });
const auditDeps = { audit: audit() };
const applyConfig = makeApplyConfig({
  ...{
    config: config(),
    prices: prices(),
    judge: makeJudgePrice(priceList),
    utf8Bytes: Buffer.byteLength,
    clock,
    newId,
  },
});
const keyDeps = { keys: keys(), config: config(), clock, sha256, newToken };

const revokeKey = makeRevokeKey(keyDeps);
const restate = makeRestate({ ...adjustDeps, ...auditDeps, engine, pipeline: pipelineState(), revokeKey });

const approvalDeps = { approvals: approvals(), config: config(), clock };
const requestApproval = makeRequestApproval({
  ...{ ...approvalDeps, rater: adjustDeps.rater, catalog: priceList, newId },
  costReport: makeCostReport({ spend: spend(), closedDays: closedDays(), clock }),
});
const decisions = { decideApproval: makeDecideApproval({ ...approvalDeps, keys: keyDeps.keys }), clock };

const planDeps = { adoptionPlans: adoptionPlans(), clock };
const scenarioDeps = { scenarios: scenarios(), clock };
const setScenario = makeSetScenario({
  ...scenarioDeps,
  evaluate: makeEvaluateScenario({
    ...{
      planMonths: makePlanMonths({ ...planDeps, engine, forecasts: forecasts() }),
      rater: adjustDeps.rater,
      catalog: priceList,
      clock,
    },
  }),
});

/** What changes prices, keys and what was booked, and starts the pipeline. */
export const handler = serve({
  table: routesOf("control"),
  authenticate: authenticate(),
  handlers: {
    adjust: makeAdjustHandler({ adjust, catalog: priceList }),
    setPrice: makeSetPriceHandler({ setPrice: makeSetPrice({ prices: prices(), catalog: priceList, clock, newId }) }),
    applyConfig: makeApplyConfigHandler({ applyConfig }),
    requestApproval: makeRequestApprovalHandler({ requestApproval, clock }),
    reviewApproval: makeDecideApprovalHandler(decisions, "review"),
    approveApproval: makeDecideApprovalHandler(decisions, "approve"),
    rejectApproval: makeDecideApprovalHandler(decisions, "reject"),
    setScenario: makeSetScenarioHandler({ setScenario }),
    removeScenario: makeRemoveScenarioHandler({ removeScenario: makeRemoveScenario(scenarioDeps) }),
    setAdoptionPlan: makeSetAdoptionPlanHandler({ setAdoptionPlan: makeSetAdoptionPlan(planDeps) }),
    removeAdoptionPlan: makeRemoveAdoptionPlanHandler({ removeAdoptionPlan: makeRemoveAdoptionPlan(planDeps) }),
    decideAnomaly: makeDecideAnomalyHandler({
      decideAnomaly: makeDecideAnomaly({
        ...{ anomalies: anomalies(), judgeAlerts: makeJudgeAlerts({ alerts: alerts(), clock }), clock },
      }),
    }),
    acknowledgeAlert: makeAcknowledgeAlertHandler({
      acknowledgeAlert: makeAcknowledgeAlert({ alerts: alerts(), clock }),
    }),
    listKeys: makeListKeysHandler({ listKeys: makeListKeys(keyDeps) }),
    createKey: makeCreateKeyHandler({ createKey: makeCreateKey(keyDeps) }),
    revokeKey: makeRevokeKeyHandler({ revokeKey }),
    restate: makeRestateHandler({ restate, clock }),
    rotateKey: makeRotateKeyHandler({ rotateKey: makeRotateKey(keyDeps) }),
    readAudit: makeReadAuditHandler({ readAudit: makeReadAudit(auditDeps) }),
    auditHead: makeAuditHeadHandler({ auditHead: makeAuditHead(auditDeps) }),
    runPipeline: makeRunPipelineHandler({
      startPipeline: startPipeline({ client: sfnClient(), stateMachineArn: env("STATE_MACHINE_ARN"), newId }),
    }),
  },
});
