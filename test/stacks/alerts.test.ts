import { describe, expect, test } from "vitest";
import { deployed, resourcesOf, textOf } from "./deployed.ts";

const { alerts, ingest } = deployed({
  alertEmails: [
    "finops@example.com",
    { address: "search@example.com", teams: ["search", "support"] },
    { address: "oncall@example.com", minSeverity: "critical" },
  ],
  slack: [{ secretName: "finops/slack", minSeverity: "warning" }],
  webhooks: [{ url: "https://alerts.example.com/finops", secretName: "finops/webhook" }],
});
const propertiesOf = (type: string) => Object.values(resourcesOf(alerts, type)).map(({ Properties }) => Properties);
const subscriptions = propertiesOf("AWS::SNS::Subscription");
const functions = propertiesOf("AWS::Lambda::Function");
const named = (part: string) =>
  functions.filter(({ FunctionName }) => String(FunctionName).startsWith(`ai-finops-${part}`));
const variablesOf = (properties: Readonly<Record<string, unknown>> | undefined) =>
  (properties?.Environment as { Variables: Readonly<Record<string, unknown>> } | undefined)?.Variables ?? {};

describe("who gets which alerts", () => {
  const filters = Object.fromEntries(
    subscriptions.flatMap(({ Protocol, Endpoint, FilterPolicy }) =>
      Protocol === "email" ? [[Endpoint, FilterPolicy]] : [],
    ),
  );

  test("an address alone gets everything, alarms of CloudWatch too: it has no filter", () => {
    expect(Object.keys(filters)).toContain("finops@example.com");
    expect(filters["finops@example.com"]).toBeUndefined();
  });

  test("named teams get what is theirs, in every severity", () => {
    expect(filters["search@example.com"]).toEqual({
      severity: ["info", "warning", "critical"],
      team: ["search", "support"],
    });
  });

  test("a least severity leaves out what is below it, whosever it is", () => {
    expect(filters["oncall@example.com"]).toEqual({ severity: ["critical"] });
    const slack = subscriptions.find(({ Protocol, FilterPolicy }) => Protocol === "sqs" && FilterPolicy !== undefined);
    expect(slack?.FilterPolicy).toEqual({ severity: ["warning", "critical"] });
  });

  test("queues get the message itself, as it was published for them", () => {
    const toQueues = subscriptions.filter(({ Protocol }) => Protocol === "sqs");
    expect(toQueues.map(({ RawMessageDelivery }) => RawMessageDelivery)).toEqual([true, true]);
  });
});

describe("the evaluation", () => {
  const [evaluate] = named("evaluate-alerts");

  test("runs every minute, one at a time, and is not tried again", () => {
    const [rule] = propertiesOf("AWS::Events::Rule");
    expect(rule).toMatchObject({
      ScheduleExpression: "rate(1 minute)",
      State: "ENABLED",
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } }],
    });
    expect(JSON.stringify(rule?.Targets)).toContain("EvaluationEvaluateAlerts");
    expect(evaluate?.ReservedConcurrentExecutions).toBe(1);
    expect(propertiesOf("AWS::Lambda::EventInvokeConfig")).toEqual([
      expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }),
    ]);
  });

  test("an account with nothing to reserve reserves nothing", () => {
    const small = deployed({ reservedConcurrency: "none" }).alerts;
    for (const { Properties } of Object.values(resourcesOf(small, "AWS::Lambda::Function"))) {
      expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
    }
  });

  test("is called by who posts spend, by its name: its stack comes later", () => {
    const postSpend = Object.values(resourcesOf(ingest, "AWS::Lambda::Function")).find(
      ({ Properties: { FunctionName } }) => FunctionName === "ai-finops-post-spend",
    );
    expect(variablesOf(postSpend?.Properties).EVALUATE_FUNCTION).toBe(evaluate?.FunctionName);
  });

  test("links lead to the API", () => {
    expect(JSON.stringify(variablesOf(evaluate).API_URL)).toContain("ingest:ExportsOutput");
    const customDomain = {
      domainName: "finops.example.com",
      certificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    };
    const own = Object.values(resourcesOf(deployed({ customDomain }).alerts, "AWS::Lambda::Function"))[0];
    expect(variablesOf(own?.Properties).API_URL).toBe("https://finops.example.com");
  });
});

