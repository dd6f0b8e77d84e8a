import { describe, expect, test } from "vitest";
import { event, now, openDoor } from "./door.ts";

interface Results {
  readonly results: readonly {
    id: string | null;
    status: string;
    errors?: readonly { path: string; wanted: string }[];
  }[];
}

const day = 86_400_000;
const at = (offset: number) => new Date(now + offset).toISOString();

async function sendTo(door: Awaited<ReturnType<typeof openDoor>>, events: readonly unknown[]) {
  const reply = await door.send("POST", "/v1/events", { json: { events } });
  return { status: reply.status, headers: reply.headers, body: (await reply.json()) as Results };
}

async function send(events: readonly unknown[]) {
  await using door = await openDoor();
  return await sendTo(door, events);
}

test("an accepted event has its exact cost", async () => {
  // gpt-4o: 1,200 × $2.50, 300 cached × $1.25 and 120 × $10 a million.
  const meters = { uncached_input_tokens: 1200, cache_read_tokens: 300, text_output_tokens: 120 };
  expect(await send([event({ meters })])).toMatchObject({
    status: 200,
    body: {
      results: [{ id: "call-1", status: "accepted", cost_usd: "0.004575", price_status: "priced" }],
      accepted: 1,
      duplicates: 0,
      conflicts: 0,
      quarantined: 0,
      rejected: 0,
      unavailable: 0,
    },
  });
});

test("the same id in one batch: the same content is a duplicate, other content a conflict, and one is kept", async () => {
  await using door = await openDoor();
  const reply = await sendTo(door, [event(), event(), event({ model: "gpt-4o-mini" })]);
  expect(reply.status).toBe(207);
  expect(reply.body.results.map(({ status }) => status)).toEqual(["accepted", "duplicate", "conflict"]);
  expect(await door.countEntries()).toBe(1);
});

test("sent again, an event is a duplicate whatever the order of its fields", async () => {
  await using door = await openDoor();
  await sendTo(door, [event()]);
  const again = Object.fromEntries(Object.entries(event()).reverse());
  expect(await sendTo(door, [again])).toMatchObject({ status: 200, body: { duplicates: 1, accepted: 0 } });
});

test("an event without its attribution is kept in quarantine, priced", async () => {
  const reply = await send([event({ attribution: { team: "search" } })]);
  expect(reply).toMatchObject({ status: 200, body: { quarantined: 1, results: [{ status: "quarantined" }] } });
});

test("a model that nobody knows is kept without a price", async () => {
  const reply = await send([event({ model: "gpt-4o-2099-01-01" })]);
  expect(reply).toMatchObject({
    status: 200,
    body: { results: [{ status: "accepted", cost_usd: null, price_status: "unpriced" }] },
  });
});

test("a provider's usage object is read as disjoint meters", async () => {
  const usage = { prompt_tokens: 1500, completion_tokens: 120, prompt_tokens_details: { cached_tokens: 300 } };
  const reply = await send([event({ meters: undefined, usage, usage_format: "openai_chat" })]);
  expect(reply).toMatchObject({ status: 200, body: { results: [{ cost_usd: "0.004575" }] } });
});

test("a usage object with nonsense in it is rejected with its path", async () => {
  const reply = await send([
    event({ meters: undefined, usage: { prompt_tokens: "many" }, usage_format: "openai_chat" }),
  ]);
  expect(reply.status).toBe(400);
  expect(reply.body.results[0]?.errors?.[0]?.path).toBe("usage.prompt_tokens");
});

describe("times", () => {
  test.each([
    ["1970", "1970-01-01T00:00:00Z"],
    ["2099", "2099-01-01T00:00:00Z"],
    ["31 days ago", at(-31 * day)],
    ["16 minutes ahead", at(16 * 60_000)],
  ])("%s is rejected", async (_, time) => {
    expect(await send([event({ time })])).toMatchObject({
      status: 400,
      body: { results: [{ errors: [{ path: "time" }] }] },
    });
  });

  test.each([
    ["29 days ago", at(-29 * day)],
    ["14 minutes ahead", at(14 * 60_000)],
    ["in another offset", "2026-11-20T23:30:00.123456+05:30"],
  ])("%s is taken", async (_, time) => {
    expect(await send([event({ time })])).toMatchObject({ status: 200 });
  });
});

describe("status of the whole", () => {
  const bad = event({ id: "bad", meters: { input_tokens: 1 } });

  test("some not taken: 207, in the order sent", async () => {
    const reply = await send([bad, event()]);
    expect(reply.status).toBe(207);
    expect(reply.body.results.map(({ id, status }) => [id, status])).toEqual([
      ["bad", "rejected"],
      ["call-1", "accepted"],
    ]);
  });

  test("all rejected: 400", async () => {
    expect(await send([bad, null, 7, "x", [], {}])).toMatchObject({ status: 400, body: { rejected: 6 } });
  });

  test("none taken because the ledger cannot write: 503 with Retry-After, and nothing is kept", async () => {
    await using door = await openDoor();
    door.breakLedger("full");
    const reply = await sendTo(door, [event()]);
    expect(reply).toMatchObject({
      status: 503,
      body: { unavailable: 1, results: [{ status: "unavailable", cost_usd: null }] },
    });
    expect(reply.headers.get("retry-after")).toBe("2");
    door.breakLedger(undefined);
    expect(await door.countEntries()).toBe(0);
    expect(await sendTo(door, [event()])).toMatchObject({ status: 200, body: { accepted: 1 } });
  });

  test("part of it taken while the ledger fails: 207 says which to send again", async () => {
    await using door = await openDoor();
    door.breakLedger("second");
    const reply = await sendTo(door, [event({ id: "a" }), event({ id: "b" })]);
    expect(reply.status).toBe(207);
    expect(reply.body.results.map(({ status }) => status)).toEqual(["accepted", "unavailable"]);
  });
});

