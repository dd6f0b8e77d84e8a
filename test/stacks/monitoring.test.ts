import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { deployed, resourcesOf } from "./deployed.ts";

const { alerts, lake, monitoring } = deployed({
  alertEmails: ["finops@example.com"],
  slack: [{ secretName: "finops/slack" }],
});
const alarms = Object.values(resourcesOf(monitoring, "AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties);
const pages = readdirSync("docs/runbooks").filter((file) => file.endsWith(".md"));

describe("the alarms", () => {
  test("are on what hurts", () => {
    expect(alarms.map(({ AlarmName }) => String(AlarmName).replace(/-[0-9a-f]{8}$/, "")).sort()).toEqual(
      [
        "alerts-not-evaluated",
        "alerts-undelivered-slack",
        "api-errors",
        "api-slow",
        "consumer-errors",
        "land-usage-behind",
        "maintenance-failed",
        "pipeline-late",
        "post-spend-behind",
        "stream-unread",
        "tables-throttled",
        "unpriced-share",
      ].map((name) => `ai-finops-${name}`),
    );
  });

  test("each goes to the topic, and names a runbook that exists and says when it is over", () => {
    for (const { AlarmActions, OKActions, AlarmDescription } of alarms) {
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
      const [, page] = / What to do: (docs\/runbooks\/[\w-]+\.md)$/.exec(String(AlarmDescription)) ?? [];
      expect(readFileSync(String(page), "utf8")).toMatch(/^## It is over when/m);
    }
  });

  test("every runbook belongs to something that is raised", () => {
    const raised = JSON.stringify(monitoring.toJSON());
    // By AWS Budgets, and by an alert of the pipeline's own.
    const others = ["own-cost.md", "pipeline-failed.md"];
    const mentioned = pages.filter((page) => raised.includes(`docs/runbooks/${page}`) || others.includes(page));
    expect(mentioned).toEqual(pages);
    expect(pages).toHaveLength(15);
  });

  test("fifteen minutes without an evaluation that succeeded is one, also when none is called", () => {
    const dead = alarms.find(({ AlarmName }) => AlarmName === "ai-finops-alerts-not-evaluated");
    expect(dead).toMatchObject({
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "breaching",
    });
    const metrics = dead?.Metrics as {
      Expression?: string;
      MetricStat?: { Metric: { MetricName: string }; Period: number };
    }[];
    expect(metrics.map(({ Expression, MetricStat }) => Expression ?? MetricStat?.Metric.MetricName)).toEqual([
      "FILL(called, 0) - FILL(failed, 0)",
      "Invocations",
      "Errors",
    ]);
  });

  test("no success for three hours is an alarm, even when nothing is reported at all", () => {
    const late = alarms.find(({ AlarmName }) => AlarmName === "ai-finops-pipeline-late");
    expect(late).toMatchObject({
      EvaluationPeriods: 3,
      Period: 3_600,
      Threshold: 1,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "breaching",
    });
  });

  test("the unpriced share is taken from what the functions count", () => {
    const unpriced = alarms.find(({ AlarmName }) => AlarmName === "ai-finops-unpriced-share");
    const text = JSON.stringify(unpriced);
    expect(text).toContain('"MetricName":"UnpricedEvents"');
    expect(text).toContain('"MetricName":"Events","Namespace":"AiFinops"');
    expect(text).toContain('{"Name":"Deployment","Value":"ai-finops"}');
  });
});

describe("who is told", () => {
  test("the addresses configured, by a topic that answers TLS alone", () => {
    alerts.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "finops@example.com" });
    expect(JSON.stringify(resourcesOf(alerts, "AWS::SNS::TopicPolicy"))).toContain('"aws:SecureTransport":"false"');
  });

  test("of records given up, as they are written, but not when they are moved after a redrive", () => {
    const [rule] = Object.values(resourcesOf(monitoring, "AWS::Events::Rule"));
    expect(rule?.Properties.EventPattern).toMatchObject({
      "detail-type": ["Object Created"],
      detail: { object: { key: [{ prefix: "aws/lambda/" }] } },
    });
  });

  test("of what the deployment itself costs, by its tag", () => {
    monitoring.hasResourceProperties("AWS::Budgets::Budget", {
      Budget: {
        BudgetLimit: { Amount: 50, Unit: "USD" },
        CostFilters: { TagKeyValue: ["user:ai-finops:deployment$ai-finops"] },
      },
    });
  });
});

describe("the lake", () => {
  test("no statement reads more than the limit, and results go where the workgroup says, encrypted", () => {
    lake.hasResourceProperties("AWS::Athena::WorkGroup", {
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 200_000_000_000,
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: "SSE_S3" } },
      },
    });
  });

  test("the pipeline runs every hour from the deploy on, the upkeep every day", () => {
    const schedules = Object.values(resourcesOf(lake, "AWS::Scheduler::Schedule")).map(({ Properties }) => [
      Properties.Name,
      Properties.ScheduleExpression,
      Properties.FlexibleTimeWindow,
    ]);
    expect(schedules).toEqual([
      ["ai-finops-pipeline", "rate(1 hour)", { Mode: "OFF" }],
      ["ai-finops-maintenance", "cron(40 4 * * ? *)", { Mode: "OFF" }],
    ]);
  });

  test("analysts find the statements of sql/analyst in the workgroup, each explained", () => {
    const queries = Object.values(resourcesOf(lake, "AWS::Athena::NamedQuery")).map(({ Properties }) => Properties);
    const files = readdirSync("sql/analyst").filter((file) => file.endsWith(".sql"));
    expect(queries.map(({ Name }) => `${Name}.sql`).sort()).toEqual(files.sort());
    for (const { Description, WorkGroup } of queries) {
      expect(WorkGroup).toBe("ai-finops");
      expect(String(Description).length).toBeGreaterThan(20);
    }
  });
});
