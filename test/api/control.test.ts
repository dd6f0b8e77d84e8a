import { describe, expect, test } from "vitest";
import { event, openDoor } from "./door.ts";

describe("adjustments", () => {
  const order = (change: object) => ({
    request_id: "r1",
    source: "my-service",
    id: "call-1",
    reason: "wrong",
    ...change,
  });

  async function adjusted(change: object, times = 1) {
    await using door = await openDoor();
    await door.send("POST", "/v1/events", { json: event() });
    let reply = new Response();
    for (let i = 0; i < times; i++) reply = await door.send("POST", "/v1/adjustments", { json: order(change) });
    const explained = await door.send("GET", "/v1/explanations?source=my-service&id=call-1");
    return { status: reply.status, body: await reply.json(), explained: await explained.json() };
  }

  test("a void takes back the whole cost, by an entry beside the original", async () => {
    expect(await adjusted({ void: true })).toMatchObject({
      status: 200,
      body: { status: "accepted", entries: [{ kind: "reversal", cost_usd: "-0.0042" }] },
      explained: { cost_usd: "0", entries: [{ kind: "usage" }, { kind: "reversal", adjustment: { reason: "wrong" } }] },
    });
  });

  test("a correction of the meters is rated anew; the same request again changes nothing", async () => {
    expect(await adjusted({ correct: { meters: { text_output_tokens: 1_000 } } }, 2)).toMatchObject({
      status: 200,
      body: { status: "duplicate" },
      explained: { cost_usd: "0.01", entries: [{}, { kind: "reversal" }, { kind: "rebooking", cost_usd: "0.01" }] },
    });
  });

  test("a price given for the call", async () => {
    const { explained } = await adjusted({ correct: { usd_per_million: { uncached_input_tokens: "1" } } });
    expect(explained).toMatchObject({ cost_usd: "0.0024" });
  });

  test.each<[string, object, string]>([
    ["neither void nor correct", {}, ""],
    ["both", { void: true, correct: { requests: 2 } }, ""],
    ["an empty correction", { correct: {} }, "correct"],
    ["a total", { correct: { meters: { input_tokens: 1 } } }, "correct.meters.input_tokens"],
    [
      "a float",
      { correct: { usd_per_million: { text_output_tokens: 1.5 } } },
      "correct.usd_per_million.text_output_tokens",
    ],
    ["a misspelt correction", { correct: { metres: {} } }, "correct.metres"],
    ["no reason", { void: true, reason: "" }, "reason"],
  ])("%s is refused", async (_, change, path) => {
    const { status, body, explained } = await adjusted(change);
    expect(status).toBe(400);
    expect((body as { error: { fields: { path: string }[] } }).error.fields.map((field) => field.path)).toContain(path);
    expect(explained).toMatchObject({ cost_usd: "0.0042" });
  });

  test("of an event that nobody sent: 404; of one voided before: 409", async () => {
    await using door = await openDoor();
    const none = await door.send("POST", "/v1/adjustments", { json: order({ void: true }) });
    expect(none.status).toBe(404);
    await door.send("POST", "/v1/events", { json: event() });
    await door.send("POST", "/v1/adjustments", { json: order({ void: true }) });
    const second = await door.send("POST", "/v1/adjustments", { json: order({ void: true, request_id: "r2" }) });
    expect(second.status).toBe(409);
  });
});

describe("prices", () => {
  const price = {
    provider: "openai",
    model: "gpt-4o",
    meter: "*",
    tier: "*",
    discount_percent: "12.5",
    from: "2026-11-24",
  };

  test("a price of the company's own from tomorrow on is listed", async () => {
    await using door = await openDoor();
    const reply = await door.send("POST", "/v1/prices", { json: price });
    expect(reply.status).toBe(201);
    expect(await reply.json()).toMatchObject({ ...price, model_known: true });
    expect(await (await door.send("GET", "/v1/prices")).json()).toMatchObject({
      prices: [{ ...price, to: null, set_at: "2026-11-23T12:00:00.000Z", set_by: "admin" }],
    });
  });

  test("an alias is kept as its model; of a model that nobody publishes the reply says so", async () => {
    await using door = await openDoor();
    const set = async (model: string) => (await door.send("POST", "/v1/prices", { json: { ...price, model } })).json();
    expect(await set("gpt-4o-2024-08-06")).toMatchObject({ model: "gpt-4o", model_known: true });
    expect(await set("gpt-4o-2099-01-01")).toMatchObject({ model: "gpt-4o-2099-01-01", model_known: false });
  });

  test.each<[string, object, string]>([
    ["today", { from: "2026-11-23" }, "from"],
    ["both prices", { usd_per_million: "1" }, "usd_per_million"],
    ["101 percent", { discount_percent: "101" }, "discount_percent"],
    ["a number", { discount_percent: 5 }, "discount_percent"],
    ["an end before its beginning", { to: "2026-11-23" }, "to"],
    ["a meter that does not exist", { meter: "input_tokens" }, "meter"],
  ])("%s is refused and nothing is set", async (_, change, path) => {
    await using door = await openDoor();
    const reply = await door.send("POST", "/v1/prices", { json: { ...price, ...change } });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { fields: [{ path }] } });
    expect(await (await door.send("GET", "/v1/prices")).json()).toEqual({ prices: [] });
  });
});

