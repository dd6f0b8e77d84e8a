import { makeBookAdjustment, makePlanAdjustment } from "#app/adjust.ts";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeFindAnomalies } from "#app/find-anomalies.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import { makeLookForFindings } from "#app/look-for-findings.ts";
import { makeMakeForecasts } from "#app/make-forecasts.ts";
import { makeMeasureLakeBudgets } from "#app/measure-lake-budgets.ts";
import { makePipelineRun } from "#app/pipeline-run.ts";
import { makeSendSummaries } from "#app/send-summaries.ts";
import { clock } from "./shared/clock.ts";
import { engine } from "./shared/engine.ts";
import { newId, sha256 } from "./shared/random.ts";
import { runStep } from "./shared/run-step.ts";
import {
  alerts,
  anomalies,
  audit,
  closedDays,
  erasures,
  findings,
  forecasts,
  imports,
  lakeBudgetSpend,
  ledger,
  ledgerErasure,
  pipelineState,
  sourceRhythms,
  spend,
} from "./shared/stores.ts";
import { catalog, companyRules, rater } from "./shared/use-cases.ts";

/** Longer than the state machine may take: the lease cannot end under a run that is still alive. */
const leaseTtlMs = 70 * 60_000;

const lake = engine();
const events = ledger();
const cells = spend();
const packs = closedDays();
const rules = companyRules();
const outbox = alerts();
const judgeAlerts = makeJudgeAlerts({ alerts: outbox, clock });
const costReport = makeCostReport({ spend: cells, closedDays: packs, clock });
const inForce = { rules, costReport, judgeAlerts, clock };
const found = anomalies();
const forecast = forecasts();
const measured = lakeBudgetSpend();
const lakeEvents = makeLakeEvents({ engine: lake });
const adjusts = { ledger: events, lakeEvents, rater: rater(catalog()), rules, clock, sha256 };

/** What the state machine has done of a run besides its statements. */
export const handler = runStep(
  makePipelineRun({
    engine: lake,
    state: pipelineState(),
    spend: cells,
    closedDays: packs,
    imports: imports(),
    erasures: erasures(),
    ledger: events,
    ledgerErasure: ledgerErasure(),
    judgeAlerts,
    findings: makeLookForFindings({
      ...{ engine: lake, findings: findings(), rhythms: sourceRhythms(), audit: audit(), ...inForce },
      scans: "first run of a day",
      planAdjustment: makePlanAdjustment(adjusts),
      bookAdjustment: makeBookAdjustment(adjusts),
    }),
    measureBudgets: makeMeasureLakeBudgets({ engine: lake, lakeBudgetSpend: measured, rules, clock }),
    makeForecasts: makeMakeForecasts({ engine: lake, forecasts: forecast, rules, clock }),
    findAnomalies: makeFindAnomalies({ anomalies: found, ...inForce }),
    sendSummaries: makeSendSummaries({
      ...{ anomalies: found, alerts: outbox, forecasts: forecast, ...inForce },
      readBudgets: makeReadBudgets({ costReport, lakeSpend: measured }),
    }),
    clock,
    newId,
    leaseTtlMs,
  }),
);
