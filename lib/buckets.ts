import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CfnBucket,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { Deployment } from "./deployment.ts";
import { customerKey } from "./encryption.ts";
import { bucketName } from "./names.ts";

/** Long enough for a mistaken deletion to be noticed. */
export const oldVersionDays = 14;

const unfinishedUploads: LifecycleRule = { abortIncompleteMultipartUploadAfter: Duration.days(2) };

/** The lake, Athena's results, what consumers could not process, and who has read them. */
export class Buckets extends Construct {
  readonly lake: Bucket;
  readonly results: Bucket;
  readonly failures: Bucket;

  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id);
    const { retentionDays, keepData } = deployment;
    const key = customerKey(this, deployment);
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      autoDeleteObjects: !keepData,
    } as const satisfies BucketProps;

    // S3 delivers access logs into no bucket with a customer's key as its default.
    const accessLogs = new Bucket(this, "AccessLogs", {
      ...common,
      bucketName: bucketName(deployment, "access-logs"),
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [unfinishedUploads, { expiration: Duration.days(retentionDays.accessLogs) }],
    });
    acknowledge(accessLogs, { "AwsSolutions-S1": "It is where access logs go; its own would never end." });

    const logged = (bucket: "lake" | "results" | "failures", rules: readonly LifecycleRule[], versioned: boolean) =>
      new Bucket(this, bucket.charAt(0).toUpperCase() + bucket.slice(1), {
        ...common,
        bucketName: bucketName(deployment, bucket),
        ...(key
          ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
          : { encryption: BucketEncryption.S3_MANAGED }),
        serverAccessLogsBucket: accessLogs as IBucket,
        serverAccessLogsPrefix: `${bucket}/`,
        versioned,
        lifecycleRules: [unfinishedUploads, ...rules],
      });

    // Versions guard the tables against a deletion by mistake: after 30 days nothing else has their rows.
    this.lake = logged(
      "lake",
      [
        { prefix: "landing/", expiration: Duration.days(retentionDays.landing) },
        { noncurrentVersionExpiration: Duration.days(oldVersionDays), expiredObjectDeleteMarker: true },
      ],
      true,
    );
    // No versions here: a result can be asked for again, and holds what a customer may want deleted.
    this.results = logged("results", [{ expiration: Duration.days(retentionDays.results) }], false);
    // No versions here: records are written once under a name of their own.
    this.failures = logged("failures", [{ expiration: Duration.days(retentionDays.failures) }], false);
    // The L2 property makes a function of its own for what CloudFormation does by itself.
    (this.failures.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }
}
