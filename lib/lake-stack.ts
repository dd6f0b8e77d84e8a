import { Duration, Stack, type StackProps, TimeZone } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { ScheduleExpression } from "aws-cdk-lib/aws-scheduler";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { allow, allowAppendTogether, allowAudit, allowPartitions } from "./access.ts";
import { pipelinePartitions } from "./control-partitions.ts";
import type { DataStack } from "./data-stack.ts";
import type { Deployment } from "./deployment.ts";
import { allowKey } from "./encryption.ts";
import { LakeDatabase } from "./lake-database.ts";
import { LakeSetUp } from "./lake-set-up.ts";
import { maintenanceDefinition } from "./maintenance-definition.ts";
import { bucketName, databaseName, tableArn, tableName, workgroupName } from "./names.ts";
import { type CodeOf, NodeLambda } from "./node-lambda.ts";
import { pipelineDefinition } from "./pipeline-definition.ts";
import { allowQueries } from "./query-access.ts";
import { ScheduledMachine } from "./scheduled-machine.ts";
import { readStatement } from "./statements.ts";

export interface LakeStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly codeOf: CodeOf;
  readonly data: DataStack;
}

/** The lake's tables, and the pipeline that fills them from the landing. */
export class LakeStack extends Stack {
  readonly pipeline: StateMachine;
  readonly maintenance: StateMachine;

  constructor(scope: Construct, id: string, props: LakeStackProps) {
    super(scope, id, props);
    const { deployment, data } = props;
    const place = { workgroup: workgroupName(deployment), database: databaseName(deployment) };
    const database = new LakeDatabase(this, "Lake", deployment);

    const setUp = this.setUpFunction(props);
    const tables = new LakeSetUp(this, "SetUp", deployment, setUp, data.adminKey.secretArn);
    tables.node.addDependency(database);

    const step = this.stepFunction(props);
    const hourly = new ScheduledMachine(this, "Pipeline", {
      name: `${deployment.name}-pipeline`,
      description: "Merges what has landed, every hour.",
      definition: pipelineDefinition({ ...place, stepFunctionArn: step.functionArn, statement: readStatement }),
      // A rate begins with the deploy, so that a first success is soon there for the alarm on lateness.
      schedule: ScheduleExpression.rate(Duration.hours(1)),
    });
    const daily = new ScheduledMachine(this, "Maintenance", {
      name: `${deployment.name}-maintenance`,
      description: "Keeps the Iceberg tables small and fast, every day.",
      definition: maintenanceDefinition(place),
      schedule: ScheduleExpression.cron({ minute: "40", hour: "4", timeZone: TimeZone.ETC_UTC }),
    });
    for (const { machine, node } of [hourly, daily]) {
      allowQueries(machine, deployment, "write");
      allowKey(machine, deployment);
      node.addDependency(tables);
    }
    allow(hourly.machine, ["lambda:InvokeFunction"], step.functionArn);
    this.pipeline = hourly.machine;
    this.maintenance = daily.machine;
  }

  private setUpFunction({ deployment, codeOf, data }: LakeStackProps): LambdaFunction {
    const { function: setUp } = new NodeLambda(this, "SetUpLake", {
      name: "set-up-lake",
      description: "At a deploy: makes and extends the lake's tables, takes the administrator's key.",
      deployment,
      codeOf,
      // It waits for Athena.
      memoryMiB: 256,
      timeoutSeconds: 840,
      reservedConcurrency: undefined,
      environment: {
        CONTROL_TABLE: tableName(deployment, "control"),
        LAKE_BUCKET: bucketName(deployment, "lake"),
        ADMIN_KEY_SECRET_ARN: data.adminKey.secretArn,
        GLUE_DATABASE: databaseName(deployment),
        ATHENA_WORKGROUP: workgroupName(deployment),
      },
    });
    allow(setUp, ["secretsmanager:GetSecretValue"], data.adminKey.secretArn);
    const control = tableArn(deployment, "control");
    allow(setUp, ["dynamodb:GetItem", "dynamodb:Query"], control);
    allowPartitions(setUp, ["dynamodb:UpdateItem"], control, ["key#*", "keys"]);
    allowAudit(setUp, control);
    allowQueries(setUp, deployment, "define");
    return setUp;
  }

  private stepFunction({ deployment, codeOf }: LakeStackProps): LambdaFunction {
    const { function: step } = new NodeLambda(this, "RunPipelineStep", {
      name: "run-pipeline-step",
      description:
        "Begins and ends a run of the pipeline, and does what is no statement: checks, packs, counts, erases.",
      deployment,
      codeOf,
      // The cells of 31 days and the rows of cost_daily lie in memory side by side.
      memoryMiB: 1_024,
      timeoutSeconds: 840,
      reservedConcurrency: undefined,
      environment: {
        LEDGER_TABLE: tableName(deployment, "ledger"),
        SPEND_TABLE: tableName(deployment, "spend"),
        CONTROL_TABLE: tableName(deployment, "control"),
        GLUE_DATABASE: databaseName(deployment),
        ATHENA_WORKGROUP: workgroupName(deployment),
      },
    });
    const rows = [
      "dynamodb:GetItem",
      "dynamodb:Query",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
    ];
    allow(step, [...rows, "dynamodb:BatchGetItem"], tableArn(deployment, "spend"));
    const control = tableArn(deployment, "control");
    allow(step, ["dynamodb:GetItem", "dynamodb:Query"], control);
    allowPartitions(step, ["dynamodb:UpdateItem", "dynamodb:DeleteItem"], control, pipelinePartitions);
    // It drops what two senders have both reported, by a rule of the company.
    allowAppendTogether(step, tableArn(deployment, "ledger"));
    allowAudit(step, control);
    // An entry of an erased customer forgets them.
    allow(step, ["dynamodb:BatchGetItem", "dynamodb:UpdateItem"], tableArn(deployment, "ledger"));
    // It lets the merge know of erasures.
    allowQueries(step, deployment, "write");
    return step;
  }
}
