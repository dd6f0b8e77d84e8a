import { CfnOutput, type Environment, type Stack, Tags } from "aws-cdk-lib";
import { ManagedPolicy, PermissionsBoundary } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { AlertsStack } from "./alerts-stack.ts";
import { DataStack } from "./data-stack.ts";
import type { Deployment } from "./deployment.ts";
import { deploymentTag } from "./deployment-tag.ts";
import { IngestStack } from "./ingest-stack.ts";
import { LakeStack } from "./lake-stack.ts";
import { MonitoringStack } from "./monitoring-stack.ts";
import { workgroupName } from "./names.ts";
import type { CodeOf } from "./node-lambda.ts";

/** The stacks of one deployment. They depend on each other in one direction: data, lake, ingest, alerts, monitoring. */
export class AiFinops extends Construct {
  readonly stacks: {
    readonly data: DataStack;
    readonly lake: LakeStack;
    readonly ingest: IngestStack;
    readonly alerts: AlertsStack;
    readonly monitoring: MonitoringStack;
  };

  constructor(scope: Construct, deployment: Deployment, codeOf: CodeOf) {
    super(scope, deployment.name);
    const { name, account, region } = deployment;
    const env: Environment = { region, ...(account !== undefined && { account }) };
    const props = (part: string, description: string) => ({
      env,
      stackName: `${name}-${part}`,
      description: `AI FinOps ${name}: ${description}`,
    });
    const data = new DataStack(this, "data", props("data", "tables, buckets and the administrator's key"), deployment);
    const lake = new LakeStack(this, "lake", {
      ...props("lake", "the lake's tables, the pipeline and its schedule"),
      deployment,
      codeOf,
      data,
    });
    const ingest = new IngestStack(this, "ingest", {
      ...props("ingest", "the API and the consumers of the ledger's stream"),
      deployment,
      codeOf,
      data,
      pipeline: lake.pipeline,
    });
    const alerts = new AlertsStack(this, "alerts", {
      ...props("alerts", "the evaluation of budgets, and the topic that people subscribe to"),
      deployment,
      codeOf,
      apiUrl: ingest.api.url,
    });
    const monitoring = new MonitoringStack(this, "monitoring", {
      ...props("monitoring", "alarms and the dashboard"),
      deployment,
      data,
      ingest,
      lake,
      alerts,
    });
    lake.addStackDependency(data);
    ingest.addStackDependency(lake);
    this.stacks = { data, lake, ingest, alerts, monitoring };
    tellNextSteps({ deployment, data, ingest, monitoring });

    Tags.of(this).add(deploymentTag, name);
    if (deployment.permissionsBoundaryArn === undefined) return;
    const boundary = ManagedPolicy.fromManagedPolicyArn(this, "Boundary", deployment.permissionsBoundaryArn);
    PermissionsBoundary.of(this).apply(boundary);
  }
}

interface Told {
  readonly deployment: Deployment;
  readonly data: DataStack;
  readonly ingest: IngestStack;
  readonly monitoring: MonitoringStack;
}

/** The outputs: lines to copy, in the order in which they are wanted. */
function tellNextSteps({ deployment, data, ingest, monitoring }: Told): void {
  const { region } = deployment;
  const output = (stack: Stack, id: string, value: string, description: string) =>
    new CfnOutput(stack, id, { value, description });
  const { api } = ingest;
  output(ingest, "ApiUrl", api.url, "Where events are sent and reports are read");
  if (api.domainTarget !== undefined) {
    output(ingest, "DomainTarget", api.domainTarget, "What the custom domain's DNS record (CNAME) must point at");
  }
  output(
    data,
    "ReadAdminKey",
    `aws secretsmanager get-secret-value --region ${region} --secret-id ${data.adminKey.secretArn} --query SecretString --output text`,
    "Prints the administrator's key",
  );
  output(
    ingest,
    "MakeFirstKey",
    `curl -sS ${api.url}/v1/keys -H "authorization: Bearer $FINOPS_KEY" -H "content-type: application/json" -d '{"name":"first sender","role":"ingest"}'`,
    "Makes the first ingest key, with the administrator's key in FINOPS_KEY",
  );
  output(
    ingest,
    "Workgroup",
    workgroupName(deployment),
    "The Athena workgroup; its saved queries answer the usual questions",
  );
  output(
    monitoring,
    "DashboardUrl",
    `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${monitoring.dashboardName}`,
    "How things are",
  );
}
