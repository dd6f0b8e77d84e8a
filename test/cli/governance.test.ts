import { afterAll, beforeAll, expect, test } from "vitest";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import { type Finops, openFinops } from "./finops.ts";

let finops: Finops;
let key: string;
const yesterday = addDays(usageDateOf(Date.now() as Instant), -1);
/** On New Year's Day yesterday's spend is of the year before. */
const isThisYear = yesterday.slice(0, 4) === String(new Date().getUTCFullYear());

const json = async (...words: string[]) => {
  const { exitCode, out, err } = await finops.run([...words, "--json"]);
  expect(err).toBe("");
  expect(exitCode).toBe(0);
  return JSON.parse(out);
};

async function call(path: string, body: object | undefined, signedWith = finops.adminKey) {
  const headers = { authorization: `Bearer ${signedWith}`, "content-type": "application/json" };
  return fetch(`${finops.url}${path}`, { method: "POST", headers, ...(body && { body: JSON.stringify(body) }) });
}

const keyFor = async (name: string, role: string, teams?: string[]): Promise<string> =>
  ((await (await call("/v1/keys", { name, role, teams })).json()) as { key: string }).key;

beforeAll(async () => {
  finops = await openFinops();
  key = await keyFor("sender", "ingest");
  const config = await fetch(`${finops.url}/v1/config`, { headers: { authorization: `Bearer ${finops.adminKey}` } });
  const { revision } = (await config.json()) as { revision: string };
  const budget = {
    ...{ id: "search-year", owner: "o", scope: { team: ["search"] }, period: "year", amount_usd: "0.007" },
    when_used_up: "deny",
    thresholds: [
      { on: "actual", percent: "80", severity: "warning" },
      { on: "actual", amount_usd: "0.007", severity: "critical" },
    ],
  };
  const applied = await call("/v1/config/apply", { document: { budgets: [budget] }, expected_revision: revision });
  expect(applied.status).toBe(200);
  const attribution = { feature: "chat", environment: "production", region: "eu", customer_tier: "pro" };
  const event = (id: string, team: string, model: string) => ({
    ...{ id, source: "app", time: `${yesterday}T10:00:00Z`, provider: "openai", model },
    ...{ meters: { uncached_input_tokens: 1_000, text_output_tokens: 100 }, attribution: { ...attribution, team } },
  });
  const events = [event("1", "search", "gpt-4o"), event("2", "search", "gpt-4o"), event("3", "ops", "gpt-4o-mini")];
  expect((await call("/v1/events", { events }, key)).status).toBe(200);
  expect((await call("/v1/pipeline/runs", undefined)).status).toBe(200);
});
afterAll(() => finops[Symbol.asyncDispose]());

test("who used which model when is in the lake, by key and team", async () => {
  const { rows, complete } = await json("models", "usage", "--from", yesterday, "--to", yesterday);
  expect(complete).toBe(true);
  const row = { usage_date: yesterday, provider: "openai", environment: "production", key_name: "sender" };
  expect(rows).toEqual([
    // 1,000 × $2.50 and 100 × $10.00 per million, twice.
    expect.objectContaining({ ...row, model: "gpt-4o", team: "search", events: 2, requests: 2, cost_usd: "0.007" }),
    expect.objectContaining({ ...row, model: "gpt-4o-mini", team: "ops", events: 1, requests: 1, cost_usd: "0.00021" }),
  ]);
  const ofTeam = await json("models", "usage", "--team", "ops");
  expect(ofTeam.rows).toHaveLength(1);
  expect((await json("models", "usage", "--model", "gpt-4")).rows).toEqual([]);
  const confined = await keyFor("viewer", "viewer", ["ops", "op"]);
  expect((await json("models", "usage", "--key", confined)).rows).toEqual(ofTeam.rows);
});

test("a model is requested with its impact, approved by somebody else, and then governs", async () => {
  const requested = await json(
    ...["approvals", "request", "--id", "mini", "--provider", "openai", "--model", "gpt-4o-mini"],
    ...["--owner", "ai-office", "--reason", "as good", "--current", "openai/gpt-4o", "--environment", "production"],
    ...["--output-token-ratio", "1.5", "--evidence", "eval_score=0.87"],
  );
  expect(requested).toMatchObject({
    ...{ status: "requested", requested_by: "admin", evidence: { eval_score: "0.87" } },
    impact: {
      // Mini: 2,000 × $0.15 and 300 × $0.60 per million.
      lines: [{ feature: "chat", customer_tier: "pro", requests: 2, current_usd: "0.007", proposed_usd: "0.00048" }],
      ...{ difference_usd_per_month: "-0.00652", difference_usd_per_request: "-0.00326" },
    },
  });
  const own = await finops.run(["approvals", "approve", requested.id]);
  expect(own).toMatchObject({ exitCode: 1, err: expect.stringContaining("two persons") });
  const officer = await keyFor("Grace", "finops");
  const approved = await json("approvals", "approve", requested.id, "--note", "go", "--key", officer);
  expect(approved).toMatchObject({ status: "approved", decision: { note: "go" } });
  expect((await json("approvals", "list")).approvals).toEqual([approved]);
  expect(await json("approvals", "show", requested.id)).toEqual(approved);
  const shown = await finops.run(["approvals", "show", requested.id]);
  expect(shown.out).not.toContain("decided until");
  expect(shown.out).toContain(": 0.007 USD, proposed 0.00048 USD; difference -0.00652 USD a month");
  const again = await finops.run(["approvals", "approve", requested.id, "--key", officer]);
  expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining("It is approved already") });
  expect(await json("approvals", "outcome", requested.id)).toMatchObject({ complete: false, features: [] });
  const missing = await finops.run(["approvals", "review", "apr_nobody"]);
  expect(missing).toMatchObject({ exitCode: 1, err: expect.stringContaining("There is no approval apr_nobody") });
});

