import { describe, expect, test } from "vitest";
import { totalUsd } from "../../bench/aws/cost-line.ts";
import { walk } from "../../bench/aws/count-transitions.ts";
import { destinationLines, evaluationLines } from "../../bench/aws/evaluation-cost.ts";
import { idleLines, machineRuns } from "../../bench/aws/fixed-cost.ts";
import { synthesise } from "../../bench/aws/synthesised.ts";

/** As measured where nobody sends anything, with some room. */
const evaluation = {
  evaluations: 2,
  cpuMs: 20,
  calls: Array.from({ length: 20 }, () => ({ operation: "Query", bytes: 100, write: 0, read: 1 })),
};

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

test("an evaluation costs its invocation, its time, what it reads and what Lambda logs of it", () => {
  const calls = [...evaluation.calls, { operation: "TransactWriteItems", bytes: 100, write: 6, read: 0 }];
  const lines = evaluationLines({ ...evaluation, calls }, 1_024, 1_000);
  expect(lines.map(({ price, amount }) => [price, amount])).toEqual([
    ["lambdaRequest", 1_000],
    // 20 ms at 1,024 of 1,769 MiB are 34.55 ms, ten reads of 8 ms and half a transaction of 20 ms are 90 ms.
    ["lambdaGbSecond", 125],
    ["readUnit", 10_000],
    ["writeUnit", 3_000],
    ["logsGb", 400_000 / 1024 ** 3],
  ]);
});

test("a queue is asked 657,000 times a month by Lambda, which nobody but who has a destination pays", () => {
  const [polls] = destinationLines();
  expect(polls).toMatchObject({ price: "queueRequest", amount: 657_000 });
  expect(synthesise().ofType("AWS::SQS::Queue")).toEqual([]);
});

describe("the stacks as they are synthesised", () => {
  const synthesised = synthesise();

  test("run the pipeline in three states when nothing has landed, and cost at most $3 a month idle", () => {
    expect(machineRuns(synthesised).skipped.transitions).toBe(3);
    expect(totalUsd(idleLines(synthesised, evaluation))).toBeLessThanOrEqual(3);
  });

  test("have an alarm for each $0.10 that is counted, and one secret", () => {
    const [alarms, secrets] = idleLines(synthesised, evaluation);
    expect(alarms?.amount).toBeGreaterThanOrEqual(synthesised.ofType("AWS::CloudWatch::Alarm").length);
    expect(secrets).toMatchObject({ price: "secret", amount: 1 });
  });
});
