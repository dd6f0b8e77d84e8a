import { expect, test } from "vitest";
import { INITIAL_CONFIG, type ModelPolicy } from "#core/config.ts";
import { openDoor } from "./door.ts";

const asked = {
  provider: "openai",
  model: "gpt-4o",
  attribution: { team: "search", feature: "chat", environment: "production", region: "emea", customer_tier: "pro" },
  expected_input_tokens: 1_200,
  expected_output_tokens: 120,
};

const policy = (id: string, changes: Partial<ModelPolicy>): ModelPolicy => ({
  ...{ id, status: "approved", owner: "ai-office", reason: "reviewed" },
  ...changes,
});

type Door = Awaited<ReturnType<typeof openDoor>>;

async function authorize(door: Door, json: object, key?: string) {
  const reply = await door.send("POST", "/v1/authorize", { json, ...(key !== undefined && { key }) });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

test("a company without policies is told the cost and the attribution of a call, and may make it", async () => {
  await using door = await openDoor();
  const key = await door.createKey({ role: "ingest", fixed: { environment: "development" } });
  const { status, body } = await authorize(door, { ...asked, attribution: { ...asked.attribution } }, key);
  expect(status).toBe(200);
  expect(body).toEqual({
    decision: "allow",
    reasons: [
      {
        effect: "warn",
        code: "attribution_overridden",
        text: "the key books it otherwise than the request says: see `attribution`",
      },
    ],
    provider: "openai",
    model: "gpt-4o",
    // 1,200 × $2.50 and 120 × $10.00 per million.
    estimated_cost_usd: "0.0042",
    price_status: "estimated",
    attribution: {
      ...asked.attribution,
      environment: "development",
      purpose: "customer_facing",
    },
    cost_class: "rnd",
    policy_status: "ungoverned",
    cheapest_approved: null,
    revision: 0,
  });
});

test("a model that policy forbids is denied with the policy and the cheapest approved one", async () => {
  await using door = await openDoor();
  await door.decide({
    policies: {
      unlisted: "forbid",
      list: [
        policy("mini", { provider: "openai", model: "gpt-4o-mini", environment: ["production"] }),
        policy("no-4o", { status: "denied", model: "gpt-4o", reason: "too dear" }),
        policy("nano-dev", { provider: "openai", model: "gpt-4.1-nano", environment: ["development"] }),
      ],
    },
  });
  const { body } = await authorize(door, asked);
  expect(body).toMatchObject({
    decision: "deny",
    reasons: [{ effect: "deny", code: "model_unapproved", policy: "no-4o", text: expect.stringContaining("too dear") }],
    policy_status: "unapproved",
    // 1,200 × $0.15 and 120 × $0.60 per million: 0.000252, against 0.0042.
    cheapest_approved: {
      provider: "openai",
      model: "gpt-4o-mini",
      estimated_cost_usd: "0.000252",
      saving_usd: "0.003948",
    },
    revision: 1,
  });
  const development = { ...asked, attribution: { ...asked.attribution, environment: "dev" } };
  expect((await authorize(door, development)).body.cheapest_approved).toMatchObject({ model: "gpt-4.1-nano" });
});

test("what the environment rejects is denied, naming the dimension; what it only observes is a warning", async () => {
  await using door = await openDoor();
  await door.decide({ enforcement: { ...INITIAL_CONFIG.enforcement, production: "reject", staging: "observe" } });
  const { feature: _, ...incomplete } = asked.attribution;
  expect((await authorize(door, { ...asked, attribution: incomplete })).body).toMatchObject({
    decision: "deny",
    reasons: [{ effect: "deny", code: "attribution_incomplete", text: expect.stringContaining("attribution.feature") }],
  });
  expect(
    (await authorize(door, { ...asked, attribution: { ...incomplete, environment: "staging" } })).body,
  ).toMatchObject({
    decision: "allow",
    reasons: [{ effect: "warn", code: "attribution_incomplete" }],
    attribution: { feature: "unallocated" },
  });
});

test("estimates are called so: totals of providers are refused with what to send instead", async () => {
  await using door = await openDoor();
  const { status, body } = await authorize(door, { provider: "openai", model: "gpt-4o", input_tokens: 5 });
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain("expected_input_tokens");
  const both = { ...asked, expected_meters: { uncached_input_tokens: 1 } };
  expect((await authorize(door, both)).status).toBe(400);
  const { body: counted } = await authorize(door, {
    ...asked,
    ...{ expected_input_tokens: null, expected_output_tokens: null },
    expected_meters: { cache_read_tokens: 1_000_000 },
  });
  expect(counted.estimated_cost_usd).toBe("1.25");
});

test("without anything expected nothing is estimated; without a price that is said", async () => {
  await using door = await openDoor();
  const { expected_input_tokens: _, expected_output_tokens: __, ...open } = asked;
  expect((await authorize(door, open)).body).toMatchObject({
    decision: "allow",
    reasons: [],
    estimated_cost_usd: null,
  });
  expect((await authorize(door, { ...asked, model: "no-such-model" })).body).toMatchObject({
    decision: "allow",
    reasons: [{ effect: "warn", code: "unpriced" }],
    estimated_cost_usd: null,
    price_status: "unpriced",
  });
});

test("nothing is kept of a question", async () => {
  await using door = await openDoor();
  await authorize(door, asked);
  expect(await door.countEntries()).toBe(0);
});
