import { Stack } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { allow, allowWithin } from "./access.ts";
import type { Deployment } from "./deployment.ts";
import { bucketArn, databaseName, workgroupName } from "./names.ts";

/** What a statement may do: look; write rows; also make and change tables. Each includes the one before. */
export type QueryRight = "read" | "write" | "define";

const files = "Athena and Iceberg name their files themselves.";

/** What Athena does in the name of who starts a statement: in one workgroup, on one database and its files. */
export function allowQueries(grantee: LambdaFunction | StateMachine, deployment: Deployment, right: QueryRight): void {
  const stack = Stack.of(grantee);
  const arn = (service: string, resource: string) => stack.formatArn({ service, resource });
  const database = databaseName(deployment);
  allow(
    grantee,
    ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:StopQueryExecution"],
    arn("athena", `workgroup/${workgroupName(deployment)}`),
  );
  allow(grantee, ["athena:GetDataCatalog"], arn("athena", "datacatalog/AwsDataCatalog"));

  // Athena looks at the account's default database, whichever one a statement is about.
  allow(grantee, ["glue:GetDatabase"], arn("glue", "database/default"));

  const reads = ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions"];
  const changes = right === "read" ? [] : ["glue:UpdateTable"];
  const definitions = right === "define" ? ["glue:CreateTable"] : [];
  const onTables = [...reads, ...changes, ...definitions];
  allow(grantee, onTables, arn("glue", "catalog"), arn("glue", `database/${database}`));
  allowWithin(
    grantee,
    onTables,
    arn("glue", `table/${database}`),
    "Tables of the deployment's own database, views included.",
  );

  const lake = bucketArn(deployment, "lake");
  const results = bucketArn(deployment, "results");
  allow(grantee, ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"], lake, results);
  const upload = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"];
  allowWithin(grantee, ["s3:GetObject", ...upload], `${results}/athena`, files);
  allowWithin(grantee, ["s3:GetObject"], `${lake}/landing`, files);
  allowWithin(
    grantee,
    ["s3:GetObject", ...(right === "read" ? [] : [...upload, "s3:DeleteObject"])],
    `${lake}/tables`,
    files,
  );
}