describe("a Slack channel or a webhook", () => {
  test("has a queue with another for what is not delivered, both encrypted and for TLS alone", () => {
    const queues = propertiesOf("AWS::SQS::Queue");
    expect(queues).toHaveLength(4);
    for (const { SqsManagedSseEnabled } of queues) expect(SqsManagedSseEnabled).toBe(true);
    const policies = propertiesOf("AWS::SQS::QueuePolicy").map((policy) => JSON.stringify(policy));
    expect(policies.filter((text) => text.includes('"aws:SecureTransport":"false"'))).toHaveLength(4);
    expect(queues.map(({ MessageRetentionPeriod }) => MessageRetentionPeriod).sort()).toEqual([
      ...[1_209_600, 1_209_600],
      ...[345_600, 345_600],
    ]);
  });

  test("is tried again for six hours, and a message is never shown twice while it is delivered", () => {
    const queues = propertiesOf("AWS::SQS::Queue").filter(({ RedrivePolicy }) => RedrivePolicy !== undefined);
    expect(queues).toHaveLength(2);
    for (const { VisibilityTimeout, RedrivePolicy } of queues) {
      const { maxReceiveCount } = RedrivePolicy as { maxReceiveCount: number };
      expect(Number(VisibilityTimeout) * maxReceiveCount).toBe(6 * 3_600);
      // What Lambda recommends: six times the function's.
      for (const { Timeout } of named("deliver-alert")) expect(Number(VisibilityTimeout)).toBe(6 * Number(Timeout));
    }
  });

  test("each alert is delivered by itself, two at most at a time", () => {
    for (const mapping of propertiesOf("AWS::Lambda::EventSourceMapping")) {
      expect(mapping).toMatchObject({
        BatchSize: 1,
        ScalingConfig: { MaximumConcurrency: 2 },
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      });
    }
    expect(propertiesOf("AWS::Lambda::EventSourceMapping")).toHaveLength(2);
  });

  test("its function knows its own secret by name, and may read no other", () => {
    const policies = Object.entries(resourcesOf(alerts, "AWS::IAM::Policy"));
    for (const [kind, secret] of [
      ["slack", "finops/slack"],
      ["webhook", "finops/webhook"],
    ] as const) {
      const [deliver] = named(`deliver-alert-${kind}-`);
      expect(variablesOf(deliver)).toMatchObject({ DESTINATION_KIND: kind, DESTINATION_SECRET: secret });
      const document = policies.find(([id]) => id.startsWith(kind))?.[1].Properties.PolicyDocument;
      const { Statement = [] } = (document ?? {}) as { Statement?: { Action: unknown; Resource: unknown }[] };
      const read = Statement.filter(({ Action }) => Action === "secretsmanager:GetSecretValue");
      expect(read.map(({ Resource }) => textOf(Resource))).toEqual([
        `arn:<AWS::Partition>:secretsmanager:eu-central-1:<AWS::AccountId>:secret:${secret}-??????`,
      ]);
    }
  });

  test("keeps its queue when another is taken away", () => {
    const queuesOf = (slack: { secretName: string }[]) =>
      Object.entries(resourcesOf(deployed({ slack }).alerts, "AWS::SQS::Queue")).map(([id, { Properties }]) => [
        id,
        Properties.QueueName,
      ]);
    const both = queuesOf([{ secretName: "a" }, { secretName: "b" }]);
    expect(both).toEqual(expect.arrayContaining(queuesOf([{ secretName: "b" }])));
  });

  test("where none is configured there is neither queue nor function", () => {
    const plain = deployed({ alertEmails: ["finops@example.com"] });
    expect(Object.keys(resourcesOf(plain.alerts, "AWS::SQS::Queue"))).toEqual([]);
    expect(Object.keys(resourcesOf(plain.alerts, "AWS::Lambda::Function"))).toHaveLength(1);
    expect(JSON.stringify(plain.monitoring.toJSON())).not.toContain("alerts-undelivered");
  });

  test("says by an alarm of its own that it could not be reached", () => {
    const { monitoring } = deployed({ slack: [{ secretName: "finops/slack" }] });
    const alarms = Object.values(resourcesOf(monitoring, "AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties);
    const undelivered = alarms.filter(({ AlarmName }) => String(AlarmName).startsWith("ai-finops-alerts-undelivered-"));
    expect(undelivered).toEqual([
      expect.objectContaining({
        MetricName: "ApproximateNumberOfMessagesVisible",
        Threshold: 0,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "notBreaching",
        AlarmDescription: expect.stringMatching(/docs\/runbooks\/alerts-undelivered\.md$/),
      }),
    ]);
  });
});
