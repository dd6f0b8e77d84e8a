import { Aws } from "aws-cdk-lib";
import type { Deployment } from "./deployment.ts";

export type TableName = "ledger" | "spend" | "control";
export type BucketName = "lake" | "results" | "failures" | "access-logs";

/**
 * Stateful things have fixed names: an update cannot replace them, a deploy beside what another left says so, what a
 * destroyed deployment has kept can be taken over again, and stacks refer to each other without exports that lock them.
 */
export const tableName = ({ name }: Deployment, table: TableName) => `${name}-${table}`;

export const tableArn = (deployment: Deployment, table: TableName) =>
  `arn:${Aws.PARTITION}:dynamodb:${deployment.region}:${Aws.ACCOUNT_ID}:table/${tableName(deployment, table)}`;

export const functionName = ({ name }: Deployment, lambda: string) => `${name}-${lambda}`;

/** For who calls a function of a stack that comes after its own. */
export const functionArn = (deployment: Deployment, lambda: string) =>
  `arn:${Aws.PARTITION}:lambda:${deployment.region}:${Aws.ACCOUNT_ID}:function:${functionName(deployment, lambda)}`;

/** Bucket names are global: account and region make them this deployment's own. */
export const bucketName = ({ name, region, account = Aws.ACCOUNT_ID }: Deployment, bucket: BucketName) =>
  `${name}-${bucket}-${account}-${region}`;

export const bucketArn = (deployment: Deployment, bucket: BucketName) =>
  `arn:${Aws.PARTITION}:s3:::${bucketName(deployment, bucket)}`;

/** Athena wants no hyphen in the name of a database. */
export const databaseName = ({ name }: Deployment) => name.replaceAll("-", "_");

export const workgroupName = ({ name }: Deployment) => name;
