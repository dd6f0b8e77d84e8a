import { makeAcknowledgeAlert } from "#app/acknowledge-alert.ts";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCompanyRules } from "#app/company-rules.ts";
import type { makeCostReport } from "#app/cost-report.ts";
import { makeDecideAnomaly } from "#app/decide-anomaly.ts";
import { makeEvaluate } from "#app/evaluate.ts";
import { rememberUntouchedDays } from "#app/evaluate-closed-days.ts";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import { makePublishAlerts } from "#app/publish-alerts.ts";
import type { Instant } from "#core/time.ts";
import type { FaultLog } from "./fault-log.ts";
import { logChannel } from "./log-channel.ts";
import type { Stores } from "./stores.ts";

export interface EvaluationOptions {
  readonly stores: Stores;
  readonly clock: () => Instant;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly log: FaultLog;
  /** Of this server, as people reach it. */
  readonly baseUrl: string;
}

/** What people say of alerts, and of what they are about. */
export function alertUseCases({ stores: { alerts, anomalies }, clock }: Pick<EvaluationOptions, "stores" | "clock">) {
  return {
    alerts,
    acknowledgeAlert: makeAcknowledgeAlert({ alerts, clock }),
    anomalies,
    decideAnomaly: makeDecideAnomaly({ anomalies, judgeAlerts: makeJudgeAlerts({ alerts, clock }), clock }),
  };
}

/** What judges alerts over the stores of one machine, and prints them. */
export function evaluationOf({ stores, clock, costReport, log, baseUrl }: EvaluationOptions): () => Promise<void> {
  const { alerts, spend, forecasts, anomalies, pipeline, config, lakeBudgetSpend } = stores;
  return makeEvaluate({
    // Somebody who changes a budget looks at once whether it is judged by it.
    rules: makeCompanyRules({ config, clock, cacheTtlMs: 0 }),
    readBudgets: makeReadBudgets({
      costReport: rememberUntouchedDays({ costReport, spend, clock }),
      lakeSpend: lakeBudgetSpend,
    }),
    judgeAlerts: makeJudgeAlerts({ alerts, clock }),
    publishAlerts: makePublishAlerts({
      ...{ alerts, channel: logChannel((line) => process.stdout.write(line), baseUrl), clock },
      onError: ({ id }, error) => log("an alert could not be told", error, { alert: id }),
    }),
    ...{ spend, booked: stores.bookedHours, forecasts, anomalies, pipeline, clock, runningSince: clock() },
  });
}
