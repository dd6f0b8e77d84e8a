import { Duration } from "aws-cdk-lib";
import { AlarmStatusWidget, Dashboard, GraphWidget, type IMetric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { Construct } from "constructs";
import type { Alarms } from "./alarms.ts";
import { type AlarmsProps, counted, unpricedPercent } from "./alarms.ts";

const width = 8;

const graph = (title: string, left: IMetric[], right: IMetric[] = []) => new GraphWidget({ title, left, right, width });

/** One page: is it up, is it behind, does the pipeline run, what is unpriced. */
export class OperationsDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(
    scope: Construct,
    id: string,
    { deployment, data, ingest, lake, alerts }: AlarmsProps,
    { alarms }: Alarms,
  ) {
    super(scope, id);
    const { httpApi } = ingest.api;
    const { ledger, spend, control } = data.tables;
    const { evaluation } = alerts;
    const consumers = [ingest.postSpend, ingest.landUsage];
    this.dashboard = new Dashboard(this, "Dashboard", {
      dashboardName: deployment.name,
      defaultInterval: Duration.days(1),
      widgets: [
        [new AlarmStatusWidget({ title: "Alarms", alarms: [...alarms], width: 3 * width })],
        [
          graph("Requests", [httpApi.metricCount()], [httpApi.metricClientError(), httpApi.metricServerError()]),
          graph("Latency, ms", [
            httpApi.metricLatency({ statistic: Stats.p(50) }),
            httpApi.metricLatency({ statistic: Stats.p(95) }),
          ]),
          graph("Events in an hour", [counted("Events", deployment)], [unpricedPercent(deployment)]),
        ],
        [
          graph(
            "Behind the ledger, ms",
            consumers.map((it) => it.metric("IteratorAge", { statistic: Stats.MAXIMUM })),
          ),
          graph(
            "Failed invocations",
            consumers.map((it) => it.metricErrors()),
          ),
          graph(
            "Write units",
            [ledger, spend, control].map((it) => it.metricConsumedWriteCapacityUnits()),
          ),
        ],
        [
          graph("Runs of the pipeline", [lake.pipeline.metricSucceeded(), lake.pipeline.metricFailed()]),
          graph("Evaluations of alerts", [evaluation.metricInvocations()], [evaluation.metricErrors()]),
          graph("Upkeep", [lake.maintenance.metricSucceeded(), lake.maintenance.metricFailed()]),
        ],
      ],
    });
  }
}
