import { createHash } from "node:crypto";
import { Duration, Stack } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { allow } from "./access.ts";
import { type AlertRoute, filterPolicyOf } from "./alert-routes.ts";
import type { Deployment } from "./deployment.ts";
import { type CodeOf, NodeLambda } from "./node-lambda.ts";

export interface Destination {
  readonly kind: "slack" | "webhook";
  readonly secretName: string;
  /** Of a webhook; a Slack channel's is in its secret. */
  readonly url: string | undefined;
  readonly route: AlertRoute;
}

/** All that alerts are carried to besides mail. */
export const destinationsOf = ({ slack, webhooks }: Deployment): readonly Destination[] => [
  ...slack.map(({ secretName, ...route }) => ({ kind: "slack", secretName, url: undefined, route }) as const),
  ...webhooks.map(({ secretName, url, ...route }) => ({ kind: "webhook", secretName, url, route }) as const),
];

/** Of what it is, not of its place in the configuration: another's removal must not empty its queue. */
export function destinationName({ kind, secretName, url = secretName }: Destination): string {
  return `${kind}-${createHash("sha256").update(url).digest("hex").slice(0, 8)}`;
}

const deliverySeconds = 30;
/** A message that was not delivered comes again after so long, so often: an outage of 6 hours goes unnoticed. */
const againAfter = Duration.minutes(3);
const attemptsMax = 120;
/** Two at a time: Slack takes about one message a second for each webhook. */
const concurrencyMax = 2;

export interface AlertDestinationProps {
  readonly deployment: Deployment;
  readonly codeOf: CodeOf;
  readonly topic: Topic;
  readonly destination: Destination;
}

/** A queue of its own for each destination: one that is out holds up no other. */
export class AlertDestination extends Construct {
  /** Holds what could not be delivered. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, props: AlertDestinationProps) {
    super(scope, id);
    const { deployment, topic, destination } = props;
    const queueName = `${deployment.name}-alerts-${destinationName(destination)}`;
    // Keys of SQS also where a customer's key is configured: that one would have to let SNS use it.
    const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;
    this.undelivered = new Queue(this, "Undelivered", {
      ...common,
      queueName: `${queueName}-undelivered`,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, "Queue", {
      ...common,
      queueName,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: againAfter,
      deadLetterQueue: { queue: this.undelivered, maxReceiveCount: attemptsMax },
    });
    const filterPolicy = filterPolicyOf(destination.route);
    topic.addSubscription(
      new SqsSubscription(queue, { rawMessageDelivery: true, ...(filterPolicy && { filterPolicy }) }),
    );
    this.deliverFrom(queue, props);
  }

  private deliverFrom(queue: Queue, { deployment, codeOf, destination }: AlertDestinationProps): void {
    const { kind, secretName, url } = destination;
    const { function: deliver } = new NodeLambda(this, "DeliverAlert", {
      name: "deliver-alert",
      instance: destinationName(destination),
      description: kind === "slack" ? "Carries alerts to a channel of Slack." : "Carries alerts to a webhook, signed.",
      deployment,
      codeOf,
      memoryMiB: 256,
      timeoutSeconds: deliverySeconds,
      reservedConcurrency: undefined,
      environment: {
        DESTINATION_KIND: kind,
        DESTINATION_SECRET: secretName,
        ...(url !== undefined && { DESTINATION_URL: url }),
      },
    });
    // AWS adds a hyphen and six characters to the name of a secret.
    const secret = Stack.of(this).formatArn({ service: "secretsmanager", resource: `secret:${secretName}-??????` });
    allow(deliver, ["secretsmanager:GetSecretValue"], secret);
    allow(deliver, ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue.queueArn);
    const mapping = new EventSourceMapping(this, "Mapping", {
      target: deliver,
      eventSourceArn: queue.queueArn,
      // Each is tried, and comes again, by itself.
      batchSize: 1,
      maxConcurrency: concurrencyMax,
      reportBatchItemFailures: true,
    });
    // Lambda tries the role when the mapping is made.
    if (deliver.role) mapping.node.addDependency(deliver.role);
  }
}
