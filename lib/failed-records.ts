import { EventField, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import type { Deployment } from "./deployment.ts";
import { describeAlarm } from "./runbook.ts";

/** Where Lambda writes what a stream's mapping has given up. */
const failedRecordsPrefix = "aws/lambda/";

/**
 * Says that a consumer has given records up, and where they lie. Not an alarm: CloudWatch counts neither objects at once
 * nor what a stream's mapping gives up, but for $0.30 a month and metric.
 */
export class FailedRecords extends Construct {
  constructor(scope: Construct, id: string, deployment: Deployment, failures: Bucket, topic: Topic) {
    super(scope, id);
    const rule = new Rule(this, "Rule", {
      ruleName: `${deployment.name}-failed-records`,
      description: describeAlarm("A consumer of the ledger's stream has given records up.", "failed-records"),
      eventPattern: {
        source: ["aws.s3"],
        detailType: ["Object Created"],
        // What has been redriven is moved within the bucket, and is no news.
        detail: { bucket: { name: [failures.bucketName] }, object: { key: [{ prefix: failedRecordsPrefix }] } },
      },
    });
    const object = `s3://${failures.bucketName}/${EventField.fromPath("$.detail.object.key")}`;
    rule.addTarget(
      new SnsTopic(topic, {
        message: RuleTargetInput.fromText(
          describeAlarm(
            `${deployment.name}: a consumer of the ledger's stream has given records up. They lie in ${object}.`,
            "failed-records",
          ),
        ),
      }),
    );
  }
}
