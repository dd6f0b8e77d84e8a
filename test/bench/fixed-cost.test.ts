import { describe, expect, test } from "vitest";
import { totalUsd } from "../../bench/aws/cost-line.ts";
import { walk } from "../../bench/aws/count-transitions.ts";
import { idleLines, machineRuns } from "../../bench/aws/fixed-cost.ts";
import { synthesise } from "../../bench/aws/synthesised.ts";

const statement = { Type: "Task", Resource: "arn:aws:states:::athena:startQueryExecution.sync", Next: "done" };
const machine = {
  StartAt: "begin",
  States: {
    begin: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Next: "landed?" },
    "landed?": { Type: "Choice", Choices: [{ Condition: "", Next: "merge" }], Default: "finish" },
    merge: {
      Type: "Map",
      ItemProcessor: { StartAt: "run", States: { run: statement, done: { Type: "Succeed" } } },
      Next: "finish",
    },
    finish: { Type: "Succeed" },
  },
};

test("every state that an execution enters is a transition", () => {
  expect(walk(machine, () => false)).toEqual({ transitions: 3, queries: 0, invocations: 1 });
  expect(walk(machine, () => true)).toEqual({ transitions: 6, queries: 1, invocations: 1 });
});

describe("the stacks as they are synthesised", () => {
  const synthesised = synthesise();

  test("run the pipeline in three states when nothing has landed, and cost at most $3 a month idle", () => {
    expect(machineRuns(synthesised).skipped.transitions).toBe(3);
    expect(totalUsd(idleLines(synthesised))).toBeLessThanOrEqual(3);
  });

  test("have an alarm for each $0.10 that is counted, and one secret", () => {
    const [alarms, secrets] = idleLines(synthesised);
    expect(alarms?.amount).toBeGreaterThanOrEqual(synthesised.ofType("AWS::CloudWatch::Alarm").length);
    expect(secrets).toMatchObject({ price: "secret", amount: 1 });
  });
});
