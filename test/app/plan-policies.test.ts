import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeJudgePrice } from "#app/judge-price.ts";
import { makePlanConfig } from "#app/plan-config.ts";
import type { WantedState } from "#app/propose-config.ts";
import type { Approval } from "#core/approval.ts";
import { type Config, INITIAL_CONFIG, type ModelPolicy } from "#core/config.ts";
import type { PicoUsd } from "#core/money.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";

const now = Date.parse("2026-11-23T12:00:00Z") as Instant;
const clock = () => now;
const date = (text: string) => text as UsageDate;

let control: ReturnType<typeof openControl>;
beforeEach(() => {
  control = openControl(IN_MEMORY, clock);
});
afterEach(() => control.close());

const anthropic = {
  provider: "anthropic",
  sources: {},
  models: { "claude-haiku-4-5": { cards: [] }, "claude-sonnet-4-5": { cards: [] } },
};

/** Nothing is in use. */
async function between(before: Partial<Config>, after: WantedState): Promise<string[]> {
  const { revision } = await control.config.read();
  await control.config.replace(revision, { ...INITIAL_CONFIG, ...before }, []);
  const nothing = { cost: 0n as PicoUsd, listCost: 0n as PicoUsd, requests: 0n, entries: 0n };
  const totals = { ...nothing, unallocated: nothing, unpriced: nothing, estimated: nothing, byClass: new Map() };
  const catalog = (provider: string) => (provider === "anthropic" ? anthropic : undefined);
  const plan = makePlanConfig({
    ...{ config: control.config, prices: control.prices, keys: control.keys, approvals: control.approvals },
    ...{ judge: makeJudgePrice(catalog), utf8Bytes: Buffer.byteLength, clock, catalog },
    costReport: async () => ({ rows: [], totals }),
  });
  const planned = await plan(after);
  if (planned.status !== "planned") throw new Error(JSON.stringify(planned.errors));
  return planned.changes.flatMap(({ section, id, meaning }) => meaning.map((line) => `${section}/${id}: ${line}`));
}

describe("what a plan lets through", () => {
  const policy = (id: string, changes: Partial<ModelPolicy> = {}): ModelPolicy => ({
    ...{ id, status: "approved", provider: "anthropic", owner: "o", reason: "r" },
    ...changes,
  });
  const haiku = { model: "claude-haiku-4-5" };
  const forbid = (...list: readonly ModelPolicy[]) => ({ policies: { unlisted: "forbid", list } }) as const;
  const unreviewed = "without a cost review (docs/governance.md)";

  test("is told of a policy that becomes approved, where it does", async () => {
    const pending = policy("h", { ...haiku, status: "pending", environment: ["production"] });
    expect(await between(forbid(pending), forbid({ ...pending, status: "approved" }))).toEqual([
      `policies/h: makes anthropic claude-haiku-4-5 approved in production ${unreviewed}`,
    ]);
  });

  test("is told of a denial that goes, or that misses the model it denied", async () => {
    const all = policy("all");
    const no = policy("no", { ...haiku, status: "denied" });
    const line = `makes anthropic claude-haiku-4-5 approved in every environment ${unreviewed}`;
    expect(await between(forbid(all, no), forbid(all))).toEqual([`policies/no: ${line}`]);
    expect(await between(forbid(all, no), forbid(all, { ...no, model: "claude-haiku-45" }))).toEqual([
      `policies/no: ${line}`,
      'policies/no: model "claude-haiku-45" of anthropic matches nothing known or in use: did you mean claude-haiku-4-5?',
    ]);
  });

  test("is told of a policy for teams that goes before a denial, by what is in use", async () => {
    const no = policy("no", { ...haiku, status: "denied" });
    const ours = policy("ours", { provider: "anthropic", team: ["search"] });
    expect(await between(forbid(no), forbid(no, ours))).toEqual([
      `policies/ours: makes anthropic * approved in every environment for search ${unreviewed}`,
    ]);
  });

  test("is told of what nobody lists, of the last policy that goes, and of a later day", async () => {
    const sonnet = policy("s", { model: "claude-sonnet-4-5", expires: date("2026-12-01") });
    expect(await between(forbid(sonnet), { policies: { unlisted: "allow", list: [sonnet] } })).toEqual([
      `settings/policies.unlisted: makes every model approved in every environment ${unreviewed}`,
    ]);
    expect(await between(forbid(sonnet), forbid())).toEqual([
      `policies/s: makes every model allowed in every environment ${unreviewed}`,
      `policies/s: makes anthropic claude-sonnet-4-5 allowed in every environment from 2026-12-02 on ${unreviewed}`,
    ]);
  });

  test("is told of a limit on a price that rises, and of one that goes", async () => {
    const limited = (max: string) => policy("h", { ...haiku, max_usd_per_million: { text_output_tokens: max } });
    const where = "makes anthropic claude-haiku-4-5 approved in every environment at";
    expect(await between(forbid(limited("5")), forbid(limited("10")))).toEqual([
      `policies/h: ${where} 10 USD per million text_output_tokens ${unreviewed}`,
    ]);
    expect(await between(forbid(limited("5")), forbid(policy("h", haiku)))).toEqual([
      `policies/h: ${where} any price of text_output_tokens ${unreviewed}`,
    ]);
  });

  test("is nothing when policies become stricter, or where there were none", async () => {
    expect(await between({}, forbid(policy("all")))).toEqual([]);
    expect(await between(forbid(policy("all")), forbid(policy("all", haiku)))).toEqual([]);
  });

  test("a provider and a key that nobody has are told, with what was probably meant", async () => {
    await control.keys.add(
      {
        ...{ id: "key_1", name: "gateway", hash: "h", role: "ingest", attribution: { fixed: {}, defaults: {} } },
        ...{ teams: null, requestsPerSecond: null, createdAt: now, expiresAt: null, revokedAt: null },
      },
      { at: now, by: "x", action: "key.create", subject: "key/key_1", from: null, to: null, reason: "" },
    );
    const rules = [{ id: "r", when: { key: ["key_1", "gateway", "nobody-at-all"] }, set: { team: "x" } }];
    const list = [policy("a", { provider: "antropic", status: "denied" }), policy("b", { model: "claude-*" })];
    expect(await between({}, { rules, policies: { list } })).toEqual([
      'rules/r: when.key: no key has the id "gateway": did you mean key_1?',
      'rules/r: when.key: no key has the id "nobody-at-all"',
      'policies/a: provider "antropic" matches nothing known or in use: did you mean anthropic?',
    ]);
  });

  test("what an approval has granted is told when it would go", async () => {
    const granted = policy("h", haiku);
    const approval: Approval = {
      ...{ id: "apr_1", status: "approved", requestedBy: "a", requestedAt: now, reason: "r", policy: granted },
      ...{ inputTokenRatio: "1", outputTokenRatio: "1", evidence: {}, reviews: [], expiresAt: now },
      impact: {
        ...{ from: date("2026-10-24"), to: date("2026-11-22"), lines: [], current_usd: "0", proposed_usd: "0" },
        ...{ difference_usd_per_month: "0", difference_usd_per_request: null, assumptions: [], unpriced_requests: 0 },
      },
    };
    await control.approvals.put(0, approval, {
      ...{ at: now, by: "b", action: "approval.approve", subject: "approval/apr_1", from: null, to: null, reason: "" },
    });
    expect(await between(forbid(policy("s"), granted), forbid(policy("s")))).toEqual([
      "policies/h: takes back what approval apr_1 has granted: `finops export` shows the policy as it stands",
    ]);
  });
});
