import { afterAll, beforeAll, expect, test } from "vitest";
import { type Finops, openFinops } from "./finops.ts";

let finops: Finops;
const name = "ACME, Ltd. & Söhne";

async function post(path: string, body?: object) {
  const authorization = `Bearer ${finops.adminKey}`;
  const sent = body && { headers: { authorization, "content-type": "application/json" }, body: JSON.stringify(body) };
  const reply = await fetch(`${finops.url}${path}`, { method: "POST", headers: { authorization }, ...sent });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

const event = (id: string, customer: string) => ({
  ...{ id, source: "test", time: new Date().toISOString(), provider: "openai", model: "gpt-4o" },
  attribution: {
    ...{ team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" },
    customer_id: customer,
  },
  meters: { uncached_input_tokens: 1_000, text_output_tokens: 100 },
  tags: { contact: "jo@acme.example" },
});

const linesOf = (out: string) =>
  out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  finops = await openFinops();
  const events = [event("1", name), event("2", name), event("3", "other")];
  expect((await post("/v1/events", { events })).status).toBe(200);
  expect((await post("/v1/pipeline/runs")).status).toBe(200);
});
afterAll(() => finops[Symbol.asyncDispose]());

test("the export of a customer is their events and their days, one JSON object a line", async () => {
  const { exitCode, out, err } = await finops.run(["customers", "export", name]);
  expect(exitCode, err).toBe(0);
  const lines = linesOf(out);
  expect(lines.map(({ record, id }) => [record, id])).toEqual([
    ["event", "1"],
    ["event", "2"],
    ["day", undefined],
  ]);
  expect(lines[0]).toMatchObject({
    ...{ source: "test", attribution: { customer_id: name, team: "search" }, cost_usd: "0.0035" },
    tags: { contact: "jo@acme.example" },
    charges: [{ meter: "uncached_input_tokens", quantity: 1_000, cost_usd: "0.0025" }, {}],
  });
  expect(lines[2]).toMatchObject({ entries: 2, requests: 2, cost_usd: "0.007" });
  expect(err).toBe("2 events and 1 daily sums, as of the last pipeline run\n");
});

test("of a customer that nobody has heard of there is nothing", async () => {
  expect(await finops.run(["customers", "export", "nobody"])).toMatchObject({
    ...{ exitCode: 0, out: "", err: "0 events and 0 daily sums, as of the last pipeline run\n" },
  });
});

test.each([[[]], [["--confirm", "ACME"]]])("to erase is refused without the id once more: %j", async (words) => {
  const { exitCode, err } = await finops.run(["customers", "erase", name, "--reason", "asked", ...words]);
  expect(exitCode).toBe(2);
  expect(err).toContain("cannot be brought back");
});

test.each(["erased", "unallocated"])("%s is nobody who could be erased", async (id) => {
  const { exitCode, err } = await finops.run(["customers", "erase", id, "--reason", "asked", "--confirm", id]);
  expect(exitCode).toBe(2);
  expect(err).toContain("nobody's");
});

test("an erased customer is gone from explanations, events and days; the cost is where it was", async () => {
  const total = ["report", "cost", "--json"];
  const before = JSON.parse((await finops.run(total)).out) as { total_cost_usd: string };
  const erased = await finops.run(["customers", "erase", name, "--reason", "asked", "--confirm", name, "--json"]);
  expect(erased.exitCode, erased.err).toBe(0);
  const { id } = JSON.parse(erased.out) as { id: string };
  await post("/v1/pipeline/runs");
  expect(linesOf((await finops.run(["customers", "export", name])).out)).toEqual([]);
  const explained = await finops.run(["explain", "--source", "test", "--id", "1", "--json"]);
  expect(JSON.parse(explained.out)).toMatchObject({
    cost_usd: "0.0035",
    entries: [{ attribution: { customer_id: "erased" }, tags: {} }],
  });
  const after = JSON.parse((await finops.run(total)).out) as { total_cost_usd: string };
  expect(after.total_cost_usd).toBe(before.total_cost_usd);
  const shown = await finops.run(["customers", "erasure", id, "--json"]);
  expect(JSON.parse(shown.out)).toMatchObject({ id, status: "erasing", reason: "asked", cleaned_at: null });
  expect(shown.out).not.toContain("ACME");
  expect((await finops.run(["customers", "erasure", "era_none"])).exitCode).toBe(1);
});