describe("imports", () => {
  const old = event({ id: "old", time: "2023-11-16T18:17:03Z" });

  test("events of any age are taken: recent ones are told apart at once, older ones wait for the pipeline", async () => {
    await using door = await openDoor();
    const path = "/v1/imports?import_id=imp_a&part=1";
    const events = [
      event(),
      old,
      event({ id: "bad", requests: 0 }),
      event({ id: "far", time: "2099-01-01T00:00:00Z" }),
    ];
    const reply = await door.send("POST", path, { json: { events } });
    expect(reply.status).toBe(207);
    expect(await reply.json()).toMatchObject({ import_id: "imp_a", accepted: 2, rejected: 2 });
    expect(await (await door.send("GET", "/v1/imports/imp_a")).json()).toEqual({
      import_id: "imp_a",
      started_at: "2026-11-23T12:00:00.000Z",
      status: "merging",
      new: 1,
      known: 0,
      conflicting: 0,
      waiting: 1,
      rejected: 2,
    });
  });

  test("a part sent again counts once; another content under its name is added, not put in its place", async () => {
    await using door = await openDoor();
    const path = "/v1/imports?import_id=imp_a&part=1";
    for (let i = 0; i < 2; i++) await door.send("POST", path, { json: { events: [event()] } });
    expect(await (await door.send("GET", "/v1/imports/imp_a")).json()).toMatchObject({ new: 1, known: 0 });
    await door.send("POST", path, { json: { events: [event(), event({ id: "b" })] } });
    expect(await (await door.send("GET", "/v1/imports/imp_a")).json()).toMatchObject({ new: 2, known: 1 });
  });

  test("without an id it gets one; an id that is none is refused; one that nobody made is not found", async () => {
    await using door = await openDoor();
    const made = (await (await door.send("POST", "/v1/imports", { json: event() })).json()) as { import_id: string };
    expect((await door.send("GET", `/v1/imports/${made.import_id}`)).status).toBe(200);
    expect((await door.send("POST", "/v1/imports?import_id=../x", { json: event() })).status).toBe(400);
    expect((await door.send("GET", "/v1/imports/imp_none")).status).toBe(404);
  });
});

describe("keys", () => {
  test("with a value that a strict dimension does not know are refused, with what was probably meant", async () => {
    await using door = await openDoor();
    await door.decide({ registry: { team: { mode: "strict", values: [{ id: "search", aliases: ["srch"] }] } } });
    const make = (team: string) =>
      door.send("POST", "/v1/keys", { json: { name: "k", role: "ingest", fixed: { team } } });
    const refused = await make("serch");
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: {
        fields: [{ path: "fixed.team", found: '"serch"', wanted: 'a registered team: did you mean "search"?' }],
      },
    });
    const made = await make("srch");
    expect(made.status).toBe(201);
    expect(await made.json()).toMatchObject({ fixed: { team: "search" } });
  });

  test.each<[object, string]>([
    [{ name: "", role: "viewer" }, "name"],
    [{ name: "n", role: "owner" }, "role"],
    [{ name: "n", role: "ingest", fixed: { environment: "prod" } }, "fixed.environment"],
    [{ name: "n", role: "ingest", defaults: { team: "unallocated" } }, "defaults.team"],
  ])("%j is refused", async (json, path) => {
    await using door = await openDoor();
    const reply = await door.send("POST", "/v1/keys", { json });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { fields: [{ path }] } });
  });

  test("a default of the key fills what the event leaves out", async () => {
    await using door = await openDoor();
    const key = await door.createKey({ role: "ingest", defaults: { region: "apac" } });
    const sent = event({ attribution: { ...event().attribution, region: undefined } });
    expect(await (await door.send("POST", "/v1/events", { json: sent, key })).json()).toMatchObject({ accepted: 1 });
    expect(await door.allStored()).toContain('"region":"apac"');
  });
});
