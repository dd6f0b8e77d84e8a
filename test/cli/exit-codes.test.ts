import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Finops, openFinops } from "./finops.ts";

let finops: Finops;
beforeAll(async () => {
  finops = await openFinops();
});
afterAll(() => finops[Symbol.asyncDispose]());

const attribution = { team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" };

async function send(id: string, more: Record<string, unknown> = {}): Promise<void> {
  const event = {
    ...{ id, source: "test", time: new Date().toISOString(), provider: "openai", model: "gpt-4o", attribution },
    meters: { uncached_input_tokens: 1_000, text_output_tokens: 100 },
    ...more,
  };
  const headers = { authorization: `Bearer ${finops.adminKey}`, "content-type": "application/json" };
  const reply = await fetch(`${finops.url}/v1/events`, { method: "POST", headers, body: JSON.stringify(event) });
  expect(reply.status).toBe(200);
}

async function json(words: readonly string[]) {
  const { exitCode, out, err } = await finops.run([...words, "--json"]);
  expect(exitCode, err).toBe(0);
  return JSON.parse(out);
}

test("no keys are told to be none", async () => {
  expect((await finops.run(["keys", "list"])).out).toBe("There are no keys yet: `finops keys create` makes one.\n");
});

test("0: help is no failure", async () => {
  const { exitCode, out } = await finops.run(["--help"]);
  expect(exitCode).toBe(0);
  expect(out).toContain("Usage: finops");
});

test.each([
  [["report", "cots"]],
  [["explain", "--source", "a"]],
  [["keys", "create", "--name", "x", "--role", "boss"]],
  [["report", "cost", "--filter", "colour=red"]],
  [["report", "cost", "--json", "--csv"]],
  [["adjust", "--source", "a", "--id", "b", "--reason", "c"]],
  [["adjust", "--source", "a", "--id", "b", "--reason", "c", "--void", "--model", "gpt-4o"]],
  [["prices", "set", "--provider", "openai", "--from", "2030-01-01"]],
  [["status", "--url", "no url"]],
])("2: %j is wrong usage", async (words) => {
  const { exitCode, err, out } = await finops.run(words);
  expect(exitCode).toBe(2);
  expect(err).not.toBe("");
  expect(out).toBe("");
});

test("3: no server answers", async () => {
  const { exitCode, err } = await finops.run(["status", "--url", "http://127.0.0.1:9"]);
  expect(exitCode).toBe(3);
  expect(err).toContain("start a server with `npm start`");
});

test.each([
  [["report", "cost", "--from", "2026-02-30"], /--from: found .*2026-02-30.*, wanted a UTC day/],
  [["report", "cost", "--group-by", "colour"], /--group-by: found .*colour.*, wanted dimensions/],
  [
    ["keys", "create", "--name", "k", "--role", "ingest", "--fix", "environment=prod"],
    /--fix environment: found .*prod/,
  ],
  [
    ["prices", "set", "--provider", "openai", "--discount-percent", "all", "--from", "2099-01-01"],
    /--discount-percent: found .*all.*, wanted /,
  ],
])("2: %j is wrong usage that the server finds, and names the option", async (words, told) => {
  const { exitCode, err } = await finops.run(words);
  expect(err).toMatch(told);
  expect(exitCode).toBe(2);
});

test("a filter is named as it was given, a key's team by its option, and a wrong day once", async () => {
  const made = await json(["keys", "create", "--name", "ops", "--role", "viewer", "--team", "ops"]);
  const foreign = await finops.run(["report", "cost", "--filter", "team=search", "--key", made.key]);
  expect(foreign.err).toContain('--filter team=…: found "search", wanted one of ops');
  expect(foreign.err).toContain("use another key");
  const unnamed = await finops.run(["keys", "create", "--name", "k", "--role", "viewer", "--team", " "]);
  expect(unnamed.err).toContain("\n  --team: found ");
  const { err } = await finops.run(["report", "cost", "--from", "2026-11-02", "--to", "2026-11-01"]);
  expect(err.split("a UTC day from 2026-11-02")).toHaveLength(2);
});

test("1: the server refuses", async () => {
  const wrongKey = await finops.run(["status", "--key", "wrong"]);
  expect(wrongKey.exitCode).toBe(1);
  expect(wrongKey.err).toContain("give a valid key with --key or FINOPS_KEY");
  const unknown = await finops.run(["explain", "--source", "nobody", "--id", "nothing"]);
  expect(unknown.exitCode).toBe(1);
});

test("a filter names one value, commas and all; given again, another one", async () => {
  for (const team of ["filtered, a", "filtered", "a"]) {
    await send(`of ${team}`, { attribution: { ...attribution, team } });
  }
  const report = ["report", "cost", "--group-by", "team"];
  const teams = async (...filters: string[]) => {
    const { rows } = await json([...report, ...filters.flatMap((filter) => ["--filter", filter])]);
    return rows.map(({ team }: { team: string }) => team);
  };
  await vi.waitFor(async () => expect(await teams("team=filtered, a", "team=a")).toEqual(["a", "filtered, a"]), {
    timeout: 5_000,
  });
  expect(await teams("team=filtered")).toEqual(["filtered"]);
});

test("a row of unpriced usage alone has no cost of 0, and the report says what is to be known of its total", async () => {
  const known = { ...attribution, team: "footer" };
  await send("footer-1", { model: "no-such-model", attribution: { ...known, feature: "tuned" } });
  await send("footer-2", { attribution: { ...known, feature: "chat" } });
  await send("footer-3", { attribution: { team: "footer", feature: "chat" }, quantities_estimated: true });
  const words = ["report", "cost", "--filter", "team=footer", "--group-by", "feature"];
  await vi.waitFor(async () => expect((await json(words)).rows).toHaveLength(2), { timeout: 5_000 });
  const { out } = await finops.run(words);
  expect(out).toMatch(/^tuned +unknown +unknown +1$/m);
  expect(out).toMatch(/^chat +0\.007 +0\.007 +2$/m);
  expect((await finops.run(["models", "list"])).out).toMatch(/^openai +no-such-model +unknown +1 /m);
  expect(out).toContain("of which unallocated 0.0035, estimated 0.0035, unpriced 1 requests, of unknown cost");
});

test("an event is explained charge by charge", async () => {
  await send("explained");
  const { out } = await finops.run(["explain", "--source", "test", "--id", "explained"]);
  expect(out).toMatch(/uncached_input_tokens\s+1,000\s+2\.5\s+2\.5\s+0\.0025\s+0\.0025\s+\S+/);
  expect(out).toContain("as it stands now: 0.0035 USD");
  const csv = await finops.run(["explain", "--source", "test", "--id", "explained", "--csv"]);
  expect(csv.out.split("\r\n")[1]).toMatch(
    /^usage,0,\d{4}-\d\d-\d\d,openai,gpt-4o,.*,uncached_input_tokens,1000,2\.5,2\.5,[^,]+,0\.0025,0\.0025,false,false$/,
  );
});

test("an adjustment says its request id, counts once, and stands in the explanation", async () => {
  await send("adjusted");
  const words = [
    "adjust",
    "--source",
    "test",
    "--id",
    "adjusted",
    "--reason",
    "wrong team",
    "--attribution",
    "team=ops",
  ];
  const first = await json(words);
  expect(first).toMatchObject({ request_id: expect.stringMatching(/^test-/), status: "accepted" });
  const again = await json([...words, "--request-id", first.request_id]);
  expect(again.status).toBe("duplicate");
  const { entries, cost_usd } = await json(["explain", "--source", "test", "--id", "adjusted"]);
  expect(entries.map(({ kind, cost_usd: cost }: { kind: string; cost_usd: string }) => [kind, cost])).toEqual([
    ["usage", "0.0035"],
    ["reversal", "-0.0035"],
    ["rebooking", "0.0035"],
  ]);
  expect(cost_usd).toBe("0.0035");
  const { out } = await finops.run(["explain", "--source", "test", "--id", "adjusted"]);
  expect(out).toContain("wrong team");
});

test("an event is voided", async () => {
  await send("voided");
  await json(["adjust", "--source", "test", "--id", "voided", "--reason", "test traffic", "--void"]);
  expect((await json(["explain", "--source", "test", "--id", "voided"])).cost_usd).toBe("0");
});

test("a key is shown once, does what its role allows, and is refused when revoked", async () => {
  const fixed = ["--fix", "team=checkout", "--fix", "environment=development", "--default", "region=eu"];
  const { key, id } = await json(["keys", "create", "--name", "reader", "--role", "viewer", ...fixed]);
  const listed = await json(["keys", "list"]);
  expect(JSON.stringify(listed)).not.toContain(key);
  expect(listed.keys.find((one: { id: string }) => one.id === id)).toMatchObject({
    ...{ name: "reader", role: "viewer", revoked_at: null },
    ...{ fixed: { team: "checkout", environment: "development" }, defaults: { region: "eu" } },
  });
  expect((await finops.run(["report", "cost", "--key", key])).exitCode).toBe(0);
  expect((await finops.run(["keys", "list", "--key", key])).exitCode).toBe(1);
  await json(["keys", "revoke", id]);
  const { keys } = await json(["keys", "list"]);
  expect(keys.find((one: { id: string }) => one.id === id).revoked_at).not.toBeNull();
});

test("a price is set from a coming day on, and one that would change the past is refused", async () => {
  const price = ["prices", "set", "--provider", "openai", "--discount-percent", "12.5"];
  expect(await json([...price, "--from", "2099-01-01", "--note", "contract 42"])).toMatchObject({
    ...{
      provider: "openai",
      model: "*",
      meter: "*",
      tier: "*",
      discount_percent: "12.5",
      from: "2099-01-01",
      to: null,
    },
  });
  expect((await json(["prices", "list"])).prices).toHaveLength(1);
  const unknown = await finops.run([...price, "--model", "gpt-4o-2099-01-01", "--from", "2099-01-01"]);
  expect(unknown.out).toContain("Nobody publishes openai/gpt-4o-2099-01-01: the price is of usage that is sent under");
  expect((await finops.run([...price, "--from", "2020-01-01"])).exitCode).toBe(2);
});

test("status says whose data it is", async () => {
  expect((await json(["status"])).data).toBe("own");
  expect((await finops.run(["status"])).out).toContain("your own");
});
