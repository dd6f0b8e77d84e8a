import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "#contract/routes.ts";
import { nextAlert } from "#core/alert-state.ts";
import { scopeHistories } from "#core/cost-history.ts";
import { makeForecastRun } from "#core/make-forecast-run.ts";
import type { PicoUsd } from "#core/money.ts";
import { addDays, type Instant, type UsageDate } from "#core/time.ts";
import { readingOf } from "../fakes/alerts.ts";
import { event, now, openDoor } from "./door.ts";

let door: Awaited<ReturnType<typeof openDoor>>;
let key: string;

const of = (team: string, id: string) =>
  event({ id, attribution: { ...event().attribution, team, feature: `feature-${id}` } });
const day = "from=2026-11-23&to=2026-11-23";

async function get(path: string, by = key) {
  const reply = await door.send("GET", path, { key: by });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

const teamsWithBudgets = ["search", "payments"];

const budgets = teamsWithBudgets.map((team) => ({
  ...{ id: `${team}-month`, owner: "ada", scope: { team: [team] }, period: "month" as const },
  ...{ amount_usd: "10", when_used_up: "warn" as const },
}));

function forecastRun() {
  const [from, to] = ["2026-09-01", "2026-11-22"] as UsageDate[] as [UsageDate, UsageDate];
  const rows = teamsWithBudgets.flatMap((team) =>
    Array.from({ length: 83 }, (_, day) => ({
      usageDate: addDays(from, day),
      dimensions: { cost_class: "cogs", team, feature: `${team}-chat` },
      cost: 1_000_000_000_000n as PicoUsd,
    })),
  );
  return makeForecastRun(scopeHistories(rows, { from, to }, [], 100), { from, asOf: to, madeAt: now, kind: "run" });
}

beforeAll(async () => {
  door = await openDoor();
  await door.decide({ budgets });
  await door.forecasts.put(forecastRun());
  for (const team of teamsWithBudgets) {
    const step = nextAlert(undefined, readingOf(`${team}-month`, { team, visibleTo: [team] }), now as Instant);
    if (step?.alert) await door.alerts.put(0, step.state, { alert: step.alert });
  }
  const events = [of("search", "1"), of("payments", "2"), of("payments", "3"), of("support", "4")];
  expect((await door.send("POST", "/v1/events", { json: { events } })).status).toBe(200);
  key = await door.createKey({ role: "viewer", teams: ["search", "support"] });
  // What is posted to the cells is what reports read.
  for (let tries = 0; tries < 200; tries++) {
    const all = await get(`/v1/reports/cost?${day}&group_by=team`, await door.createKey({ role: "viewer" }));
    if ((all.body.rows as unknown[]).length === 3) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the events are not in the cells");
});
afterAll(() => door[Symbol.asyncDispose]());

describe("a viewer that is confined to teams", () => {
  test("sees the cost of its teams, in rows and in totals", async () => {
    const { body } = await get(`/v1/reports/cost?${day}&group_by=team,feature`);
    expect(body).toMatchObject({
      rows: [
        { team: "search", feature: "feature-1", cost_usd: "0.0042", requests: 1 },
        { team: "support", feature: "feature-4", cost_usd: "0.0042", requests: 1 },
      ],
      total_cost_usd: "0.0084",
    });
    expect(await get(`/v1/reports/cost?${day}`)).toMatchObject({ body: { total_cost_usd: "0.0084", row_count: 1 } });
  });

  test("may narrow it to one of its teams, and is refused another one, beside its own too", async () => {
    const one = await get(`/v1/reports/cost?${day}&team=support`);
    expect(one).toMatchObject({ status: 200, body: { total_cost_usd: "0.0042" } });
    for (const asked of ["team=payments", "team=search&team=payments", "team=unallocated"]) {
      expect(await get(`/v1/reports/cost?${day}&${asked}`)).toMatchObject({
        status: 403,
        body: {
          error: {
            message: "This key is confined to search, support: it sees nothing of other teams.",
            fields: [{ path: "query.team", wanted: "one of search, support" }],
          },
        },
      });
    }
  });

  test("sees the models that its teams use, and asks for the usage of no other team", async () => {
    const { body } = await get(`/v1/reports/models?${day}`);
    expect(body.models).toMatchObject([{ model: "gpt-4o", cost_usd: "0.0084", teams: ["search", "support"] }]);
    expect(await get(`/v1/models/usage?${day}&team=payments`)).toMatchObject({ status: 403 });
    expect(await get(`/v1/models/usage?${day}&team=search`)).toMatchObject({ status: 200 });
  });

  test("a filter on something else does not open other teams", async () => {
    const { body } = await get(`/v1/reports/cost?${day}&feature=feature-2`);
    expect(body).toMatchObject({ total_cost_usd: "0", row_count: 0 });
  });

  test("has events of its teams explained; another's are as unknown as none", async () => {
    expect(await get("/v1/explanations?source=my-service&id=1")).toMatchObject({ status: 200 });
    const other = await get("/v1/explanations?source=my-service&id=2");
    expect(other.status).toBe(404);
    const none = await get("/v1/explanations?source=my-service&id=none");
    expect(JSON.stringify(other.body).replace("id 2", "id none")).toBe(JSON.stringify(none.body));
  });

  test("has an event explained once it is booked to its team, and no more once it is not", async () => {
    const move = async (id: string, team: string) => {
      const json = {
        request_id: `${id}-${team}`,
        source: "my-service",
        id,
        reason: "x",
        correct: { attribution: { team } },
      };
      expect((await door.send("POST", "/v1/adjustments", { json })).status).toBe(200);
    };
    await move("3", "search");
    expect(await get("/v1/explanations?source=my-service&id=3")).toMatchObject({ status: 200 });
    await move("3", "payments");
    expect(await get("/v1/explanations?source=my-service&id=3")).toMatchObject({ status: 404 });
  });

  test("is told what it may not use", async () => {
    expect(await get("/v1/status")).toMatchObject({
      status: 403,
      body: {
        error: {
          message: expect.stringMatching(/confined to search, support.*every team: it takes a key without teams/),
        },
      },
    });
  });
});

/** Asked for as much as they tell of teams. */
const readOf: Readonly<Record<string, string>> = {
  costReport: `/v1/reports/cost?${day}&group_by=team,feature`,
  allocation: `/v1/reports/allocation?${day}`,
  coverage: `/v1/attribution/coverage?${day}&by=team`,
  modelsReport: `/v1/reports/models?${day}`,
  modelUsage: `/v1/models/usage?${day}`,
  explain: "/v1/explanations?source=my-service&id=1",
  listBudgets: "/v1/budgets",
  readForecast: "/v1/forecasts?team=search",
  listAlerts: "/v1/alerts",
  alertMessages: "/v1/alerts/messages",
};

/** Of one event, of one team, of models, and of a lake that is empty here: their own tests say what they keep from whom. */
const namesNone: readonly string[] = ["explain", "readForecast", "modelsReport", "modelUsage"];

describe("what a confined viewer is served names no other team", () => {
  const served = Object.entries(routes).filter(
    ([, { role, confined }]) => role === "viewer" && (confined as string) === "serves",
  );
  test.each(served.map(([name]) => name))("%s", async (name) => {
    const path = readOf[name] ?? "the path of this route is missing above";
    const [confined, whole] = [await get(path), await get(path, await door.createKey({ role: "viewer" }))];
    expect([confined.status, whole.status]).toEqual([200, 200]);
    expect(JSON.stringify(confined.body)).not.toContain("payments");
    if (!namesNone.includes(name)) expect(JSON.stringify(whole.body)).toContain("payments");
  });
});

describe("making a key", () => {
  const make = async (json: object) => {
    const reply = await door.send("POST", "/v1/keys", { json: { name: "k", ...json } });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };

  test.each([
    [{ role: "admin", teams: ["search"] }, "teams"],
    [{ role: "finops", teams: ["search"] }, "teams"],
    [{ role: "ingest", teams: [] }, "teams"],
    [{ role: "ingest", teams: ["unallocated"] }, "teams[0]"],
    [{ role: "ingest", teams: ["search"], fixed: { team: "payments" } }, "fixed.team"],
    [{ role: "ingest", teams: ["search", "chat"], defaults: { team: "payments" } }, "defaults.team"],
    [{ role: "ingest", requests_per_second: 0 }, "requests_per_second"],
    [{ role: "ingest", requests_per_second: 1.5 }, "requests_per_second"],
  ])("%j is refused at %s", async (json, path) => {
    expect(await make(json)).toMatchObject({ status: 400, body: { error: { fields: [{ path }] } } });
  });

  test("shows its teams once each, its limit and no end", async () => {
    const json = { role: "ingest", teams: ["search", "chat", "search"], requests_per_second: 5 };
    expect(await make(json)).toMatchObject({
      status: 201,
      body: { teams: ["search", "chat"], requests_per_second: 5, expires_at: null, revoked_at: null },
    });
  });
});

test("a key with a limit is asked to wait beyond it", async () => {
  const limited = await door.createKey({ role: "viewer", requests_per_second: 2 });
  const statuses: number[] = [];
  let last: Response | undefined;
  for (let i = 0; i < 3; i++) {
    last = await door.send("GET", "/v1/status", { key: limited });
    statuses.push(last.status);
  }
  expect(statuses).toEqual([200, 200, 429]);
  expect(last?.headers.get("retry-after")).toBe("2");
  expect(await last?.json()).toMatchObject({
    error: { code: "too_many_requests", message: expect.stringContaining("2 requests a second") },
  });
});

test("a rotated key holds beside its successor, and without an overlap is told that it has expired", async () => {
  const made = (await (await door.send("POST", "/v1/keys", { json: { name: "k", role: "viewer" } })).json()) as {
    id: string;
    key: string;
  };
  const rotate = async (id: string, json?: object) => {
    const reply = await door.send("POST", `/v1/keys/${id}/rotate`, json ? { json } : {});
    return { status: reply.status, body: (await reply.json()) as { successor: { id: string; key: string } } };
  };
  const first = await rotate(made.id);
  expect(first).toMatchObject({
    status: 201,
    body: {
      rotated: made.id,
      rotated_expires_at: "2026-11-24T12:00:00.000Z",
      successor: { name: "k", role: "viewer" },
    },
  });
  const { successor } = first.body;
  for (const held of [made.key, successor.key]) expect((await get("/v1/status", held)).status).toBe(200);
  expect(await rotate(made.id)).toMatchObject({ status: 409 });
  expect(await rotate("key_none")).toMatchObject({ status: 404 });
  const second = await rotate(successor.id, { overlap_seconds: 0, reason: "leaked" });
  expect(second.status).toBe(201);
  // Keys are cached for some seconds: one that nobody has used shows it at once.
  const third = second.body.successor;
  await rotate(third.id, { overlap_seconds: 0 });
  expect(await get("/v1/status", third.key)).toMatchObject({
    status: 401,
    body: { error: { message: "This key has expired at 2026-11-23T12:00:00.000Z: use the one that replaced it." } },
  });
});