test("a request without usage says so, and until when it is to be decided", async () => {
  const { out } = await finops.run([
    ...["approvals", "request", "--id", "unused", "--provider", "openai", "--model", "gpt-4o", "--owner", "o"],
    ...["--reason", "r", "--current", "openai/gpt-4o-mini", "--environment", "staging"],
  ]);
  expect(out).toMatch(/^From \S+ to \S+: no usage of openai\/gpt-4o-mini in the scope\.$/m);
  expect(out).toContain(", to be decided until ");
});

test("the models in use are told with what the policies say of them now", async () => {
  const { models } = await json("models", "list");
  expect(models).toEqual([
    expect.objectContaining({
      ...{ model: "gpt-4o", cost_usd: "0.007", teams: ["search"], first_seen: yesterday },
      // 0.007 USD of 2,200 tokens.
      ...{ policy_status: "approved", unapproved: [], usd_per_million_tokens: "3.181818181818" },
      cheapest_approved: {
        ...{ provider: "openai", model: "gpt-4o-mini", environment: "production", team: "search" },
        // 2,000 × 0.15 and 200 × 0.60 per million, of 2,200 tokens.
        usd_per_million_tokens: "0.190909090909",
      },
    }),
    expect.objectContaining({ model: "gpt-4o-mini", policy_status: "approved", cheapest_approved: null }),
  ]);
  const table = await finops.run(["models", "list"]);
  expect(table.out).toContain("openai/gpt-4o-mini");
});

test("authorize says what a call costs; a denied one ends with exit code 1", async () => {
  const words = ["authorize", "--provider", "openai", "--model", "gpt-4o", "--expected-input-tokens", "1000"];
  const of = (team: string) => [...words, "--attribution", `team=${team}`, "--attribution", "environment=production"];
  const allowed = await finops.run(of("ops"));
  expect(allowed).toMatchObject({ exitCode: 0, out: expect.stringContaining("attribution_incomplete") });
  expect(await json(...of("ops"))).toMatchObject({ decision: "allow", estimated_cost_usd: "0.0025" });
  if (isThisYear) {
    const denied = await finops.run(of("search"));
    expect(denied).toMatchObject({ exitCode: 1, out: expect.stringContaining("budget search-year is used up") });
  }
  const wrong = await finops.run([...words, "--attribution", "purpose=fun"]);
  expect(wrong).toMatchObject({ exitCode: 2, err: expect.stringContaining("--attribution purpose") });
});

test("a budget is shown with what its scope has spent", async () => {
  const { budgets } = await json("budgets");
  expect(budgets).toMatchObject([
    {
      ...{ id: "search-year", amount_usd: "0.007", period: "year" },
      ...(isThisYear && {
        spent_usd: "0.007",
        spent_percent: "100.00",
        used_up: true,
        from: `${yesterday.slice(0, 4)}-01-01`,
      }),
    },
  ]);
});

test("one budget is shown whole, and one that is not there is told with those that are", async () => {
  const { out } = await finops.run(["budgets", "show", "search-year"]);
  expect(out).toMatch(/^scope +team search$/m);
  expect(out).toMatch(/^threshold +actual 80 % \(0\.0056\d* USD\), warning: (not )?reached$/m);
  expect(out).toMatch(/^threshold +actual 0\.007 USD \(100 %\), critical: (not )?reached$/m);
  expect(out).toMatch(/^parts +none$/m);
  const wrong = await finops.run(["budgets", "show", "serach"]);
  expect(wrong).toMatchObject({ exitCode: 1, err: expect.stringContaining("one of search-year") });
});

test("a model on its way out is listed as deprecated, with its day and its successor", async () => {
  const config = await fetch(`${finops.url}/v1/config`, { headers: { authorization: `Bearer ${finops.adminKey}` } });
  const { revision: expected_revision } = (await config.json()) as { revision: string };
  const reviewed = { provider: "openai", owner: "o", reason: "r" };
  const list = [
    { ...reviewed, id: "4.1", model: "gpt-4.1", status: "approved" },
    { ...reviewed, id: "nano", model: "gpt-4.1-nano", status: "approved" },
    { ...reviewed, id: "4o", model: "gpt-4o", status: "deprecated", deprecated_on: "2999-01-01", successor: "gpt-4.1" },
  ];
  const document = { policies: { unlisted: "allow", list } };
  expect((await call("/v1/config/apply", { document, expected_revision })).status).toBe(200);
  const { models } = await json("models", "list");
  expect(models[0]).toMatchObject({
    ...{ model: "gpt-4o", policy_status: "approved", deprecated: { on: "2999-01-01", successor: "gpt-4.1" } },
    cheapest_approved: { model: "gpt-4.1" },
  });
  expect(models[1]).toMatchObject({
    model: "gpt-4o-mini",
    deprecated: null,
    cheapest_approved: { model: "gpt-4.1-nano" },
  });
  const { out } = await finops.run(["models", "list"]);
  expect(out).toMatch(/gpt-4o .* deprecated +2999-01-01 +gpt-4\.1 /);
});
