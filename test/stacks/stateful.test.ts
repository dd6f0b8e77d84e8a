import { describe, expect, test } from "vitest";
import { addDeployment, deployed, newApp, resourcesOf, textOf } from "./deployed.ts";

const { data, lake } = deployed();
const names = (input: Record<string, { Properties: Record<string, unknown> }>, field: string) =>
  Object.fromEntries(Object.entries(input).map(([id, { Properties }]) => [id, textOf(Properties[field])]));

describe("what is stateful", () => {
  test("keeps its logical id and its name: another would be an empty one beside the old", () => {
    expect(names(resourcesOf(data, "AWS::DynamoDB::GlobalTable"), "TableName")).toEqual({
      TablesLedgerF9806C8B: "ai-finops-ledger",
      TablesSpendD8A4B856: "ai-finops-spend",
      TablesControlDF2E6BDD: "ai-finops-control",
    });
    expect(names(resourcesOf(data, "AWS::S3::Bucket"), "BucketName")).toEqual({
      BucketsAccessLogsA5F88218: "ai-finops-access-logs-<AWS::AccountId>-eu-central-1",
      BucketsLake7E5C8A08: "ai-finops-lake-<AWS::AccountId>-eu-central-1",
      BucketsResultsB59121EA: "ai-finops-results-<AWS::AccountId>-eu-central-1",
      BucketsFailures14D3BE7F: "ai-finops-failures-<AWS::AccountId>-eu-central-1",
    });
    expect(names(resourcesOf(lake, "AWS::Glue::Database"), "DatabaseName")).toEqual({
      LakeDatabase161E1CC7: "ai_finops",
    });
  });

  test("has its name written out where the account is known: --adopt finds no name that is put together", () => {
    const own = deployed({ account: "111122223333" });
    const buckets = Object.values(resourcesOf(own.data, "AWS::S3::Bucket")).map(
      ({ Properties }) => Properties.BucketName,
    );
    expect(buckets).toEqual(
      ["access-logs", "lake", "results", "failures"].map((part) => `ai-finops-${part}-111122223333-eu-central-1`),
    );
  });

  test("stays when its stack goes or an update drops it", () => {
    const stateful = {
      ...resourcesOf(data, "AWS::DynamoDB::GlobalTable"),
      ...resourcesOf(data, "AWS::S3::Bucket"),
      ...resourcesOf(lake, "AWS::Glue::Database"),
    };
    expect(Object.keys(stateful)).toHaveLength(8);
    for (const { DeletionPolicy, UpdateReplacePolicy } of Object.values(stateful)) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(["Retain", "Retain"]);
    }
  });

  test("each table can be restored to any second, cannot be deleted, and costs nothing idle", () => {
    for (const { Properties } of Object.values(resourcesOf(data, "AWS::DynamoDB::GlobalTable"))) {
      expect(Properties.BillingMode).toBe("PAY_PER_REQUEST");
      expect(Properties.Replicas).toEqual([
        expect.objectContaining({
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ]);
    }
  });

  test("the ledger tells its news and forgets; control forgets what says so; spend forgets nothing", () => {
    const tables = resourcesOf(data, "AWS::DynamoDB::GlobalTable");
    const facts = Object.values(tables).map(
      ({ Properties: { TableName, StreamSpecification, TimeToLiveSpecification } }) => [
        TableName,
        StreamSpecification,
        TimeToLiveSpecification,
      ],
    );
    expect(facts).toEqual([
      ["ai-finops-ledger", { StreamViewType: "NEW_IMAGE" }, { AttributeName: "x", Enabled: true }],
      ["ai-finops-spend", undefined, undefined],
      ["ai-finops-control", undefined, { AttributeName: "x", Enabled: true }],
    ]);
  });

  test("each bucket is encrypted, private, and answers TLS alone", () => {
    const buckets = resourcesOf(data, "AWS::S3::Bucket");
    for (const { Properties } of Object.values(buckets)) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(JSON.stringify(Properties.BucketEncryption)).toContain("AES256");
      expect(Properties.LifecycleConfiguration).toBeDefined();
    }
    const policies = Object.values(resourcesOf(data, "AWS::S3::BucketPolicy"));
    expect(policies).toHaveLength(4);
    for (const { Properties } of policies) {
      const { Statement } = Properties.PolicyDocument as { Statement: { Effect: string; Condition?: unknown }[] };
      expect(Statement).toContainEqual(
        expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      );
    }
  });

  test("landed files go after the days configured, old versions after two weeks; the tables' files never", () => {
    const bucket = resourcesOf(data, "AWS::S3::Bucket").BucketsLake7E5C8A08;
    const lifecycle = bucket?.Properties.LifecycleConfiguration as { Rules: Record<string, unknown>[] } | undefined;
    const Rules = lifecycle?.Rules ?? [];
    const expiring = Rules.filter((rule) => "ExpirationInDays" in rule);
    expect(expiring).toEqual([expect.objectContaining({ Prefix: "landing/", ExpirationInDays: 30 })]);
    expect(Rules).toContainEqual(
      expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 14 }, Status: "Enabled" }),
    );
  });

  test("with a customer's key, tables and buckets are under it", () => {
    const customerKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
    const own = deployed({ customerKeyArn }).data;
    for (const { Properties } of Object.values(resourcesOf(own, "AWS::DynamoDB::GlobalTable"))) {
      expect(Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: "KMS" });
    }
    const buckets = Object.entries(resourcesOf(own, "AWS::S3::Bucket")).filter(([id]) => !id.includes("AccessLogs"));
    for (const [, { Properties }] of buckets)
      expect(JSON.stringify(Properties.BucketEncryption)).toContain(customerKeyArn);
  });

  test("a trial without keepData leaves nothing", () => {
    const trial = deployed({ keepData: false }).data;
    for (const { DeletionPolicy } of Object.values(resourcesOf(trial, "AWS::DynamoDB::GlobalTable"))) {
      expect(DeletionPolicy).toBe("Delete");
    }
  });

  test("two deployments in one account share no name", () => {
    const app = newApp();
    const slack = [{ secretName: "finops/slack" }];
    const one = addDeployment(app, { name: "prod", slack });
    const two = addDeployment(app, { name: "trial", slack });
    const templates = app.synth().stacks.map(({ stackName, template }) => [stackName, template] as const);
    expect(templates.map(([name]) => name).sort()).toEqual(
      ["prod", "trial"].flatMap((name) =>
        ["alerts", "data", "ingest", "lake", "monitoring"].map((part) => `${name}-${part}`),
      ),
    );
    expect([one, two].every(({ stacks }) => stacks.data.dependencies.length === 0)).toBe(true);
    const named = templates.flatMap(([stackName, { Resources }]) =>
      Object.values(Resources as Record<string, { Type: string; Properties?: Record<string, unknown> }>).flatMap(
        ({ Type, Properties = {} }) =>
          Object.entries(Properties)
            .filter(([key]) => /^(.+Name|Name)$/.test(key) && nameFields.has(`${Type}.${key}`))
            .map(([, value]) => ({ stackName, name: `${Type} ${textOf(value)}` })),
      ),
    );
    const seen = named.map(({ name }) => name);
    expect(seen.length).toBeGreaterThan(40);
    expect(seen.filter((name, i) => seen.indexOf(name) !== i)).toEqual([]);
  });
});

/** Where a resource has a name that no other in the account may have. */
const nameFields = new Set([
  "AWS::DynamoDB::GlobalTable.TableName",
  "AWS::S3::Bucket.BucketName",
  "AWS::Lambda::Function.FunctionName",
  "AWS::Logs::LogGroup.LogGroupName",
  "AWS::SNS::Topic.TopicName",
  "AWS::SQS::Queue.QueueName",
  "AWS::StepFunctions::StateMachine.StateMachineName",
  "AWS::Scheduler::Schedule.Name",
  "AWS::Athena::WorkGroup.Name",
  "AWS::CloudWatch::Alarm.AlarmName",
  "AWS::CloudWatch::Dashboard.DashboardName",
  "AWS::Events::Rule.Name",
]);
