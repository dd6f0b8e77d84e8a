import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { METRIC_DIMENSION, type MetricName } from "#contract/metrics.ts";
import type { AlertsStack } from "./alerts-stack.ts";
import type { DataStack } from "./data-stack.ts";
import type { Deployment } from "./deployment.ts";
import type { IngestStack } from "./ingest-stack.ts";
import type { LakeStack } from "./lake-stack.ts";
import { metricsNamespace } from "./node-lambda.ts";
import { describeAlarm, type Runbook } from "./runbook.ts";

export interface AlarmsProps {
  readonly deployment: Deployment;
  readonly data: DataStack;
  readonly ingest: IngestStack;
  readonly lake: LakeStack;
  readonly alerts: AlertsStack;
}

interface Condition {
  readonly name: Runbook;
  /** Of several alarms with the same runbook: which. */
  readonly instance?: string;
  readonly what: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly periods: number;
  readonly comparison?: ComparisonOperator;
  readonly missing?: TreatMissingData;
}

const fiveMinutes = Duration.minutes(5);
const quarter = Duration.minutes(15);
const hour = Duration.hours(1);

const behind = (consumer: LambdaFunction): IMetric =>
  consumer.metric("IteratorAge", { statistic: Stats.MAXIMUM, period: fiveMinutes });

const writeThrottles = (table: TableV2) =>
  table.metric("WriteThrottleEvents", { statistic: Stats.SUM, period: fiveMinutes });

/** Counted by a consumer of the ledger's stream. */
export const counted = (metricName: MetricName, { name }: Deployment) =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { [METRIC_DIMENSION]: name },
    statistic: Stats.SUM,
    period: hour,
  });

export const unpricedPercent = (deployment: Deployment) =>
  new MathExpression({
    label: "unpriced events, %",
    expression: "IF(events > 0, 100 * unpriced / events, 0)",
    usingMetrics: { events: counted("Events", deployment), unpriced: counted("UnpricedEvents", deployment) },
    period: hour,
  });

const unread = ({ data, ingest }: AlarmsProps) =>
  new MathExpression({
    label: "a consumer is not called though the ledger is written",
    expression: "IF(FILL(writes, 0) > 0 AND (FILL(posting, 0) == 0 OR FILL(landing, 0) == 0), 1, 0)",
    usingMetrics: {
      writes: data.tables.ledger.metricConsumedWriteCapacityUnits({ statistic: Stats.SUM, period: quarter }),
      posting: ingest.postSpend.metricInvocations({ statistic: Stats.SUM, period: quarter }),
      landing: ingest.landUsage.metricInvocations({ statistic: Stats.SUM, period: quarter }),
    },
    period: quarter,
  });

