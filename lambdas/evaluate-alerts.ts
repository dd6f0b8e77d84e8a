import middy from "@middy/core";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeEvaluate } from "#app/evaluate.ts";
import { rememberUntouchedDays } from "#app/evaluate-closed-days.ts";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import { makePublishAlerts } from "#app/publish-alerts.ts";
import { snsAlertChannel } from "#aws/sns-alert-channel.ts";
import { alertMessageOf } from "#contract/alert-message.ts";
import { alertLink, alertText } from "#core/alert-text.ts";
import type { Instant } from "#core/time.ts";
import { clock } from "./shared/clock.ts";
import { env } from "./shared/env.ts";
import { logFault, withLog } from "./shared/log.ts";
import { snsClient } from "./shared/sns-client.ts";
import {
  alerts,
  anomalies,
  bookedHours,
  closedDays,
  forecasts,
  lakeBudgetSpend,
  pipelineState,
  spend,
} from "./shared/stores.ts";
import { companyRules } from "./shared/use-cases.ts";

const apiUrl = env("API_URL");
const cells = spend();
const outbox = alerts();
const costReport = rememberUntouchedDays({
  costReport: makeCostReport({ spend: cells, closedDays: closedDays(), clock }),
  ...{ spend: cells, clock },
});
const channel = snsAlertChannel({
  client: snsClient(),
  topicArn: env("ALERT_TOPIC_ARN"),
  textOf: (alert) => alertText(alert, alertLink(apiUrl, alert)),
  messageOf: (alert) => JSON.stringify(alertMessageOf(alert, alertLink(apiUrl, alert))),
});
const evaluate = makeEvaluate({
  rules: companyRules(),
  readBudgets: makeReadBudgets({ costReport, lakeSpend: lakeBudgetSpend() }),
  spend: cells,
  booked: bookedHours(),
  forecasts: forecasts(),
  anomalies: anomalies(),
  pipeline: pipelineState(),
  judgeAlerts: makeJudgeAlerts({ alerts: outbox, clock }),
  publishAlerts: makePublishAlerts({
    ...{ alerts: outbox, channel, clock },
    onError: ({ id }, error) => logFault("an alert cannot be published: it stays in the outbox", error, { alert: id }),
  }),
  clock,
  runningSince: 0 as Instant,
});

/** Judges alerts and publishes them, whoever asks: the schedule, or who posted spend. */
export const handler = middy<unknown, void>()
  .use(withLog())
  .handler(() => evaluate());
