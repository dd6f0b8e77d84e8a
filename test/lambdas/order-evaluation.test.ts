import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Unavailable } from "#app/unavailable.ts";
import { invokeFunction } from "#aws/invoke-function.ts";
import type { Instant } from "#core/time.ts";
import { makeOrderEvaluation } from "#lambdas/shared/order-evaluation.ts";
import { captureOutput } from "./output.ts";

let output: ReturnType<typeof captureOutput>;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => output[Symbol.dispose]());

function opened(fails = false) {
  let now = 1_000_000;
  let orders = 0;
  const order = makeOrderEvaluation({
    invoke: async () => {
      orders++;
      if (fails) throw new Unavailable("evaluation");
    },
    clock: () => now as Instant,
  });
  return {
    order,
    orders: () => orders,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe("an evaluation that is ordered when spend was posted", () => {
  test("is ordered by the first batch, and then at most once in 10 seconds", async () => {
    const { order, orders, pass } = opened();
    await order();
    pass(9_999);
    await order();
    expect(orders()).toBe(1);
    pass(1);
    await order();
    expect(orders()).toBe(2);
  });

  test("is ordered again after the clock went back", async () => {
    const { order, orders, pass } = opened();
    await order();
    pass(-3_600_000);
    await order();
    expect(orders()).toBe(2);
  });

  test("that cannot be ordered fails no batch, and is not asked for by each one", async () => {
    const { order, orders, pass } = opened(true);
    await order();
    await order();
    expect(orders()).toBe(1);
    expect(output.text()).toContain("evaluation is unavailable");
    pass(10_000);
    await order();
    expect(orders()).toBe(2);
  });
});

describe("a function that is called without waiting", () => {
  const client = new LambdaClient({ region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  const invoke = invokeFunction({ client, functionName: "ai-finops-evaluate-alerts" });

  test("is called as an event", async () => {
    const send = vi.spyOn(client, "send").mockImplementationOnce(async () => ({ StatusCode: 202 }));
    await invoke();
    expect(send.mock.calls.map(([command]) => command.input)).toEqual([
      { FunctionName: "ai-finops-evaluate-alerts", InvocationType: "Event" },
    ]);
  });

  test("is named when it is not there; what Lambda cannot do now is an outage", async () => {
    const fail = (name: string) =>
      vi.spyOn(client, "send").mockRejectedValueOnce(Object.assign(new Error("no"), { name }) as never);
    fail("TooManyRequestsException");
    await expect(invoke()).rejects.toBeInstanceOf(Unavailable);
    fail("AccessDeniedException");
    await expect(invoke()).rejects.toThrow('function "ai-finops-evaluate-alerts": access is denied');
  });
});
