import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeApplyConfig } from "#app/apply-config.ts";
import type { CostReportQuery } from "#app/cost-report.ts";
import { makeJudgePrice } from "#app/judge-price.ts";
import { makePlanConfig, makeReadConfig, stateRevision } from "#app/plan-config.ts";
import type { PriceStore } from "#app/ports/prices.ts";
import type { WantedState } from "#app/propose-config.ts";
import type { SpendDimension } from "#core/dimensions.ts";
import type { PicoUsd } from "#core/money.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";

const now = Date.parse("2026-11-23T12:00:00Z") as Instant;
const clock = () => now;
const caller = { keyId: "key_ana", role: "finops", attribution: { fixed: {}, defaults: {} } } as const;

/** What is in use: dimensions and cost in USD. */
type Used = readonly (readonly [Partial<Record<SpendDimension, string>>, number])[];

let control: ReturnType<typeof openControl>;
let ids = 0;
beforeEach(() => {
  ids = 0;
  control = openControl(IN_MEMORY, clock);
});
afterEach(() => control.close());

interface World {
  readonly used?: Used;
  readonly prices?: PriceStore;
  readonly requests?: bigint;
}

function open({ used = [], prices = control.prices, requests = 7n }: World = {}) {
  const judge = makeJudgePrice(() => undefined);
  const deps = {
    config: control.config,
    prices,
    judge,
    utf8Bytes: Buffer.byteLength,
    clock,
    newId: () => `id-${++ids}`,
  };
  const rows = (groupBy: CostReportQuery["groupBy"]) =>
    used.flatMap(([dimensions, usd]) => {
      if (!groupBy.every((name) => dimensions[name] !== undefined)) return [];
      const cost = (BigInt(usd) * 10n ** 12n) as PicoUsd;
      return [{ date: null, dimensions, sums: { cost, listCost: cost, requests, entries: 1n, quantities: {} } }];
    });
  const nothing = { cost: 0n as PicoUsd, listCost: 0n as PicoUsd, requests: 0n, entries: 0n };
  const totals = { ...nothing, unallocated: nothing, unpriced: nothing, estimated: nothing, byClass: new Map() };
  const plan = makePlanConfig({
    ...{ ...deps, keys: control.keys, approvals: control.approvals },
    catalog: () => undefined,
    costReport: async ({ groupBy }) => ({ rows: rows(groupBy), totals }),
  });
  const apply = makeApplyConfig(deps);
  const planned = async (document: WantedState) => {
    const result = await plan(document);
    if (result.status !== "planned") throw new Error(JSON.stringify(result.errors));
    return result;
  };
  return {
    plan,
    planned,
    read: makeReadConfig(deps),
    applyAt: (expectedRevision: string, document: WantedState) =>
      apply({ document, expectedRevision, reason: "because" }, caller),
    applied: async (document: WantedState) => {
      const { revision } = await planned(document);
      return apply({ document, expectedRevision: revision, reason: "because" }, caller);
    },
  };
}

const meanings = async (document: WantedState, used: Used = []) =>
  (await open({ used }).planned(document)).changes.map(({ section, id, meaning }) => [`${section}/${id}`, ...meaning]);

const date = (text: string) => text as UsageDate;
const discount = (from: string, percent = "10") => ({
  ...({ provider: "acme", model: "*", meter: "*", tier: "*", from, to: null, discount_percent: percent } as const),
});
const table = (id: string, from: string, first: "cogs" | "rnd" = "cogs") => ({
  ...{ id, from: date(from), approved_by: "cfo", reason: "r" },
  rows: [{ environment: ["production"], cost_class: first } as const, { cost_class: "rnd" } as const],
});

