import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { Deployment } from "./deployment.ts";
import { customerKey } from "./encryption.ts";

/** Where everything that someone has to know is said. */
export class AlertsStack extends Stack {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: StackProps, deployment: Deployment) {
    super(scope, id, props);
    const key = customerKey(this, deployment);
    // Without a customer's key SNS encrypts its disks. Its managed key (alias/aws/sns) would silence every alarm:
    // CloudWatch may not use it. A customer's key must allow cloudwatch.amazonaws.com and the two others below.
    this.topic = new Topic(this, "Topic", {
      topicName: `${deployment.name}-alerts`,
      displayName: `AI FinOps ${deployment.name}`,
      enforceSSL: true,
      ...(key && { masterKey: key }),
    });
    const publishers = ["cloudwatch", "events", "budgets"].map((name) => new ServicePrincipal(`${name}.amazonaws.com`));
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: "AlarmsOfThisAccount",
        principals: publishers,
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": this.account } },
      }),
    );
    for (const email of deployment.alertEmails) this.topic.addSubscription(new EmailSubscription(email));
    new CfnOutput(this, "TopicArn", { value: this.topic.topicArn, description: "Where alerts are published" });
  }
}
