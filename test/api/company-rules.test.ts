import { expect, test } from "vitest";
import type { Config } from "#core/config.ts";
import { event, openDoor } from "./door.ts";

const decided: Partial<Config> = {
  registry: { team: { mode: "strict", values: [{ id: "search", aliases: ["srch"] }] } },
  rules: [{ id: "by-app", when: { tags: { app: "web" } }, set: { feature: "chat" } }],
  enforcement: { development: "observe", staging: "quarantine", production: "reject" },
  policies: {
    unlisted: "forbid",
    list: [{ id: "mini", status: "approved", model: "gpt-4o-mini", owner: "o", reason: "r" }],
  },
};

const said = (changes: object) => ({ attribution: { ...event().attribution, ...changes } });

test("what the company has decided holds for every event, and each tells how it came about", async () => {
  await using door = await openDoor();
  await door.decide(decided);
  const key = await door.createKey({ role: "ingest", fixed: { region: "emea" } });
  const events = [
    event({ ...said({ team: "srch", environment: "PROD", region: "apac", feature: null }), tags: { app: "web" } }),
    event({ ...said({ team: "serach" }), id: "call-2" }),
    event({ ...said({ team: "serach", environment: "stage" }), id: "call-3" }),
    event({ ...said({ team: "serach", environment: "dev" }), id: "call-4", model: "gpt-4o-mini" }),
  ];
  const reply = await door.send("POST", "/v1/events", { json: { events }, key });
  expect(reply.status).toBe(207);
  const unregistered = [
    { path: "attribution.team", found: '"serach"', wanted: 'a registered team: did you mean "search"?' },
  ];
  const { results } = (await reply.json()) as { results: { warnings?: string[] }[] };
  expect(results.map(({ warnings, ...result }) => ({ ...result, warnings: warnings?.filter(isOfRules) }))).toEqual([
    expect.objectContaining({ status: "accepted", warnings: ["attribution_overridden", "model_unapproved"] }),
    expect.objectContaining({ status: "rejected", cost_usd: null, errors: unregistered }),
    expect.objectContaining({
      ...{ status: "quarantined", errors: unregistered },
      warnings: ["attribution_unregistered", "model_unapproved"],
    }),
    expect.objectContaining({
      ...{ status: "accepted" },
      warnings: ["attribution_unregistered", "attribution_incomplete"],
    }),
  ]);
  expect(await door.countEntries()).toBe(3);

  const explained = await door.send("GET", "/v1/explanations?source=my-service&id=call-1");
  expect(await explained.json()).toMatchObject({
    entries: [
      {
        attribution: { team: "search", feature: "chat", environment: "production", region: "emea" },
        attribution_trace: {
          filled_by: { feature: "by-app" },
          overridden: { region: "apac" },
          aliased: { team: "srch", environment: "PROD" },
          policy: "unlisted",
        },
        policy_status: "unapproved",
        cost_class: "cogs",
      },
    ],
  });
});

const isOfRules = (warning: string) => warning.startsWith("attribution") || warning === "model_unapproved";

test("an adjustment is told a name that a strict dimension does not know", async () => {
  await using door = await openDoor();
  await door.decide(decided);
  await door.send("POST", "/v1/events", { json: event() });
  const request = { request_id: "r", source: "my-service", id: "call-1", reason: "wrong team" };
  const adjust = (team: string) =>
    door.send("POST", "/v1/adjustments", { json: { ...request, correct: { attribution: { team } } } });
  const refused = await adjust("ads");
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { error: { fields: [{ path: "correct.attribution.team", found: '"ads"', wanted: "a registered team" }] } },
  ]);
  expect((await adjust("srch")).status).toBe(200);
});
