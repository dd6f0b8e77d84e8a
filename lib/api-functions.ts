import type { Stack } from "aws-cdk-lib";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { allow, allowAppendTogether, allowAudit, allowPartitions, allowWithin } from "./access.ts";
import type { ApiLambda } from "./api.ts";
import { oldVersionDays } from "./buckets.ts";
import { decidedPartitions, removedPartitions } from "./control-partitions.ts";
import type { IngestStackProps } from "./ingest-stack.ts";
import { bucketArn, bucketName, databaseName, tableArn, tableName, workgroupName } from "./names.ts";
import { NodeLambda } from "./node-lambda.ts";
import { allowQueries } from "./query-access.ts";

/** API Gateway gives up after 30 seconds: the function must have answered before. */
const timeoutSeconds = 28;

const readRows = ["dynamodb:GetItem", "dynamodb:Query"];
const changeRows = ["dynamodb:UpdateItem"];
const readLedger = ["dynamodb:BatchGetItem"];
const appendLedger = [...readLedger, "dynamodb:PartiQLInsert"];

const landedFiles = "Landed files are named by their rows.";

const tables = ({ deployment }: IngestStackProps) => ({
  CONTROL_TABLE: tableName(deployment, "control"),
  LEDGER_TABLE: tableName(deployment, "ledger"),
});

const queries = ({ deployment }: IngestStackProps) => ({
  GLUE_DATABASE: databaseName(deployment),
  ATHENA_WORKGROUP: workgroupName(deployment),
});

/** DynamoDB restores a table to any moment of so many days. */
const recoveryDays = 35;

/** After so many days nothing is left of what was deleted or overwritten: a customer who was erased is gone. */
function copiesKeptDays({ retentionDays }: IngestStackProps["deployment"]): number {
  const { landing, failures, results } = retentionDays;
  return 1 + Math.max(landing + oldVersionDays, failures, results, recoveryDays);
}

function ingest(stack: Stack, props: IngestStackProps): LambdaFunction {
  const { deployment, codeOf } = props;
  const { function: made } = new NodeLambda(stack, "ServeIngest", {
    name: "serve-ingest",
    description: "Takes usage events into the ledger, in every format that senders speak.",
    deployment,
    codeOf,
    timeoutSeconds,
    // A processor's share grows with memory, up to 1,769 MiB: 1,000 events are parsed and priced in one call.
    memoryMiB: 1_024,
    reservedConcurrency: deployment.reservedConcurrency.ingest,
    environment: tables(props),
  });
  allow(made, appendLedger, tableArn(deployment, "ledger"));
  allow(made, readRows, tableArn(deployment, "control"));
  return made;
}

function importing(stack: Stack, props: IngestStackProps): LambdaFunction {
  const { deployment, codeOf } = props;
  const { function: made } = new NodeLambda(stack, "ServeImport", {
    name: "serve-import",
    description: "Takes usage of any age: recent events into the ledger, older ones into the landing.",
    deployment,
    codeOf,
    timeoutSeconds,
    // As ingest, with rows and columns beside.
    memoryMiB: 1_024,
    reservedConcurrency: deployment.reservedConcurrency.import,
    environment: { ...tables(props), LAKE_BUCKET: bucketName(deployment, "lake") },
  });
  allow(made, appendLedger, tableArn(deployment, "ledger"));
  allow(made, readRows, tableArn(deployment, "control"));
  allowPartitions(made, changeRows, tableArn(deployment, "control"), ["import#*", "imports-waiting"]);
  allowWithin(made, ["s3:PutObject"], `${bucketArn(deployment, "lake")}/landing`, landedFiles);
  return made;
}

function authorize(stack: Stack, props: IngestStackProps): LambdaFunction {
  const { deployment, codeOf } = props;
  const { function: made } = new NodeLambda(stack, "ServeAuthorize", {
    name: "serve-authorize",
    description: "Says before a call whether it may be made, and what it will cost.",
    deployment,
    codeOf,
    timeoutSeconds,
    // Somebody waits for the answer before each call: a whole processor, also at the start, when prices are compiled.
    memoryMiB: 1_769,
    reservedConcurrency: deployment.reservedConcurrency.authorize,
    environment: {
      CONTROL_TABLE: tableName(deployment, "control"),
      SPEND_TABLE: tableName(deployment, "spend"),
      AUTHORIZE_WHEN_UNREACHABLE: deployment.authorizeWhenUnreachable,
    },
  });
  allow(made, readRows, tableArn(deployment, "spend"), tableArn(deployment, "control"));
  return made;
}

