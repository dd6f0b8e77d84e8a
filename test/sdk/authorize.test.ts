import { expect, test } from "vitest";
import { createMeter, type MeterOptions } from "#sdk/meter.ts";
import type { Fetch } from "#sdk/post.ts";
import type { MeterProblem } from "#sdk/problem.ts";
import { openMetered } from "./open-metered.ts";

const call = { provider: "openai", model: "gpt-4o", expected_input_tokens: 1_000_000, expected_output_tokens: 100_000 };

function meterWith(fetch: Fetch, more: Partial<MeterOptions> = {}) {
  const problems: MeterProblem[] = [];
  const options = { url: "http://finops", key: "k", source: "svc", fetch, ...more };
  return { problems, meter: createMeter({ ...options, onError: (problem) => problems.push(problem) }) };
}

const hangs: Fetch = (_, { signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

test("the server's answer, with what the call would cost", async () => {
  await using metered = await openMetered();
  const answer = await metered.meter.authorize(call);
  // 2.50 USD for the million of input, 10 USD × 0.1 for the output.
  expect(answer).toMatchObject({ decision: "allow", estimated_cost_usd: "3.5" });
  expect(answer).not.toHaveProperty("unreachable");
});

test("a model that a policy denies is denied", async () => {
  await using metered = await openMetered();
  await metered.door.decide({
    policies: {
      unlisted: "allow",
      list: [{ id: "no-4o", provider: "openai", model: "gpt-4o", status: "denied", owner: "ml", reason: "too dear" }],
    },
  });
  const { decision, reasons } = await metered.meter.authorize(call);
  expect(decision).toBe("deny");
  expect(reasons).toMatchObject([{ effect: "deny", policy: "no-4o" }]);
});

test("the call is asked for as it would be booked: context, tags and source", async () => {
  const bodies: unknown[] = [];
  const { meter } = meterWith(
    async (_, { body }) => {
      bodies.push(JSON.parse(body));
      return new Response('{"decision":"allow","reasons":[]}');
    },
    { attribution: { team: "search", environment: "production" } },
  );
  await meter.run({ customer_id: "c1", tags: { plan: "a" } }, () =>
    meter.authorize({ provider: "openai", model: "gpt-4o", attribution: { team: "ads" } }),
  );
  expect(bodies).toEqual([
    {
      ...{ provider: "openai", model: "gpt-4o", source: "svc", tags: { plan: "a" } },
      attribution: { team: "ads", environment: "production", customer_id: "c1" },
    },
  ]);
});

for (const whenUnreachable of ["allow", "deny"] as const) {
  test(`a server that does not answer in time: ${whenUnreachable}, as was told`, async () => {
    const { meter, problems } = meterWith(hangs, { whenUnreachable, authorizeTimeoutMs: 20 });
    expect(await meter.authorize(call)).toEqual({
      decision: whenUnreachable,
      reasons: [
        {
          ...{ effect: whenUnreachable === "deny" ? "deny" : "warn", code: "unreachable" },
          text: expect.stringContaining("no answer in 20 ms"),
        },
      ],
      unreachable: true,
    });
    expect(problems.map(({ code }) => code)).toEqual(["unreachable"]);
  });
}

test("a refusal of the question is told with the server's words, and allows by default", async () => {
  await using metered = await openMetered();
  const { decision, unreachable } = await metered.meter.authorize({ ...call, model: "" });
  expect({ decision, unreachable }).toEqual({ decision: "allow", unreachable: true });
  expect(metered.problems[0]?.message).toContain("text of 1 to 200 characters");
});
