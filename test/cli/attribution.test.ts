import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Finops, openFinops } from "./finops.ts";

let finops: Finops;
const now = new Date();
const day = now.toISOString().slice(0, 10);
const days = ["--from", day, "--to", day];

async function post(path: string, body?: object, key = finops.adminKey) {
  const authorization = `Bearer ${key}`;
  const sent = body && { headers: { authorization, "content-type": "application/json" }, body: JSON.stringify(body) };
  const reply = await fetch(`${finops.url}${path}`, { method: "POST", headers: { authorization }, ...sent });
  expect(reply.status, await reply.clone().text()).toBeLessThan(300);
  return (await reply.json()) as Record<string, string>;
}

const allocated = { team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" };
const { feature: _, ...withoutFeature } = allocated;

/** $0.0035 each, of gpt-4o. */
const event = (id: string, changes: object = {}) => ({
  ...{ id, source: "test", time: now.toISOString(), provider: "openai", model: "gpt-4o", attribution: allocated },
  meters: { uncached_input_tokens: 1_000, text_output_tokens: 100 },
  ...changes,
});

const runPipeline = () => post("/v1/pipeline/runs");

async function json(...words: string[]) {
  const { exitCode, out, err } = await finops.run([...words, "--json"]);
  expect(exitCode, err).toBe(0);
  return JSON.parse(out) as Record<string, unknown>;
}

beforeAll(async () => {
  finops = await openFinops();
  await post("/v1/events", {
    events: [event("1"), event("2", { attribution: withoutFeature }), event("3", { model: "in-house-1" })],
  });
  await runPipeline();
});
afterAll(() => finops[Symbol.asyncDispose]());

describe("unallocated usage", () => {
  test("is listed with why and what it probably is, is assigned, and has left every list then", async () => {
    const before = await json("report", "cost");
    expect(before).toMatchObject({ total_cost_usd: "0.007", unallocated: { cost_usd: "0.0035" } });
    const listed = await finops.run(["attribution", "list", ...days]);
    expect(listed.out).toContain("feature: not sent");
    expect(listed.out).toContain("feature=chat (by key)");
    expect(listed.out).toContain("Unallocated now: 0.0035 of 0.007 USD, 50.0000 %.");
    expect(listed.out).toContain("The rows: As of the last run of the pipeline: `finops status` says when.");
    for (const command of [["findings"], ["doubles", "list"]]) {
      const { out } = await finops.run(command);
      expect(out.endsWith("\nAs of the last run of the pipeline: `finops status` says when.\n")).toBe(true);
    }
    expect(await json("attribution", "coverage", ...days)).toMatchObject({
      ...{ coverage_percent: "50.0000", target_percent: "95", meets_target: false },
    });

    const assign = ["attribution", "assign", ...days, "--set", "feature=chat", "--reason", "the sender forgot it"];
    expect(await json(...assign, "--dry-run")).toMatchObject({ matched: 1, adjusted: 1, dry_run: true });
    const declined = await finops.run(assign, undefined, "no");
    expect(declined).toMatchObject({ exitCode: 2, err: expect.stringContaining("not confirmed: nothing has changed") });
    expect(declined.out).toContain("Would adjust 1 events: 0.0035 USD before, 0.0035 after, difference 0.");
    expect(await finops.run(assign)).toMatchObject({ exitCode: 2, err: expect.stringContaining("add --yes") });
    const done = await finops.run(assign, undefined, "yes");
    expect(done.exitCode, done.err).toBe(0);
    expect(done.out).toContain("restatement test-");
    expect(done.out).toContain("Adjusted 1 events: 0.0035 USD before, 0.0035 after, difference 0.");
    await runPipeline();

    expect(await json("report", "cost")).toMatchObject({ total_cost_usd: "0.007", unallocated: { cost_usd: "0" } });
    expect(await json("attribution", "list", ...days)).toMatchObject({ groups: [], unallocated_usd: "0" });
    const coverage = await finops.run(["attribution", "coverage", ...days, "--by", "team"]);
    expect(coverage.out).toContain("Allocated: 100.0000 %; the target of 95 % is met.");
    expect(await json(...assign, "--yes")).toMatchObject({ matched: 0, adjusted: 0 });
  });

  test("is assigned in the server's words: what cannot be taken is named by its option", async () => {
    const refused = await finops.run(["attribution", "assign", ...days, "--set", "purpose=internal", "--reason", "x"]);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain("at least one of team, feature");
    const unknown = await finops.run(["reprice", ...days, "--filter", "tem=search", "--reason", "x"]);
    expect(unknown).toMatchObject({ exitCode: 2, err: expect.stringContaining("there is no tem") });
  });
});

test("a price that was missing is set, and its usage repriced: a dry run says before by how much", async () => {
  const price = { provider: "openai", model: "in-house-1", tier: "*", from: day, restatement: true, note: "forgotten" };
  const reprice = ["reprice", ...days, "--filter", "price_status=unpriced", "--reason", "price of in-house-1"];
  await post("/v1/prices", { ...price, meter: "uncached_input_tokens", usd_per_million: "2" });
  const lacking = { provider: "openai", model: "in-house-1", meters: ["text_output_tokens"], events: 1 };
  expect(await json(...reprice, "--dry-run")).toMatchObject({ adjusted: 0, skipped: 0, still_unpriced: [lacking] });
  const half = await finops.run(reprice);
  expect(half.out).toContain(
    "0 others are as wanted already.\n1 is still unpriced: no price for text_output_tokens of ",
  );
  expect(half.out).toContain("of openai/in-house-1.\n");
  await post("/v1/prices", { ...price, meter: "text_output_tokens", usd_per_million: "2" });
  const whole = { before_usd: "0", after_usd: "0.0022", difference_usd: "0.0022", adjusted: 1 };
  const groups = [{ model: "in-house-1", events: 1, after_usd: "0.0022", unpriced_before: 1, unpriced_after: 0 }];
  expect(await json(...reprice, "--dry-run")).toMatchObject({ ...whole, groups });
  expect(await json("report", "cost")).toMatchObject({ total_cost_usd: "0.007", unpriced: { entries: 1 } });
  expect(await json(...reprice, "--yes")).toMatchObject(whole);
  await runPipeline();
  expect(await json("report", "cost")).toMatchObject({ total_cost_usd: "0.0092" });
  expect(await json("explain", "--source", "test", "--id", "3")).toMatchObject({ cost_usd: "0.0022" });
});

test("a leaked key is revoked and what came with it since then is taken back, by one command", async () => {
  const leaked = await post("/v1/keys", { name: "leaked", role: "ingest" });
  const since = new Date(now.getTime() - 1_000).toISOString();
  await post("/v1/events", { events: [event("forged-1"), event("forged-2")] }, leaked.key);
  const voidSince = ["keys", "void-since", String(leaked.id), "--since", since, "--reason", "it was in a log"];

  for (const early of [await finops.run([...voidSince, "--dry-run"]), await finops.run(voidSince)]) {
    expect(early.exitCode, early.err).toBe(0);
    expect(early.out).toMatch(
      /What has landed since \S+ is not in the lake yet; it comes with the next run.*run this again/,
    );
  }
  await runPipeline();
  expect(await json(...voidSince, "--dry-run")).toMatchObject({ matched: 2, adjusted: 2, after_usd: "0" });
  expect(await json(...voidSince)).toMatchObject({ adjusted: 2, before_usd: "0.007", difference_usd: "-0.007" });
  await runPipeline();
  expect(await json("report", "cost")).toMatchObject({ total_cost_usd: "0.0092" });
  const keys = (await json("keys", "list")) as { keys: { id: string; revoked_at: string | null }[] };
  expect(keys.keys.find(({ id }) => id === leaked.id)?.revoked_at).not.toBeNull();

  const officer = await post("/v1/keys", { name: "officer", role: "finops" });
  const refused = await finops.run([...voidSince, "--key", String(officer.key)]);
  expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining("by an admin") });
  const nobody = await finops.run(["keys", "void-since", "key_none", "--since", since, "--reason", "x"]);
  expect(nobody).toMatchObject({ exitCode: 1, err: expect.stringContaining("There is no key key_none") });
});