function read(stack: Stack, props: IngestStackProps): LambdaFunction {
  const { deployment, codeOf } = props;
  const { function: made } = new NodeLambda(stack, "ServeRead", {
    name: "serve-read",
    description: "Answers reports, explanations and the state of things; changes nothing.",
    deployment,
    codeOf,
    timeoutSeconds,
    // 13 months of packed days are unpacked in memory.
    memoryMiB: 1_024,
    reservedConcurrency: deployment.reservedConcurrency.read,
    environment: { ...tables(props), ...queries(props), SPEND_TABLE: tableName(deployment, "spend") },
  });
  allow(made, readLedger, tableArn(deployment, "ledger"));
  allow(made, readRows, tableArn(deployment, "spend"), tableArn(deployment, "control"));
  allowQueries(made, deployment, "read");
  return made;
}

function control(stack: Stack, props: IngestStackProps): LambdaFunction {
  const { deployment, codeOf, pipeline } = props;
  const { function: made } = new NodeLambda(stack, "ServeControl", {
    name: "serve-control",
    description: "Keys, prices, adjustments, and runs of the pipeline.",
    deployment,
    codeOf,
    timeoutSeconds,
    // Seldom called, by people: it starts fast enough.
    memoryMiB: 512,
    reservedConcurrency: deployment.reservedConcurrency.control,
    environment: {
      ...{ ...tables(props), ...queries(props), SPEND_TABLE: tableName(deployment, "spend") },
      STATE_MACHINE_ARN: pipeline.stateMachineArn,
    },
  });
  allow(made, appendLedger, tableArn(deployment, "ledger"));
  allowAppendTogether(made, tableArn(deployment, "ledger"));
  allow(made, readRows, tableArn(deployment, "spend"), tableArn(deployment, "control"));
  allowPartitions(made, changeRows, tableArn(deployment, "control"), decidedPartitions);
  allowPartitions(made, ["dynamodb:DeleteItem"], tableArn(deployment, "control"), removedPartitions);
  allowAudit(made, tableArn(deployment, "control"));
  allow(made, ["states:StartExecution"], pipeline.stateMachineArn);
  allowQueries(made, deployment, "read");
  return made;
}

function operate(stack: Stack, props: IngestStackProps): LambdaFunction {
  const { deployment, codeOf } = props;
  const { function: made } = new NodeLambda(stack, "ServeOperate", {
    name: "serve-operate",
    description: "Redrives what consumers could not process; exports and deletes a customer's data.",
    deployment,
    codeOf,
    timeoutSeconds,
    // A failed batch of 6 MB is read, turned into rows and into columns.
    memoryMiB: 1_024,
    reservedConcurrency: deployment.reservedConcurrency.operate,
    environment: {
      ...queries(props),
      CONTROL_TABLE: tableName(deployment, "control"),
      LAKE_BUCKET: bucketName(deployment, "lake"),
      FAILURES_BUCKET: bucketName(deployment, "failures"),
      COPIES_KEPT_DAYS: String(copiesKeptDays(deployment)),
    },
  });
  const failures = bucketArn(deployment, "failures");
  const objects = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
  allow(made, readRows, tableArn(deployment, "control"));
  allowPartitions(made, changeRows, tableArn(deployment, "control"), ["erasures"]);
  allow(made, ["s3:ListBucket"], failures);
  allowWithin(made, objects, failures, "Lambda names the objects with failed records.");
  allowWithin(made, ["s3:PutObject"], `${bucketArn(deployment, "lake")}/landing`, landedFiles);
  allowQueries(made, deployment, "read");
  return made;
}

/** The functions behind the API, split by what they may touch: none writes to the lake's tables. */
export function apiFunctions(stack: Stack, props: IngestStackProps): Readonly<Record<ApiLambda, LambdaFunction>> {
  return {
    ingest: ingest(stack, props),
    import: importing(stack, props),
    authorize: authorize(stack, props),
    read: read(stack, props),
    control: control(stack, props),
    operate: operate(stack, props),
  };
}
