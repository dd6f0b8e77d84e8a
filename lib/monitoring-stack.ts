import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { Alarms, type AlarmsProps } from "./alarms.ts";
import { OperationsDashboard } from "./dashboard.ts";
import { FailedRecords } from "./failed-records.ts";
import { OwnBudget } from "./own-budget.ts";

/** Says when something is wrong, and shows how things are. */
export class MonitoringStack extends Stack {
  readonly dashboardName: string;

  constructor(
    scope: Construct,
    id: string,
    { deployment, data, ingest, lake, alerts, ...props }: StackProps & AlarmsProps,
  ) {
    super(scope, id, props);
    const parts = { deployment, data, ingest, lake, alerts };
    const { topic } = alerts;
    const alarms = new Alarms(this, "Alarms", parts);
    const { dashboard } = new OperationsDashboard(this, "Operations", parts, alarms);
    new FailedRecords(this, "FailedRecords", deployment, data.buckets.failures, topic);
    new OwnBudget(this, "OwnBudget", deployment, topic);
    this.dashboardName = dashboard.dashboardName;
  }
}