test("what was said to a model is not kept, wherever it was put", async () => {
  await using door = await openDoor();
  const secret = "the-secret-prompt";
  const sent = event({
    messages: [{ role: "user", content: secret }],
    output: secret,
    metadata: { prompt: secret },
    attribution: { ...event().attribution, prompt: secret },
    meters: undefined,
    usage_format: "openai_chat",
    usage: { prompt_tokens: 10, completion_tokens: 1, choices: [{ message: secret }] },
  });
  expect(await sendTo(door, [sent])).toMatchObject({
    status: 200,
    body: { results: [{ warnings: ["content_dropped", "unknown_fields"], unknown_fields: ["metadata"] }] },
  });
  expect(await door.countEntries()).toBe(1);
  expect(await door.allStored()).not.toContain(secret);
});

test("a key that fixes the environment wins over the event, with a warning", async () => {
  await using door = await openDoor();
  const key = await door.createKey({ role: "ingest", fixed: { environment: "development" } });
  const reply = await door.send("POST", "/v1/events", { json: event(), key });
  expect(await reply.json()).toMatchObject({ results: [{ status: "accepted", warnings: ["attribution_overridden"] }] });
});

describe("fields that nobody knows", () => {
  test("are named beside the price that comes without them", async () => {
    const attribution = { ...event().attribution, project: "apollo" };
    const { body } = await send([event({ servicetier: "batch", requets: 7, attribution })]);
    expect(body.results).toEqual([
      {
        id: "call-1",
        status: "accepted",
        cost_usd: "0.0042",
        price_status: "priced",
        warnings: ["unknown_fields"],
        unknown_fields: ["servicetier", "requets", "attribution.project"],
      },
    ]);
  });

  test("are at most ten names of 64 characters", async () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${i + 1_000}${"x".repeat(100)}`, i]));
    const [result] = (await send([event(many)])).body.results;
    const named = (result as { unknown_fields?: readonly string[] }).unknown_fields;
    expect(named).toHaveLength(10);
    expect(named?.[9]).toBe(`1009${"x".repeat(60)}`);
  });

  test("say nothing of the event: without them it is a duplicate", async () => {
    await using door = await openDoor();
    await sendTo(door, [event({ servicetier: "batch" })]);
    expect((await sendTo(door, [event()])).body.results).toMatchObject([{ status: "duplicate" }]);
  });
});

describe("doubtful usage is taken with a warning", () => {
  test.each<[string, object, readonly string[] | undefined]>([
    ["no meters", { meters: {} }, ["no_usage"]],
    ["meters of nothing", { meters: { text_output_tokens: 0 } }, ["no_usage"]],
    [
      "more tokens than a call has",
      { meters: { uncached_input_tokens: 1, reasoning_tokens: 1e7 } },
      ["implausible_quantity"],
    ],
    ["as many as that", { meters: { reasoning_tokens: 1e7 } }, undefined],
    ["as many in two calls", { requests: 2, meters: { uncached_input_tokens: 1, reasoning_tokens: 1e7 } }, undefined],
  ])("%s", async (_, change, warnings) => {
    const [result] = (await send([event(change)])).body.results;
    expect(result).toMatchObject({ status: "accepted" });
    expect((result as { warnings?: readonly string[] }).warnings).toEqual(warnings);
  });

  test("characters and seconds are no tokens", async () => {
    const sent = event({ provider: "nobody", meters: { input_characters: 10_000_001 } });
    expect((await send([sent])).body.results).toMatchObject([{ warnings: ["unknown_provider"] }]);
  });
});

test("blanks around names are no part of them, inside they are", async () => {
  await using door = await openDoor();
  const plain = event({ attribution: { ...event().attribution, team: "Search  Ads" } });
  const attribution = { ...event().attribution, team: "  Search  Ads\t" };
  const [first] = (await sendTo(door, [event({ provider: " openai", model: "gpt-4o ", attribution })])).body.results;
  expect(first).toMatchObject({ status: "accepted", cost_usd: "0.0042" });
  expect((await sendTo(door, [plain])).body.results).toMatchObject([{ status: "duplicate" }]);
  expect((await door.entries())[0]?.attribution.team).toBe("Search  Ads");
});

test("a model is found in any case", async () => {
  expect((await send([event({ model: "GPT-4o" })])).body.results).toMatchObject([{ cost_usd: "0.0042" }]);
});

test("a conflict has no price, and says what differs", async () => {
  await using door = await openDoor();
  const other = event({ model: "gpt-4o-mini", meters: { text_output_tokens: 120 } });
  const [, result] = (await sendTo(door, [event(), other])).body.results;
  expect(result).toEqual({
    id: "call-1",
    status: "conflict",
    cost_usd: null,
    price_status: null,
    errors: [
      { path: "id", found: "call-1", wanted: "a new id, or the same content as before; what differs: model, meters" },
    ],
  });
});
