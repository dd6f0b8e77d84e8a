import { createHash } from "node:crypto";
import { CustomResource, Duration, RemovalPolicy } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Provider } from "aws-cdk-lib/custom-resources";
import { Construct } from "constructs";
import { LAKE_TABLES, USAGE_LANDING } from "#lake/tables.ts";
import { acknowledgeWildcard } from "./access.ts";
import { acknowledge } from "./acknowledge.ts";
import type { Deployment } from "./deployment.ts";

const hashOf = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

/** Makes and extends the tables of the lake, and takes the administrator's key, whenever either may have changed. */
export class LakeSetUp extends Construct {
  constructor(scope: Construct, id: string, deployment: Deployment, setUp: LambdaFunction, adminKeyArn: string) {
    super(scope, id);
    const provider = new Provider(this, "Provider", {
      onEventHandler: setUp,
      // Without a name of its own: CDK's function may make its log group again while the stack is being deleted, and a
      // group that is there already would stop the next deploy.
      logGroup: new LogGroup(this, "Log", {
        retention: deployment.retentionDays.logs,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    acknowledge(provider, {
      "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]":
        "CDK's own function: the managed policy lets it write its log.",
      "AwsSolutions-L1": "CDK's own function: CDK chooses its runtime.",
    });
    acknowledgeWildcard(
      provider,
      `${setUp.functionArn}:*`,
      "CDK's own function: it invokes versions of the one it drives.",
    );
    new CustomResource(this, "Tables", {
      resourceType: "Custom::AiFinopsLake",
      serviceToken: provider.serviceToken,
      serviceTimeout: Duration.minutes(15),
      // Other tables or another secret make it run again. What it does is idempotent.
      properties: { tables: hashOf([USAGE_LANDING, ...LAKE_TABLES]), adminKey: adminKeyArn },
    });
  }
}
