import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { allow, allowPartitions } from "./access.ts";
import { evaluatedPartitions } from "./control-partitions.ts";
import type { Deployment } from "./deployment.ts";
import { tableArn, tableName } from "./names.ts";
import { type CodeOf, NodeLambda } from "./node-lambda.ts";

export interface AlertEvaluationProps {
  readonly deployment: Deployment;
  readonly codeOf: CodeOf;
  readonly topic: Topic;
  readonly apiUrl: string;
}

const everyMinute = Schedule.rate(Duration.minutes(1));

/**
 * Judges budgets, burn rates and lateness, and publishes what is in the outbox: every minute, and when spend was posted.
 * One evaluation at a time: another waits for at most a minute, and what it would have seen the next one sees.
 */
export class AlertEvaluation extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { deployment, codeOf, topic, apiUrl }: AlertEvaluationProps) {
    super(scope, id);
    ({ function: this.function } = new NodeLambda(this, "EvaluateAlerts", {
      name: "evaluate-alerts",
      description: "Judges budgets and burn rates, and publishes alerts.",
      deployment,
      codeOf,
      // 1,000 budgets over 10,000 cells take 256 MB; a run that finds nothing waits for DynamoDB.
      memoryMiB: 512,
      timeoutSeconds: 60,
      reservedConcurrency: deployment.reservedConcurrency.evaluateAlerts,
      environment: {
        CONTROL_TABLE: tableName(deployment, "control"),
        SPEND_TABLE: tableName(deployment, "spend"),
        ALERT_TOPIC_ARN: topic.topicArn,
        API_URL: apiUrl,
      },
    }));
    // The next one comes within a minute: an old order, or a second attempt, would see the same.
    const asynchronous = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
    this.function.configureAsyncInvoke(asynchronous);
    const control = tableArn(deployment, "control");
    const readRows = ["dynamodb:GetItem", "dynamodb:Query"];
    allow(this.function, readRows, tableArn(deployment, "spend"), control);
    allowPartitions(this.function, ["dynamodb:UpdateItem", "dynamodb:DeleteItem"], control, evaluatedPartitions);
    allow(this.function, ["sns:Publish"], topic.topicArn);

    new Rule(this, "EveryMinute", {
      ruleName: `${deployment.name}-evaluate-alerts`,
      description: "Has alerts judged when no spend is posted.",
      schedule: everyMinute,
      targets: [new FunctionTarget(this.function, asynchronous)],
    });
  }
}