describe("applying", () => {
  const document: WantedState = {
    coverage: { target_percent: "90" },
    prices: [discount("2026-12-01"), discount("2026-12-01", "20")],
  };

  test("writes one audit entry for each item: who, when, why, from what to what", async () => {
    await open().applied(document);
    expect(await control.audit.read(1, 10)).toMatchObject([
      {
        ...{ at: now, by: "key_ana", action: "config.change", subject: "settings/coverage", reason: "because" },
        ...{ from: '{"target_percent":"95"}', to: '{"target_percent":"90"}' },
      },
      { at: now, by: "key_ana", action: "price.set", subject: "price/id-1", from: null, reason: "because" },
      { action: "price.set", subject: "price/id-2" },
    ]);
  });

  test("what stands changes nothing and writes nothing, whatever state it was planned at", async () => {
    const finops = open();
    const first = await finops.applied(document);
    expect(first).toMatchObject({ status: "applied", revision: "r1-p2" });
    expect(await finops.applied(document)).toEqual({ status: "applied", revision: "r1-p2", changes: [] });
    expect(await finops.applyAt("r0-p0", document)).toEqual({ status: "applied", revision: "r1-p2", changes: [] });
    expect(await control.audit.read(1, 10)).toHaveLength(3);
  });

  test("sets prices in the order of the document: where they overlap, the last one holds", async () => {
    await open().applied(document);
    const rates = await control.prices.list();
    expect(rates.map(({ discount_percent }) => discount_percent)).toEqual(["10", "20"]);
    expect(rates.map(({ setAt }) => setAt)).toEqual([now, now + 1]);
  });

  test.each([
    ["the config", { sources: [], coverage: { target_percent: "80" } }],
    ["a price", { prices: [discount("2027-01-01")] }],
  ])("is refused when %s has changed since the plan, and changes nothing", async (_, meanwhile: WantedState) => {
    const finops = open();
    const { revision } = await finops.planned(document);
    await finops.applied(meanwhile);
    const before = await finops.read();
    expect(await finops.applyAt(revision, document)).toEqual({ status: "moved", revision: stateRevision(before) });
    expect(await finops.read()).toEqual(before);
  });

  test("of two at once from the same plan, one holds whole and the other is refused", async () => {
    const finops = open();
    const documents = ["80", "70"].map((target_percent) => ({
      coverage: { target_percent },
      prices: [discount("2027-01-01")],
    }));
    const results = await Promise.all(documents.map((each) => finops.applyAt("r0-p0", each)));
    expect(results.map(({ status }) => status)).toEqual(["applied", "moved"]);
    expect((await finops.read()).config.coverage).toEqual({ target_percent: "80" });
    expect(await control.audit.read(1, 10)).toHaveLength(2);
  });

  test("of two at once that set prices alone, too", async () => {
    const finops = open();
    const documents = ["10", "20"].map((percent) => ({
      prices: [{ ...discount("2027-01-01"), discount_percent: percent }],
    }));
    const results = await Promise.all(documents.map((each) => finops.applyAt("r0-p0", each)));
    expect(results.map(({ status }) => status)).toEqual(["applied", "moved"]);
    expect(await control.prices.list()).toMatchObject([{ discount_percent: "10" }]);
  });

  test("killed before any of its writes, it is finished by planning and applying again", async () => {
    for (const written of [0, 1]) {
      control.close();
      control = openControl(IN_MEMORY, clock);
      let left = written;
      const dying: PriceStore = {
        list: control.prices.list,
        add: (rate, audit) => {
          if (left-- === 0) throw new Error("killed");
          return control.prices.add(rate, audit);
        },
      };
      await expect(open({ prices: dying }).applied(document)).rejects.toThrow("killed");
      const { changes } = await open().planned(document);
      expect(changes.map(({ section }) => section)).toEqual(["prices", "prices"].slice(written));
      expect(await open().applied(document)).toMatchObject({ status: "applied", revision: "r2-p2" });
      const rates = (await control.prices.list()).map(({ discount_percent }) => discount_percent);
      expect(rates).toEqual(["10", "20"]);
      expect(await control.audit.read(1, 10)).toHaveLength(3);
    }
  });
});

