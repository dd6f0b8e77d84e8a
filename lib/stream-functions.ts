import type { Stack } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { allow, allowWithin } from "./access.ts";
import type { IngestStackProps } from "./ingest-stack.ts";
import { bucketArn, bucketName, functionArn, functionName, tableArn, tableName } from "./names.ts";
import { NodeLambda } from "./node-lambda.ts";
import { StreamConsumer } from "./stream-consumer.ts";

/** The two consumers of the ledger's stream; two is how many a shard serves. */
export function streamFunctions(
  stack: Stack,
  { deployment, codeOf, data }: IngestStackProps,
): { readonly postSpend: LambdaFunction; readonly landUsage: LambdaFunction } {
  const streamArn = data.tables.ledger.tableStreamArn;
  if (streamArn === undefined) throw new Error("the ledger has no stream");
  const { windowSeconds, reservedConcurrency: reserved } = deployment;

  const { function: postSpend } = new NodeLambda(stack, "PostSpend", {
    name: "post-spend",
    description: "Adds the ledger's entries to the spend cells, each once.",
    deployment,
    codeOf,
    memoryMiB: 512,
    timeoutSeconds: 120,
    environment: {
      SPEND_TABLE: tableName(deployment, "spend"),
      EVALUATE_FUNCTION: functionName(deployment, "evaluate-alerts"),
    },
    reservedConcurrency: reserved.postSpend,
  });
  allow(postSpend, ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], tableArn(deployment, "spend"));
  allow(postSpend, ["lambda:InvokeFunction"], functionArn(deployment, "evaluate-alerts"));
  // A cell costs one write a batch however many events it sums: the longer the window and the larger the batch, the
  // cheaper an event. 1,000 is what 30 seconds bring at 33 events a second and shard.
  new StreamConsumer(stack, "PostSpendStream", {
    consumer: postSpend,
    deployment,
    streamArn,
    windowSeconds: windowSeconds.postSpend,
    batchSize: 1_000,
  });

  const { function: landUsage } = new NodeLambda(stack, "LandUsage", {
    name: "land-usage",
    description: "Writes the ledger's entries as Parquet files for the lake.",
    deployment,
    codeOf,
    // A batch of 6 MB as JSON, as rows and as columns at once.
    memoryMiB: 1_024,
    timeoutSeconds: 300,
    environment: { LAKE_BUCKET: bucketName(deployment, "lake") },
    reservedConcurrency: reserved.landUsage,
  });
  allowWithin(
    landUsage,
    ["s3:PutObject"],
    `${bucketArn(deployment, "lake")}/landing`,
    "Landed files are named by their rows.",
  );
  // The pipeline reads hourly: few large files are worth a wait of minutes. 4,000 records of 1.5 KB are the 6 MB that
  // an invocation takes.
  new StreamConsumer(stack, "LandUsageStream", {
    consumer: landUsage,
    deployment,
    streamArn,
    windowSeconds: windowSeconds.landUsage,
    batchSize: 4_000,
  });
  return { postSpend, landUsage };
}
