import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { DeleteDatabaseCommand, EntityNotFoundException, GlueClient } from "@aws-sdk/client-glue";
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Deployment } from "#lib/deployment.ts";
import { databaseName, tableName } from "#lib/names.ts";

const tables = ["ledger", "spend", "control"] as const;
const pagesMax = 100_000;
const attemptsMax = 60;
const attemptPauseMs = 2_000;

/** This deployment's buckets and no others: `prod` is not `prod-eu`. */
export function ownBuckets({ name, region, account }: Deployment, buckets: readonly string[]): string[] {
  const own = new RegExp(`^${name}-(lake|results|failures|access-logs)-${account ?? "\\d{12}"}-${region}$`);
  return buckets.filter((bucket) => own.test(bucket));
}

/** False: there is no such table. A table that is still being changed, by the update before or a run before, is waited for. */
async function changeTable(change: () => Promise<unknown>): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await change();
      return true;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      if (!(error instanceof ResourceInUseException) || attempt >= attemptsMax) throw error;
      await sleep(attemptPauseMs);
    }
  }
}

async function deleteTables(deployment: Deployment): Promise<void> {
  const client = new DynamoDBClient({ region: deployment.region });
  for (const table of tables) {
    const TableName = tableName(deployment, table);
    const unprotect = new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false });
    if (!(await changeTable(() => client.send(unprotect)))) continue;
    await changeTable(() => client.send(new DeleteTableCommand({ TableName })));
    console.log(`deleted table ${TableName}`);
  }
  client.destroy();
}

async function emptyBucket(client: S3Client, Bucket: string): Promise<void> {
  for (let page = 0; page < pagesMax; page++) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key = "", VersionId }) => ({
      Key,
      ...(VersionId !== undefined && { VersionId }),
    }));
    if (Objects.length === 0) return;
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors[0]) throw new Error(`bucket ${Bucket}: ${Errors[0].Key}: ${Errors[0].Message}`);
  }
}

async function deleteBuckets(deployment: Deployment): Promise<void> {
  const client = new S3Client({ region: deployment.region });
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  const own = ownBuckets(
    deployment,
    Buckets.map(({ Name = "" }) => Name),
  );
  for (const Bucket of own) {
    await emptyBucket(client, Bucket);
    await client.send(new DeleteBucketCommand({ Bucket }));
    console.log(`deleted bucket ${Bucket}`);
  }
  client.destroy();
}

async function deleteDatabase(deployment: Deployment): Promise<void> {
  const client = new GlueClient({ region: deployment.region });
  try {
    await client.send(new DeleteDatabaseCommand({ Name: databaseName(deployment) }));
    console.log(`deleted Glue database ${databaseName(deployment)}`);
  } catch (error) {
    if (!(error instanceof EntityNotFoundException)) throw error;
  }
  client.destroy();
}

/** What a destroyed deployment has kept, for ever. Can be run again when it was interrupted. */
export async function deleteData(deployment: Deployment): Promise<void> {
  await deleteTables(deployment);
  await deleteBuckets(deployment);
  await deleteDatabase(deployment);
}
