import { Duration } from "aws-cdk-lib";
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type Function as LambdaFunction,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { allow, allowWithin } from "./access.ts";
import type { Deployment } from "./deployment.ts";
import { bucketArn, tableArn } from "./names.ts";

export interface StreamConsumerProps {
  readonly consumer: LambdaFunction;
  readonly deployment: Deployment;
  readonly streamArn: string;
  /** How long records are gathered, and how many at most: more wait for the next batch. */
  readonly windowSeconds: number;
  readonly batchSize: number;
}

/**
 * The longest there is. The window is there for the shard's id alone, which a function is told only within one; at
 * each end it costs an invocation per shard.
 */
const tumblingWindowSeconds = 900;

/**
 * An outage of a table or a bucket counts against them as a bad record does, so they last for hours; halving a batch
 * costs none. A bad record holds its shard up for as long, with alarms on errors and age of records: it is rare, and
 * an outage is not.
 */
const retriesMax = 1_000;

/**
 * The ledger's stream read from its beginning, each shard by one invocation at a time and in order. Removals by TTL are
 * records too and are filtered out. What fails again and again goes to the failures bucket, record and all.
 */
export class StreamConsumer extends Construct {
  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { consumer, deployment, streamArn, windowSeconds, batchSize } = props;
    const ledger = tableArn(deployment, "ledger");
    const failures = bucketArn(deployment, "failures");
    allow(consumer, ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], streamArn);
    allowWithin(
      consumer,
      ["dynamodb:ListStreams"],
      `${ledger}/stream`,
      "Lambda lists the streams that the ledger has had.",
    );
    allowWithin(consumer, ["s3:PutObject"], failures, "Lambda names the objects in which it keeps failed records.");
    allow(consumer, ["s3:ListBucket"], failures);

    const mapping = new EventSourceMapping(this, "Mapping", {
      target: consumer,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize,
      maxBatchingWindow: Duration.seconds(windowSeconds),
      tumblingWindow: Duration.seconds(tumblingWindowSeconds),
      parallelizationFactor: 1,
      filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual("INSERT") })],
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: retriesMax,
      // A repair of spend cells counts on it: what it adds from the lake 25 hours later must not come any more.
      maxRecordAge: Duration.hours(24),
      onFailure: { bind: () => ({ destination: failures }) },
    });
    // Lambda tries the role when the mapping is made.
    if (consumer.role) mapping.node.addDependency(consumer.role);
  }
}
