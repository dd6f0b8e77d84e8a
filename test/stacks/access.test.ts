import type { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { deployed, resourcesOf, textOf } from "./deployed.ts";

const templates = deployed({
  slack: [{ secretName: "finops/slack" }],
  webhooks: [{ url: "https://alerts.example.com/finops", secretName: "finops/webhook" }],
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const list = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

const statementsOf = (template: Template, policy: string): readonly Statement[] =>
  Object.entries(resourcesOf(template, "AWS::IAM::Policy"))
    .filter(([name]) => name.startsWith(policy))
    .flatMap(([, { Properties }]) =>
      list((Properties.PolicyDocument as { Statement: Statement | Statement[] }).Statement),
    );

/** Every statement that allows one of our own functions or state machines something, by the id of its policy. */
function allowances(
  template: Template,
): { policy: string; actions: readonly string[]; resources: readonly string[] }[] {
  return Object.entries(resourcesOf(template, "AWS::IAM::Policy"))
    .filter(([policy]) => !policy.includes("Provider"))
    .flatMap(([policy, { Properties }]) =>
      list((Properties.PolicyDocument as { Statement: Statement | Statement[] }).Statement)
        .filter(({ Effect }) => Effect === "Allow")
        .map(({ Action, Resource }) => ({ policy, actions: list(Action), resources: list(Resource).map(textOf) })),
    );
}

const all = [templates.lake, templates.ingest, templates.alerts].flatMap(allowances);
const actionsOn = (policyPart: string, resourcePart: string) =>
  all
    .filter(
      ({ policy, resources }) => policy.startsWith(policyPart) && resources.some((it) => it.includes(resourcePart)),
    )
    .flatMap(({ actions }) => actions)
    .sort();

describe("what each function may do", () => {
  test("no action is a wildcard, and no resource is everything", () => {
    expect(all.length).toBeGreaterThan(30);
    for (const { actions, resources } of all) {
      expect(actions.filter((action) => action.includes("*"))).toEqual([]);
      expect(
        resources.filter((resource) => resource === "*" || resource.endsWith(":*") || resource.endsWith(":::*")),
      ).toEqual([]);
    }
  });

  test("nobody scans a table or deletes from the ledger, and only the pipeline changes an entry: it erases customers", () => {
    const onLedger = (actionsOf: (policy: string) => boolean) =>
      new Set(
        all
          .filter(
            ({ policy, resources }) =>
              actionsOf(policy) && resources.some((it) => it.endsWith("table/ai-finops-ledger")),
          )
          .flatMap(({ actions }) => actions),
      );
    const isPipeline = (policy: string) => policy.startsWith("RunPipelineStep");
    const isControl = (policy: string) => policy.startsWith("ServeControl");
    expect([...onLedger((policy) => !isPipeline(policy) && !isControl(policy))].sort()).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:PartiQLInsert",
    ]);
    expect([...onLedger(isControl)].sort()).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:PartiQLInsert",
      "dynamodb:PutItem",
    ]);
    expect([...onLedger(isPipeline)].sort()).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
    ]);
    expect(
      all.flatMap(({ actions }) => actions).filter((action) => /Scan|BatchWrite|DeleteTable/.test(action)),
    ).toEqual([]);
  });

  test.each([
    ["ServeControl", templates.ingest],
    ["RunPipelineStep", templates.lake],
  ])("%s puts adjustments together, in a transaction alone", (name, template) => {
    const puts = statementsOf(template, name)
      .filter(({ Action }) => list(Action).includes("dynamodb:PutItem"))
      .filter(({ Resource }) => list(Resource).some((it) => textOf(it).includes("ai-finops-ledger")));
    expect(puts.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { "dynamodb:EnclosingOperation": "TransactWriteItems" } },
    ]);
  });

  const changesOfControl = (statements: readonly Statement[]) =>
    statements
      .filter(({ Action }) => list(Action).some((action) => /^dynamodb:(Put|Update|Delete|PartiQL)/.test(action)))
      .filter(({ Resource }) => list(Resource).some((it) => textOf(it).includes("ai-finops-control")))
      .map(({ Action, Condition }) => ({ Action, Condition }));
  const keysLike = (keys: readonly string[]) => ({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } });
  const appendsAudit = {
    Action: "dynamodb:UpdateItem",
    Condition: {
      ...keysLike(["audit", "audit-head"]),
      StringEquals: { "dynamodb:EnclosingOperation": "TransactWriteItems" },
    },
  };
  const updates = (partitions: readonly string[]) => ({
    Action: "dynamodb:UpdateItem",
    Condition: keysLike(partitions),
  });

  test.each([
    ["ServeIngest", templates.ingest, []],
    ["ServeRead", templates.ingest, []],
    ["ServeAuthorize", templates.ingest, []],
    ["ServeImport", templates.ingest, [updates(["import#*", "imports-waiting"])]],
    ["ServeOperate", templates.ingest, [updates(["erasures"])]],
    [
      "ServeControl",
      templates.ingest,
      [
        updates([
          ...["key#*", "keys", "prices", "config", "approvals", "adoption-plans", "scenarios"],
          ...["anomalies", "alert-states", "alerts-firing", "alert-handles", "alerts", "alerts-unpublished"],
        ]),
        { Action: "dynamodb:DeleteItem", Condition: keysLike(["adoption-plans", "scenarios", "alerts-firing"]) },
        appendsAudit,
      ],
    ],
    ["SetUpLake", templates.lake, [updates(["key#*", "keys"]), appendsAudit]],
  ])(
    "%s changes only its own partitions of the control table: none makes itself an administrator",
    (name, template, changes) => expect(changesOfControl(statementsOf(template, name))).toEqual(changes),
  );

  test("the pipeline changes what runs keep, count and find, and appends to the audit log", () => {
    const kept = [
      ...["pipeline", "runs", "import#*", "imports-waiting", "erasures", "findings", "sources"],
      ...["lake-budget-spend", "forecasts", "anomalies"],
      ...["alert-states", "alerts-firing", "alert-handles", "alerts", "alerts-unpublished"],
    ];
    expect(changesOfControl(statementsOf(templates.lake, "RunPipelineStep"))).toEqual([
      { Action: ["dynamodb:DeleteItem", "dynamodb:UpdateItem"], Condition: keysLike(kept) },
      appendsAudit,
    ]);
  });

  test("the evaluation changes what it judges and what was booked, and reads spend; it cannot see the ledger", () => {
    expect(changesOfControl(statementsOf(templates.alerts, "Evaluation"))).toEqual([
      {
        Action: ["dynamodb:DeleteItem", "dynamodb:UpdateItem"],
        Condition: keysLike([
          ...["booked-hours", "anomalies"],
          ...["alert-states", "alerts-firing", "alert-handles", "alerts", "alerts-unpublished"],
        ]),
      },
    ]);
    expect(actionsOn("Evaluation", "table/ai-finops-spend")).toEqual(["dynamodb:GetItem", "dynamodb:Query"]);
    expect(actionsOn("Evaluation", "table/ai-finops-ledger")).toEqual([]);
  });

  test("the topic is published to by the evaluation alone, which is called by who posts spend", () => {
    const who = (action: string) => all.filter(({ actions }) => actions.includes(action)).map(({ policy }) => policy);
    expect(who("sns:Publish")).toEqual([expect.stringMatching(/^EvaluationEvaluateAlerts/)]);
    expect(actionsOn("PostSpend", "function:ai-finops-evaluate-alerts")).toEqual(["lambda:InvokeFunction"]);
    expect(who("lambda:InvokeFunction").filter((policy) => policy.startsWith("PostSpend"))).toHaveLength(1);
  });

  test("what delivers alerts reads its queue and its secret, and nothing of what they are about", () => {
    const services = all
      .filter(({ policy }) => /^(slack|webhook)/.test(policy))
      .flatMap(({ actions }) => actions)
      .filter((action) => !action.startsWith("logs:"));
    expect([...new Set(services)].sort()).toEqual([
      "secretsmanager:GetSecretValue",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
    ]);
  });

  test("nobody deletes an audit entry, and nobody writes one outside a transaction", () => {
    const changes = [templates.lake, templates.ingest, templates.alerts].flatMap((template) =>
      changesOfControl(statementsOf(template, "")),
    );
    expect(changes.length).toBeGreaterThanOrEqual(8);
    const ofAudit = changes.filter(({ Condition }) => {
      const patterns = (Condition as ReturnType<typeof keysLike> | undefined)?.["ForAllValues:StringLike"];
      return patterns === undefined || patterns["dynamodb:LeadingKeys"].some((key) => /^(audit|\*)/.test(key));
    });
    expect(ofAudit).toEqual([appendsAudit, appendsAudit, appendsAudit]);
  });

  test("what takes events cannot read spend, start a statement or see a secret", () => {
    const services = all
      .filter(({ policy }) => policy.startsWith("ServeIngest"))
      .flatMap(({ actions }) => actions.map((action) => action.split(":")[0]));
    expect([...new Set(services)].sort()).toEqual(["dynamodb", "logs"]);
    expect(actionsOn("ServeIngest", "table/ai-finops-spend")).toEqual([]);
    expect(actionsOn("ServeImport", "table/ai-finops-spend")).toEqual([]);
    expect(actionsOn("ServeImport", "ai-finops-lake")).toEqual(["s3:PutObject"]);
  });

  test("what answers questions writes no row", () => {
    const rows = all.filter(({ policy }) => policy.startsWith("ServeRead")).flatMap(({ actions }) => actions);
    expect(rows.filter((action) => /^dynamodb:(Put|Update|Delete|PartiQL)/.test(action))).toEqual([]);
  });

  test("the administrator's secret is read by the set-up alone, the schedule and the control function alone start runs", () => {
    const who = (action: string) => [
      ...new Set(all.filter(({ actions }) => actions.includes(action)).map(({ policy }) => policy)),
    ];
    const readers = who("secretsmanager:GetSecretValue").filter((policy) => !/^(slack|webhook)/.test(policy));
    expect(readers).toEqual([expect.stringMatching(/^SetUpLake/)]);
    expect(who("states:StartExecution").filter((policy) => policy.startsWith("Serve"))).toEqual([
      expect.stringMatching(/^ServeControl/),
    ]);
  });

  test("with a boundary, every role has it", () => {
    const permissionsBoundaryArn = "arn:aws:iam::111122223333:policy/limits";
    const bounded = deployed({ permissionsBoundaryArn });
    const roles = Object.values(bounded).flatMap((template) => Object.values(resourcesOf(template, "AWS::IAM::Role")));
    expect(roles.length).toBeGreaterThan(10);
    for (const { Properties } of roles) expect(Properties.PermissionsBoundary).toBe(permissionsBoundaryArn);
  });
});
