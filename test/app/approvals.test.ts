import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeApprovalOutcome } from "#app/approval-outcome.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeDecideApproval } from "#app/decide-approval.ts";
import type { StoredApproval } from "#app/ports/approvals.ts";
import { makeRequestApproval, type NewApproval } from "#app/request-approval.ts";
import { compilePolicies } from "#core/model-policy.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import { type CellDimensions, cellKey, type SpendCell } from "#core/spend-cell.ts";
import { dayMs, type Instant, type UsageDate } from "#core/time.ts";
import { type ControlFile, openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { catalog } from "../core/rating-catalog.ts";
import { aKey, anAudit } from "../fakes/audited.ts";
import { memorySpend } from "../fakes/memory-spend.ts";
import { memoryClosedDays } from "../fakes/memory-stores.ts";
import { at, officer } from "../fakes/usage.ts";

const other = { ...officer, keyId: "key_other" };
const third = { ...officer, keyId: "key_third" };

let control: ControlFile;
let now: Instant;
let spend: ReturnType<typeof memorySpend>;

beforeEach(() => {
  now = at("2026-11-23T12:00:00Z");
  control = openControl(IN_MEMORY, () => now);
  spend = memorySpend();
});
afterEach(() => control.close());

const deps = () => {
  const clock = () => now;
  const costReport = makeCostReport({ spend, closedDays: memoryClosedDays(), clock });
  const { approvals, config, keys } = control;
  const rater = async () => makeCoreRater((provider) => catalog[provider], []);
  return {
    approvals,
    config,
    keys,
    clock,
    costReport,
    rater,
    catalog: (name: string) => catalog[name],
    newId: () => "1",
  };
};

const asked: NewApproval = {
  current: { provider: "openai", model: "plain-2026-01-01" },
  policy: {
    ...{ id: "other-prod", provider: "OpenAI", model: "other", environment: ["production"] },
    ...{ owner: "ai-office", reason: "cheaper" },
  },
  ...{ reason: "as good, and cheaper", inputTokenRatio: "1.2", outputTokenRatio: "1" },
  evidence: { eval_score: "0.87 → 0.88" },
};

function used(usageDate: string, changes: Partial<CellDimensions>, requests: number, input: number, cost = 0n) {
  const dimensions: CellDimensions = {
    ...{ team: "search", feature: "chat", environment: "production", region: "eu", customer_tier: "pro" },
    ...{ cost_class: "cogs", provider: "openai", model: "plain", service_tier: "standard" },
    ...{ price_status: "priced", policy_status: "approved" },
    ...changes,
  };
  const sums = { requests: BigInt(requests), quantities: { uncached_input_tokens: BigInt(input) } };
  const cell = {
    ...{ usageDate: usageDate as UsageDate, dimensions },
    sums: { ...sums, cost, listCost: cost, entries: 1n } as SpendCell["sums"],
  };
  spend.cells.set(`${usageDate} ${cellKey(dimensions)}`, cell);
}

const request = (changes: Partial<NewApproval> = {}) => makeRequestApproval(deps())({ ...asked, ...changes }, officer);
const decide = (...args: Parameters<ReturnType<typeof makeDecideApproval>>) => makeDecideApproval(deps())(...args);
const policies = async () => (await control.config.read()).config.policies.list;
const actions = async () => (await control.audit.read(1, 100)).map(({ action, by }) => `${action} by ${by}`);

describe("a request", () => {
  test("is priced by what its scope has used in the last 30 full days", async () => {
    used("2026-10-24", {}, 10, 1_000_000);
    used("2026-11-22", { team: "ops" }, 10, 1_000_000);
    // Outside: before, today, another environment, another model.
    used("2026-10-23", {}, 10, 1_000_000);
    used("2026-11-23", {}, 10, 1_000_000);
    used("2026-11-10", { environment: "staging" }, 10, 1_000_000);
    used("2026-11-10", { model: "dated" }, 10, 1_000_000);
    const requested = await request();
    expect(requested).toMatchObject({
      status: "requested",
      approval: {
        ...{ id: "apr_1", status: "requested", requestedBy: "key-finops" },
        current: { provider: "openai", model: "plain" },
        policy: { id: "other-prod", status: "approved", provider: "openai", model: "other" },
        impact: {
          ...{ from: "2026-10-24", to: "2026-11-22" },
          // plain: 2 M × 2.5; other: 2.4 M × 1 and 20 requests at 0.005.
          lines: [{ feature: "chat", customer_tier: "pro", requests: 20, current_usd: "5", proposed_usd: "2.5" }],
          difference_usd_per_month: "-2.5",
          difference_usd_per_request: "-0.125",
        },
      },
    });
    expect(await actions()).toEqual(["approval.request by key-finops"]);
    const confined = await makeRequestApproval({ ...deps(), newId: () => "2" })(
      { ...asked, policy: { ...asked.policy, team: ["ops"] } },
      officer,
    );
    expect(confined).toMatchObject({ approval: { impact: { lines: [{ requests: 10 }] } } });
  });

  test("for production is priced by what names no environment too: such calls are judged as production", async () => {
    used("2026-11-20", {}, 10, 1_000_000);
    used("2026-11-21", { environment: "unallocated" }, 5, 1_000_000);
    expect(await request()).toMatchObject({ approval: { impact: { lines: [{ requests: 15 }] } } });
    const staging = { ...asked, policy: { ...asked.policy, environment: ["staging" as const] } };
    const requested = await makeRequestApproval({ ...deps(), newId: () => "2" })(staging, officer);
    expect(requested).toMatchObject({ approval: { impact: { lines: [] } } });
  });

  test.each([
    ["a pattern", { policy: { ...asked.policy, model: "gpt-*" } }, "policy.model"],
    ["the model itself", { current: { provider: "openai", model: "other" } }, "current.model"],
    ["the id of a policy about another model", { policy: { ...asked.policy, id: "standing" } }, "policy.id"],
    ["no ratio", { inputTokenRatio: "1,2" }, "input_token_ratio"],
    [
      "days the wrong way round",
      { policy: { ...asked.policy, from: "2027-01-02", expires: "2027-01-01" } },
      "policy.expires",
    ],
  ])("with %s is refused, naming the field", async (_, changes, path) => {
    const { config } = await control.config.read();
    const standing = { ...asked.policy, id: "standing", status: "denied", provider: "openai", model: "oth*" } as const;
    await control.config.replace(0, { ...config, policies: { unlisted: "allow", list: [standing] } }, []);
    const refused = await request(changes as Partial<NewApproval>);
    expect(refused).toMatchObject({ status: "refused", errors: [{ path }] });
    expect(await control.approvals.list()).toEqual([]);
  });
});

describe("a decision", () => {
  beforeEach(async () => {
    await request();
  });

  test("approves: the policy holds before all that are as specific, and everything is in the audit log", async () => {
    const older = {
      id: "older",
      status: "denied",
      provider: "openai",
      model: "other",
      owner: "o",
      reason: "not yet",
    } as const;
    const { config } = await control.config.read();
    const narrower = { ...older, environment: ["production"] } as const;
    await control.config.replace(0, { ...config, policies: { unlisted: "allow", list: [narrower] } }, []);
    expect(await decide("apr_1", "review", "looked at the evaluation", third)).toMatchObject({ status: "done" });
    expect(await decide("apr_1", "approve", "go", other)).toMatchObject({
      status: "done",
      approval: {
        ...{ status: "approved", decidedBy: "key_other", decidedAt: now, decisionNote: "go" },
        reviews: [{ by: "key_third", at: now, note: "looked at the evaluation" }],
      },
    });
    const judge = compilePolicies((await control.config.read()).config.policies);
    const use = { provider: "openai", model: "other", team: "search", usageDate: "2026-11-23" as UsageDate };
    expect(judge({ ...use, environment: "production" })).toMatchObject({ status: "approved", policy: "other-prod" });
    expect(await actions()).toEqual([
      "approval.request by key-finops",
      "approval.review by key_third",
      "config.add by key_other",
      "config.change by key_other",
      "approval.approve by key_other",
    ]);
  });

  test("takes the place of the pending policy of the same id", async () => {
    const { config } = await control.config.read();
    const pending = { ...asked.policy, status: "pending" } as const;
    await control.config.replace(0, { ...config, policies: { unlisted: "forbid", list: [pending] } }, []);
    await decide("apr_1", "approve", "", other);
    expect(await policies()).toEqual([{ ...asked.policy, provider: "openai", status: "approved" }]);
  });

  test("takes two persons: neither who requested it, nor a key that theirs was rotated to", async () => {
    await control.keys.add(aKey({ id: "key-finops", name: "Ada", hash: "a" }), anAudit);
    await control.keys.add(aKey({ id: "key_rotated", name: "ada ", hash: "b" }), anAudit);
    await control.keys.add(aKey({ id: "key_other", name: "Grace", hash: "c" }), anAudit);
    for (const keyId of ["key-finops", "key_rotated"]) {
      for (const decision of ["approve", "review"] as const) {
        expect(await decide("apr_1", decision, "", { ...officer, keyId })).toMatchObject({
          status: "refused",
          why: expect.stringContaining("two persons"),
        });
      }
    }
    expect(await policies()).toEqual([]);
    expect(await decide("apr_1", "approve", "", other)).toMatchObject({ status: "done" });
  });

  test("may be to withdraw one's own request", async () => {
    expect(await decide("apr_1", "reject", "changed my mind", officer)).toMatchObject({
      approval: { status: "rejected" },
    });
    expect(await decide("apr_1", "approve", "", other)).toMatchObject({ status: "refused" });
    expect(await policies()).toEqual([]);
  });

  test("comes too late after 30 days", async () => {
    now = (now + 30 * dayMs) as Instant;
    expect(await decide("apr_1", "approve", "", other)).toMatchObject({
      status: "refused",
      why: "This approval is expired: nothing can be done about it.",
    });
    now = (now - 1) as Instant;
    expect(await decide("apr_1", "approve", "", other)).toMatchObject({ status: "done" });
  });

  test("killed between policy and mark, and made again, ends the same: one policy, one entry of each kind", async () => {
    const { approvals } = control;
    const killed = { ...deps(), approvals: { ...approvals, put: async () => Promise.reject(new Error("killed")) } };
    await expect(makeDecideApproval(killed)("apr_1", "approve", "", other)).rejects.toThrow("killed");
    expect(await policies()).toHaveLength(1);
    // Rejected, it would hold without anybody's approval.
    expect(await decide("apr_1", "reject", "no", third)).toMatchObject({
      ...{ status: "refused", why: expect.stringContaining("other-prod holds already") },
    });
    expect(await decide("apr_1", "approve", "", other)).toMatchObject({ approval: { status: "approved" } });
    expect(await decide("apr_1", "approve", "", other)).toMatchObject({ approval: { status: "approved" } });
    expect(await policies()).toHaveLength(1);
    expect(await actions()).toEqual([
      "approval.request by key-finops",
      "config.add by key_other",
      "approval.approve by key_other",
    ]);
  });

  test("that loses to a rejection takes its policy back; to a review or a change of the config it comes again", async () => {
    const { approvals, config } = control;
    let meanwhile = async () => {};
    const interrupted =
      <A extends unknown[], R>(write: (...input: A) => Promise<R>) =>
      async (...input: A) => {
        const before = meanwhile;
        meanwhile = async () => {};
        await before();
        return write(...input);
      };
    const racing = makeDecideApproval({ ...deps(), approvals: { ...approvals, put: interrupted(approvals.put) } });
    const reject = async (id: string) => {
      const { approval, revision } = (await approvals.find(id)) as StoredApproval;
      expect(await approvals.put(revision, { ...approval, status: "rejected" }, anAudit)).toBe(true);
    };
    meanwhile = () => reject("apr_1");
    const pending = { ...asked.policy, status: "pending" } as const;
    const { config: empty } = await config.read();
    await config.replace(0, { ...empty, policies: { unlisted: "forbid", list: [pending] } }, []);
    expect(await racing("apr_1", "approve", "", other)).toMatchObject({ status: "refused" });
    expect(await policies()).toEqual([pending]);
    await config.replace((await config.read()).revision, empty, []);
    await makeRequestApproval({ ...deps(), newId: () => "0" })(asked, officer);
    meanwhile = () => reject("apr_0");
    expect(await racing("apr_0", "approve", "", other)).toMatchObject({ status: "refused" });
    expect(await policies()).toEqual([]);
    await makeRequestApproval({ ...deps(), newId: () => "2" })(asked, officer);
    meanwhile = async () => void (await decide("apr_2", "review", "fine", third));
    expect(await racing("apr_2", "approve", "", other)).toMatchObject({
      approval: { status: "approved", reviews: [{ note: "fine" }] },
    });
    await makeRequestApproval({ ...deps(), newId: () => "3" })(
      { ...asked, policy: { ...asked.policy, id: "p3" } },
      officer,
    );
    meanwhile = async () => {
      const { config: stored, revision } = await config.read();
      await config.replace(revision, { ...stored, coverage: { target_percent: "90" } }, []);
    };
    const moved = makeDecideApproval({ ...deps(), config: { ...config, replace: interrupted(config.replace) } });
    expect(await moved("apr_3", "approve", "", other)).toMatchObject({ approval: { status: "approved" } });
    expect((await config.read()).config.coverage.target_percent).toBe("90");
    expect((await policies()).map(({ id }) => id)).toEqual(["p3", "other-prod"]);
  });

  test("about what nobody has requested is none", async () => {
    expect(await decide("apr_9", "approve", "", other)).toEqual({ status: "unknown" });
  });
});

describe("an outcome", () => {
  test("compares what was predicted per request with what was paid, from the approval on", async () => {
    used("2026-11-20", {}, 10, 1_000_000);
    await request();
    const outcome = makeApprovalOutcome(deps());
    expect(await outcome("apr_1")).toEqual({ status: "undecided" });
    await decide("apr_1", "approve", "", other);
    // Predicted: 1.2 M tokens × 1 and 10 requests at 0.005, 0.125 a request.
    used("2026-11-22", { model: "other" }, 100, 1, 9_000_000_000_000n);
    used("2026-11-23", { model: "other" }, 4, 1, 600_000_000_000n);
    used("2026-11-24", { model: "other", feature: "new" }, 1, 1, 70_000_000_000n);
    used("2026-11-24", { model: "other", environment: "staging" }, 1, 1, 70_000_000_000n);
    used("2026-12-23", { model: "other" }, 50, 1, 1n);
    now = at("2026-11-25T00:00:00Z");
    expect(await outcome("apr_1")).toMatchObject({
      outcome: {
        ...{ from: "2026-11-23", to: "2026-11-25", isComplete: false },
        lines: [
          { feature: "chat", requests: 4n, cost: 600_000_000_000n, predicted: 500_000_000_000n },
          { feature: "new", requests: 1n, cost: 70_000_000_000n, predicted: null },
        ],
        ...{ predicted: 500_000_000_000n, actual: 600_000_000_000n, unpredicted: 70_000_000_000n },
      },
    });
    now = at("2026-12-23T00:00:00Z");
    expect(await outcome("apr_1")).toMatchObject({ outcome: { to: "2026-12-22", isComplete: true } });
  });
});