describe("a plan", () => {
  test("is of nothing that cannot be: every fault is told, and a price is named by its place", async () => {
    const past = discount("2026-11-24");
    expect(
      await open().plan({
        rules: [{ id: "a", when: {}, set: {} }],
        prices: [past, past, discount("2026-11-23"), { ...discount("2026-12-01"), usd_per_million: "1" }],
      }),
    ).toMatchObject({
      status: "rejected",
      errors: [
        { path: "rules[0].set" },
        { path: "prices[1].model", wanted: "each price once: prices[0] is the same" },
        { path: "prices[2].from", found: '"2026-11-23"' },
        { path: "prices[3].usd_per_million", found: "both" },
      ],
    });
  });

  test("refuses a document that is larger than a store holds", async () => {
    const values = Array.from({ length: 9_000 }, (_, i) => ({ id: `team-${i}`, owner: "somebody@example.com" }));
    expect(await open().plan({ registry: { team: { mode: "open", values } } })).toMatchObject({
      status: "rejected",
      errors: [{ path: "", wanted: "at most 350000 bytes" }],
    });
  });

  test("takes a price as the one that stands when only its spelling or note differs, however old it is", async () => {
    await control.prices.add(
      { ...discount("2020-01-01", "10.50"), id: "old", setAt: now, setBy: "x", note: "a" },
      { at: now, by: "x", action: "price.set", subject: "price/old", from: null, to: null, reason: "" },
    );
    const { changes, kept } = await open().planned({ prices: [{ ...discount("2020-01-01", "10.5"), note: "b" }] });
    expect({ changes, kept }).toEqual({ changes: [], kept: [] });
  });

  test("lists prices that go on although the document leaves them out, but for those that have ended", async () => {
    await open().applied({ prices: [discount("2026-12-01")] });
    await control.prices.add(
      { ...discount("2020-01-01"), to: "2020-12-31", id: "ended", setAt: now, setBy: "x" },
      { at: now, by: "x", action: "price.set", subject: "price/ended", from: null, to: null, reason: "" },
    );
    const { changes, kept } = await open().planned({ prices: [] });
    expect(changes).toEqual([]);
    expect(kept.map(({ rate }) => rate.from)).toEqual(["2026-12-01"]);
    expect((await open().planned({})).kept).toEqual([]);
  });

  test("tells the booked days of a cost class table, up to the next one, and of a restated price", async () => {
    const { changes } = await open().planned({
      cost_classes: [table("a", "2026-09-01"), table("b", "2026-11-01"), table("c", "2026-11-24")],
      prices: [{ ...discount("2026-10-05"), to: "2026-10-31", restatement: true }],
    });
    expect(changes.map(({ restates }) => restates)).toEqual([
      { from: "2026-09-01", to: "2026-10-31" },
      { from: "2026-11-01", to: "2026-11-23" },
      undefined,
      { from: "2026-10-05", to: "2026-10-31" },
    ]);
    expect(changes[0]?.meaning[0]).toContain("finops attribution reclassify --from 2026-09-01 --to 2026-10-31");
    expect(changes[3]?.meaning[0]).toContain("finops reprice --from 2026-10-05 --to 2026-10-31");
  });

  test("of a table whose reason alone changes restates nothing; one that goes restates its days", async () => {
    const finops = open();
    await finops.applied({ cost_classes: [table("a", "2026-09-01"), table("b", "2026-11-01")] });
    const restated = async (document: WantedState) =>
      (await finops.planned(document)).changes.map(({ restates }) => restates);
    const later = table("b", "2026-11-01");
    expect(await restated({ cost_classes: [{ ...table("a", "2026-09-01"), reason: "other" }, later] })).toEqual([
      undefined,
    ]);
    expect(await restated({ cost_classes: [later] })).toEqual([{ from: "2026-09-01", to: "2026-10-31" }]);
    expect(await restated({ cost_classes: [table("a", "2026-10-01"), later] })).toEqual([
      { from: "2026-09-01", to: "2026-10-31" },
    ]);
  });

  const use = (model: string, team = "search") =>
    ({ provider: "openai", model, environment: "production", team }) as const;
  const denied = (model: string) =>
    ({ id: `no-${model}`, status: "denied", model, owner: "o", reason: "dear" }) as const;

  test("names the models in use that a policy would make unapproved, with their cost", async () => {
    const used: Used = [
      [use("gpt-4o"), 12],
      [use("gpt-5"), 30],
      [use("gpt-5", "ads"), 5],
    ];
    expect(await meanings({ policies: { list: [denied("gpt-5")] } }, used)).toEqual([
      [
        "policies/no-gpt-5",
        "openai/gpt-5 in production by search (7 requests, 30 USD in the last 30 days) becomes unapproved: denied by policy no-gpt-5: dear.",
        "openai/gpt-5 in production by ads (7 requests, 5 USD in the last 30 days) becomes unapproved: denied by policy no-gpt-5: dear.",
      ],
    ]);
  });

  test("names the day from which they are, and those that no policy is about any more", async () => {
    const deprecated = {
      ...({ id: "old", status: "deprecated", model: "gpt-4o", owner: "o", reason: "r" } as const),
      ...{ deprecated_on: date("2026-12-24"), successor: "gpt-5" },
    } as const;
    const [policy, unlisted] = await meanings({ policies: { unlisted: "forbid", list: [deprecated] } }, [
      [use("gpt-4o"), 1],
      [use("o3"), 2],
    ]);
    expect(policy?.[1]).toContain(
      "openai/gpt-4o in production by search (7 requests, 1 USD in the last 30 days) becomes unapproved from 2026-12-24 on",
    );
    expect(unlisted?.[0]).toBe("settings/policies.unlisted");
    expect(unlisted?.[1]).toContain("openai/o3 in production by search");
  });

  test("names the values in use that a strict registry would not know", async () => {
    const used: Used = [
      [{ team: "search" }, 1],
      [{ team: "growth" }, 9],
      [{ team: "unallocated" }, 4],
    ];
    const registry = { team: { mode: "strict", values: [{ id: "search" }] } } as const;
    expect(await meanings({ registry }, used)).toEqual([
      [
        "registry/team",
        'team "growth" (7 requests, 9 USD in the last 30 days) is not registered: what says so will be unallocated.',
      ],
      ["registry/team/search"],
    ]);
  });

  test("leaves out models that had no requests", async () => {
    const finops = open({ used: [[use("gpt-5"), 0]], requests: 0n });
    const { changes } = await finops.planned({ policies: { list: [denied("gpt-5")] } });
    expect(changes.map(({ meaning }) => meaning)).toEqual([[]]);
  });

  test("says that events will be refused", async () => {
    expect(await meanings({ enforcement: { production: "reject" } })).toEqual([
      [
        "settings/enforcement",
        expect.stringMatching(/^Events from production whose attribution is incomplete will be refused/),
      ],
    ]);
  });
});