/** What hurts, and nothing that does not: an alarm costs $0.10 a month for each metric that it reads. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(props.alerts.topic);
    const conditions = [this.ofApi, this.ofConsumers, this.ofPipeline, this.ofAlerts].flatMap((of) => of(props));
    this.alarms = conditions.map((condition) => {
      const name = condition.instance === undefined ? condition.name : `${condition.name}-${condition.instance}`;
      const alarm = new Alarm(this, name, {
        alarmName: `${props.deployment.name}-${name}`,
        alarmDescription: describeAlarm(condition.what, condition.name),
        metric: condition.metric,
        threshold: condition.threshold,
        evaluationPeriods: condition.periods,
        comparisonOperator: condition.comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: condition.missing ?? TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }

  private ofApi({ deployment, ingest }: AlarmsProps): Condition[] {
    const { httpApi } = ingest.api;
    return [
      {
        name: "api-errors",
        what: "The API answered more than 5 requests in 5 minutes with a 5xx: senders keep those events and try again.",
        metric: httpApi.metricServerError({ statistic: Stats.SUM, period: fiveMinutes }),
        threshold: 5,
        periods: 1,
      },
      {
        name: "api-slow",
        what: "One request in twenty took longer than 3 seconds, for a quarter of an hour.",
        metric: httpApi.metricLatency({ statistic: Stats.p(95), period: fiveMinutes }),
        threshold: 3_000,
        periods: 3,
      },
      {
        name: "unpriced-share",
        what: `More than ${deployment.unpricedPercentMax} % of an hour's events have no price: their cost is missing in every report.`,
        metric: unpricedPercent(deployment),
        threshold: deployment.unpricedPercentMax,
        periods: 1,
      },
    ];
  }

  private ofConsumers(props: AlarmsProps): Condition[] {
    const { data, ingest } = props;
    const { ledger, spend, control } = data.tables;
    return [
      {
        name: "post-spend-behind",
        what: "Spend cells are more than 15 minutes behind the ledger: today's figures are too low.",
        metric: behind(ingest.postSpend),
        threshold: Duration.minutes(15).toMilliseconds(),
        periods: 3,
      },
      {
        name: "land-usage-behind",
        what: "The landing is more than an hour behind the ledger; after 24 hours the stream forgets.",
        metric: behind(ingest.landUsage),
        threshold: hour.toMilliseconds(),
        periods: 3,
      },
      {
        name: "consumer-errors",
        what: "A consumer of the ledger's stream fails again and again.",
        metric: new MathExpression({
          label: "failed invocations",
          expression: "FILL(spend, 0) + FILL(land, 0)",
          usingMetrics: {
            spend: ingest.postSpend.metricErrors({ period: fiveMinutes }),
            land: ingest.landUsage.metricErrors({ period: fiveMinutes }),
          },
          period: fiveMinutes,
        }),
        threshold: 3,
        periods: 2,
      },
      {
        name: "stream-unread",
        what: "The ledger is written and a consumer of its stream is not called: in 24 hours the stream forgets.",
        metric: unread(props),
        threshold: 0,
        periods: 2,
      },
      {
        name: "tables-throttled",
        what: "DynamoDB refuses writes: senders get 503 and try again, consumers fall behind.",
        metric: new MathExpression({
          label: "throttled writes",
          expression: "FILL(ledger, 0) + FILL(spend, 0) + FILL(control, 0)",
          usingMetrics: {
            ledger: writeThrottles(ledger),
            spend: writeThrottles(spend),
            control: writeThrottles(control),
          },
          period: fiveMinutes,
        }),
        threshold: 10,
        periods: 2,
      },
    ];
  }

  private ofPipeline({ lake }: AlarmsProps): Condition[] {
    const { pipeline, maintenance } = lake;
    return [
      {
        name: "pipeline-late",
        what: "No run of the pipeline has succeeded for 3 hours.",
        metric: pipeline.metricSucceeded({ period: hour }),
        threshold: 1,
        periods: 3,
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        missing: TreatMissingData.BREACHING,
      },
      {
        name: "maintenance-failed",
        what: "The daily upkeep of the tables failed: queries get slower and storage grows.",
        metric: new MathExpression({
          label: "failed upkeep",
          expression: "FILL(failed, 0) + FILL(late, 0)",
          usingMetrics: {
            failed: maintenance.metricFailed({ period: hour }),
            late: maintenance.metricTimedOut({ period: hour }),
          },
          period: hour,
        }),
        threshold: 0,
        periods: 1,
      },
    ];
  }

  private ofAlerts({ alerts: { evaluation, destinations } }: AlarmsProps): Condition[] {
    return [
      {
        name: "alerts-not-evaluated",
        what: "No evaluation of budgets and alerts has succeeded for a quarter of an hour: nothing else is told.",
        metric: new MathExpression({
          label: "evaluations that succeeded",
          expression: "FILL(called, 0) - FILL(failed, 0)",
          usingMetrics: {
            called: evaluation.metricInvocations({ period: fiveMinutes }),
            failed: evaluation.metricErrors({ period: fiveMinutes }),
          },
          period: fiveMinutes,
        }),
        threshold: 1,
        periods: 3,
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        missing: TreatMissingData.BREACHING,
      },
      ...[...destinations].map(
        ([instance, { undelivered }]): Condition => ({
          name: "alerts-undelivered",
          instance,
          what: `Alerts could not be delivered to ${instance}, and are kept for 14 days.`,
          metric: undelivered.metricApproximateNumberOfMessagesVisible({
            statistic: Stats.MAXIMUM,
            period: fiveMinutes,
          }),
          threshold: 0,
          periods: 1,
        }),
      ),
    ];
  }
}