test("any id is one customer's: their export has their event, and to erase one erases nobody else", async () => {
  const ids = ["a", "a/b", "a?b", "..", "ä b", "a&b=c"];
  const sent = await post("/v1/events", { events: ids.map((id) => event(`of ${id}`, id)) });
  expect(sent.status).toBe(200);
  await post("/v1/pipeline/runs");
  const exported = async (id: string) =>
    linesOf((await finops.run(["customers", "export", id])).out).flatMap((line) => line.id ?? []);
  for (const id of ids) expect(await exported(id)).toEqual([`of ${id}`]);
  const erased = await finops.run(["customers", "erase", "a?b", "--reason", "asked", "--confirm", "a?b"]);
  expect(erased.exitCode, erased.err).toBe(0);
  await post("/v1/pipeline/runs");
  for (const id of ids) expect(await exported(id)).toEqual(id === "a?b" ? [] : [`of ${id}`]);
});

test("nobody can send the name that stands for the erased", async () => {
  const { status, body } = await post("/v1/events", { events: [event("4", "erased")] });
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain("kept for customers who were erased");
});

test("a redrive with nothing to do says so; one of the ledger lands all of it, and nothing is doubled", async () => {
  const none = await finops.run(["redrive", "--json"]);
  expect(none.exitCode, none.err).toBe(0);
  expect(JSON.parse(none.out)).toEqual({ objects: 0, changes: 0, undecodable: [] });
  const total = ["report", "cost", "--json"];
  const before = JSON.parse((await finops.run(total)).out) as { total_cost_usd: string };
  const all = await finops.run(["redrive", "--from-export", "ledger", "--json"]);
  expect(all.exitCode, all.err).toBe(0);
  expect(JSON.parse(all.out)).toEqual({ objects: 1, changes: 9, undecodable: [] });
  const { body } = await post("/v1/pipeline/runs");
  expect(body).toMatchObject({ status: "succeeded", differences: [] });
  const after = JSON.parse((await finops.run(total)).out) as { total_cost_usd: string };
  expect(after.total_cost_usd).toBe(before.total_cost_usd);
});

test.each([
  [["redrive", "--from-export", "none"], 1, "There is no export none"],
  [["redrive", "--from-export", "a/b"], 2, "exports/"],
  [["redrive", "--from-export", "ledger", "--received-from", "yesterday"], 2, "RFC 3339"],
])("%j is refused", async (words, code, told) => {
  const { exitCode, err } = await finops.run(words);
  expect(err).toContain(told);
  expect(exitCode).toBe(code);
});

test("what cannot be decoded is named, and the command does not end well", async () => {
  const report = {
    objects: 1,
    changes: 5,
    undecodable: [{ id: "batch-7", problems: ["no entry"] }],
    remaining: 0,
    next: null,
  };
  const more = { ...report, undecodable: [], remaining: 1, next: "batch-3" };
  const replies = [more, report];
  const sent: string[] = [];
  const { exitCode, out, err } = await finops.run(["redrive", "--csv"], async (_, { body }) => {
    sent.push(body ?? "");
    return { status: 200, text: async () => JSON.stringify(replies[sent.length - 1]) };
  });
  expect(exitCode).toBe(1);
  expect(sent).toEqual(["{}", '{"after":"batch-3"}']);
  expect(out).toBe("objects,changes,undecodable\r\n2,10,1\r\n");
  expect(err).toContain("batch-7: no entry");
});
