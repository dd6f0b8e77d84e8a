import { type AdjustDeps, makeBookAdjustment, makePlanAdjustment } from "#app/adjust.ts";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeFindAnomalies } from "#app/find-anomalies.ts";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import { type FindingsDeps, makeLookForFindings } from "#app/look-for-findings.ts";
import { makeMakeForecasts } from "#app/make-forecasts.ts";
import { makeMeasureLakeBudgets } from "#app/measure-lake-budgets.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { makeSendSummaries } from "#app/send-summaries.ts";
import { hourMs } from "#core/time.ts";
import { newId } from "./secrets.ts";
import type { Stores } from "./stores.ts";

/** Longer than a merge of everything: a run of this server goes on where a killed one held the lease. */
const leaseTtlMs = hourMs / 2;

export type PipelineDeps = Pick<FindingsDeps, "clock" | "rules" | "costReport"> & {
  readonly stores: Stores;
  readonly adjusts: AdjustDeps;
};

/** The pipeline over the stores of one machine, with what it looks for besides. */
export function pipelineOf({ stores, clock, rules, costReport, adjusts }: PipelineDeps) {
  const { engine, pipeline: state, spend, closedDays, imports, erasures, ledger, audit } = stores;
  const { alerts, anomalies, forecasts } = stores;
  const judgeAlerts = makeJudgeAlerts({ alerts, clock });
  const inForce = { rules, costReport, judgeAlerts, clock };
  return makeRunPipeline({
    ...{ engine, state, spend, closedDays, imports, erasures, ledger, ledgerErasure: ledger.erasure },
    findings: makeLookForFindings({
      ...{ engine, findings: stores.findings, rhythms: stores.sourceRhythms, audit },
      ...{ planAdjustment: makePlanAdjustment(adjusts), bookAdjustment: makeBookAdjustment(adjusts) },
      ...{ ...inForce, scans: "each run" },
    }),
    measureBudgets: makeMeasureLakeBudgets({ engine, lakeBudgetSpend: stores.lakeBudgetSpend, rules, clock }),
    makeForecasts: makeMakeForecasts({ engine, forecasts, rules, clock }),
    findAnomalies: makeFindAnomalies({ anomalies, ...inForce }),
    sendSummaries: makeSendSummaries({
      ...{ anomalies, alerts, forecasts, ...inForce },
      readBudgets: makeReadBudgets({ costReport, lakeSpend: stores.lakeBudgetSpend }),
    }),
    ...{ judgeAlerts, clock, newId, leaseTtlMs, holder: "local server" },
  });
}
