import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { AlertDestination, destinationName, destinationsOf } from "./alert-destination.ts";
import { AlertEvaluation } from "./alert-evaluation.ts";
import { filterPolicyOf } from "./alert-routes.ts";
import type { Deployment } from "./deployment.ts";
import { customerKey } from "./encryption.ts";
import type { CodeOf } from "./node-lambda.ts";

export interface AlertsStackProps extends StackProps {
  readonly deployment: Deployment;
  readonly codeOf: CodeOf;
  /** Where the links in messages lead. */
  readonly apiUrl: string;
}

/** Where everything that someone has to know is found and said. */
export class AlertsStack extends Stack {
  readonly topic: Topic;
  readonly evaluation: LambdaFunction;
  readonly destinations: ReadonlyMap<string, AlertDestination>;

  constructor(scope: Construct, id: string, { deployment, codeOf, apiUrl, ...props }: AlertsStackProps) {
    super(scope, id, props);
    this.topic = this.makeTopic(deployment);
    for (const { address, ...route } of deployment.alertEmails) {
      const filterPolicy = filterPolicyOf(route);
      this.topic.addSubscription(new EmailSubscription(address, { ...(filterPolicy && { filterPolicy }) }));
    }
    const common = { deployment, codeOf, topic: this.topic };
    this.evaluation = new AlertEvaluation(this, "Evaluation", { ...common, apiUrl }).function;
    this.destinations = new Map(
      destinationsOf(deployment).map((destination) => {
        const name = destinationName(destination);
        return [name, new AlertDestination(this, name, { ...common, destination })];
      }),
    );
    new CfnOutput(this, "TopicArn", { value: this.topic.topicArn, description: "Where alerts are published" });
  }

  private makeTopic(deployment: Deployment): Topic {
    const key = customerKey(this, deployment);
    // Without a customer's key SNS encrypts its disks. Its managed key (alias/aws/sns) would silence every alarm:
    // CloudWatch may not use it. A customer's key must allow cloudwatch.amazonaws.com and the two others below.
    const topic = new Topic(this, "Topic", {
      topicName: `${deployment.name}-alerts`,
      displayName: `AI FinOps ${deployment.name}`,
      enforceSSL: true,
      ...(key && { masterKey: key }),
    });
    const publishers = ["cloudwatch", "events", "budgets"].map((name) => new ServicePrincipal(`${name}.amazonaws.com`));
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AlarmsOfThisAccount",
        principals: publishers,
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": this.account } },
      }),
    );
    return topic;
  }
}
