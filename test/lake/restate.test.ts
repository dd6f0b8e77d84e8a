import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAdjust } from "#app/adjust.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { costOf, type UnitPrice } from "#core/money.ts";
import type { Rater } from "#core/price-book.ts";
import { dayMs } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { aKey, anAudit } from "../fakes/audited.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { at, event, officer, sender, stubRater } from "../fakes/usage.ts";
import { type MemoryLake, openMemoryLake } from "./memory-lake.ts";
import { openRestatedWorld } from "./restated-world.ts";

let lake: MemoryLake;
beforeAll(async () => {
  lake = await openMemoryLake();
});
afterAll(() => lake[Symbol.asyncDispose]());

const open = () => openRestatedWorld(lake);

const claimed = event().claimed;
const { feature: _, ...withoutFeature } = claimed;

/** $0.008 each. */
const allocated = event({ id: "allocated" });
const lacking = (id: string, changes: Partial<UsageEvent> = {}) => event({ id, claimed: withoutFeature, ...changes });

/** As the stub has it, and "small" at $1 per million of anything. */
const withSmall: Rater = (sent) => {
  if (sent.model !== "small") return stubRater(sent);
  const rated = stubRater({ ...sent, model: "big" });
  const price = 1_000_000_000_000n as UnitPrice;
  const charges = rated.charges.map((charge) => ({
    ...charge,
    ...{ listUnitPrice: price, unitPrice: price },
    ...{ listCost: costOf(BigInt(charge.quantity), price), cost: costOf(BigInt(charge.quantity), price) },
  }));
  const cost = costOf(1_200n, price);
  return { ...rated, model: "small", charges, listCost: cost, cost };
};

describe("assign", () => {
  const assign = { kind: "assign", filter: { missing: "any" }, set: { feature: "chat", team: "ads" } } as const;

  test("books what is unallocated, and reports, cells and lake follow: the total stays, to the pico-dollar", async () => {
    await using world = await open();
    await world.send([allocated, lacking("1"), lacking("2", { quantities: { uncached_input_tokens: 1 } })]);
    await world.settle();
    expect(await world.spent()).toEqual({ total: "0.016005", unallocated: "0.008005" });

    const { matched, adjusted, skipped, refused } = await world.restate(assign);
    expect({ matched, adjusted, skipped, refused }).toEqual({ matched: 2, adjusted: 2, skipped: 0, refused: [] });
    const run = await world.settle();
    expect(run).toMatchObject({ status: "succeeded", differences: [] });

    expect(await world.spent()).toEqual({ total: "0.016005", unallocated: "0" });
    expect(await world.spentBy("feature")).toEqual({ answers: "0.008", chat: "0.008005", unallocated: "0" });
    expect(
      await world.query("select feature, team, cast(sum(cost) as varchar) from cost_daily group by 1, 2 order by 1, 2"),
    ).toEqual([
      ["answers", "search", "0.008000000000"],
      // What was allocated stays: the team is not the assignment's.
      ["chat", "search", "0.008005000000"],
      ["unallocated", "search", "0.000000000000"],
    ]);
    expect(await world.audited()).toEqual([["attribution.assign", "restatement/restatement-1", "key-finops"]]);
  });

  test("finds nothing to do when it is repeated, before the lake has it and after", async () => {
    await using world = await open();
    await world.send([lacking("1")]);
    await world.settle();
    await world.restate(assign);
    for (const id of ["restatement-1", "restatement-2"]) {
      expect(await world.restate({ ...assign, id })).toMatchObject({
        matched: 1,
        adjusted: 0,
        skipped: 1,
        refused: [],
      });
    }
    await world.settle();
    expect(await world.restate(assign)).toMatchObject({ matched: 0 });
    expect(await world.audited()).toHaveLength(1);
    expect(world.ledger.taken).toEqual([]);
  });

  test("leaves alone what somebody else has assigned meanwhile", async () => {
    await using world = await open();
    await world.send([lacking("1")]);
    await world.settle();
    await world.restate({ ...assign, id: "theirs", set: { feature: "search" } });
    expect(await world.restate(assign)).toMatchObject({ matched: 1, adjusted: 0, skipped: 1 });
  });

  test("says in a dry run what it would book, and books nothing", async () => {
    await using world = await open();
    await world.send([lacking("1"), lacking("2", { model: "nobody" })]);
    await world.settle();
    const { groups } = await world.restate({ ...assign, dryRun: true });
    expect(groups).toEqual([
      {
        ...{ provider: "openai", model: "big", costClass: "cogs", costClassAfter: "cogs", events: 1, requests: 1 },
        ...{ before: 8_000_000_000n, after: 8_000_000_000n, unpricedBefore: 0, unpricedAfter: 0 },
      },
      {
        ...{ provider: "openai", model: "nobody", costClass: "cogs", costClassAfter: "cogs", events: 1, requests: 1 },
        ...{ before: 0n, after: 0n, unpricedBefore: 1, unpricedAfter: 1 },
      },
    ]);
    expect(world.ledger.taken).toEqual([]);
    expect(await world.audited()).toEqual([]);
  });

  test("refuses a value that a strict dimension does not know, and touches nothing", async () => {
    await using world = await open();
    await world.send([lacking("1")]);
    await world.settle();
    world.inForce.rules = rulesOf({ registry: { feature: { mode: "strict", values: [{ id: "chats" }] } } });
    const { result } = await world.restate(assign);
    expect(result).toEqual({
      status: "rejected",
      errors: [{ path: "set.feature", found: '"chat"', wanted: 'a registered feature: did you mean "chats"?' }],
    });
    expect(world.ledger.taken).toEqual([]);
  });

  test("takes an alias for the value it stands for", async () => {
    await using world = await open();
    await world.send([lacking("1")]);
    await world.settle();
    const values = [{ id: "assistant", aliases: ["chat"] }];
    world.inForce.rules = rulesOf({ registry: { feature: { mode: "strict", values } } });
    await world.restate(assign);
    await world.settle();
    expect(await world.spentBy("feature")).toEqual({ assistant: "0.008", unallocated: "0" });
  });
});

describe("reprice", () => {
  test("passes over what somebody has given a price of its own", async () => {
    await using world = await open();
    const small = event({ id: "1", model: "small" });
    await world.send([small]);
    const meters = Object.keys(small.quantities) as (keyof typeof small.quantities)[];
    const unitPrices = Object.fromEntries(meters.map((meter) => [meter, 7_000_000_000_000n as UnitPrice]));
    const given = { requestId: "given", source: small.source, id: "1", reason: "contract", change: { unitPrices } };
    const adjust = makeAdjust({ ...world.deps, lakeEvents: makeLakeEvents(world.deps) });
    expect(await adjust(given, officer)).toMatchObject({ status: "accepted" });
    await world.settle();
    const before = await world.spent();
    world.inForce.rater = withSmall;
    expect(await world.restate({ kind: "reprice" })).toMatchObject({ matched: 1, adjusted: 0, skipped: 1 });
    await world.settle();
    expect(await world.spent()).toEqual(before);
  });

  test("books the price of what had none, and says before by how much", async () => {
    await using world = await open();
    await world.send([allocated, event({ id: "1", model: "small" }), event({ id: "2", model: "small" })]);
    await world.settle();
    world.inForce.rater = withSmall;
    const reprice = { kind: "reprice", filter: {} } as const;

    const dry = await world.restate({ ...reprice, dryRun: true });
    expect(dry).toMatchObject({ matched: 3, adjusted: 2, skipped: 1 });
    expect(dry.groups).toEqual([
      {
        ...{ provider: "openai", model: "small", costClass: "cogs", costClassAfter: "cogs", events: 2, requests: 2 },
        ...{ before: 0n, after: 2_400_000_000n, unpricedBefore: 2, unpricedAfter: 0 },
      },
    ]);
    expect(await world.spent()).toMatchObject({ total: "0.008" });

    expect(await world.restate(reprice)).toMatchObject({ adjusted: 2, groups: dry.groups });
    expect(await world.settle()).toMatchObject({ differences: [] });
    expect(await world.spentBy("model")).toEqual({ big: "0.008", small: "0.0024" });
    expect(await world.restate({ ...reprice, id: "again" })).toMatchObject({ matched: 3, adjusted: 0, skipped: 3 });
    expect(await world.audited()).toEqual([["usage.reprice", "restatement/restatement-1", "key-finops"]]);
  });

  test("names what stays without a price, apart from what is as wanted, and books nothing of it", async () => {
    await using world = await open();
    const halfPriced: Rater = (sent) => (sent.quantities.text_output_tokens ? stubRater(sent) : withSmall(sent));
    await world.send([allocated, ...["1", "2"].map((id) => event({ id, model: "small" }))]);
    await world.send([event({ id: "3", model: "nobody", quantities: { images: 1 } })]);
    await world.settle();
    world.inForce.rater = halfPriced;
    const { pages } = await world.restate({ kind: "reprice" });
    expect(pages).toMatchObject([{ matched: 4, adjusted: 0, skipped: 1, refused: [], groups: [] }]);
    expect(pages[0]?.stillUnpriced).toEqual([
      { provider: "openai", model: "small", meters: ["text_output_tokens"], events: 2 },
      { provider: "openai", model: "nobody", meters: ["images"], events: 1 },
    ]);
    expect(world.ledger.taken).toEqual([]);
  });

  test("lowers what was priced too high, to the pico-dollar", async () => {
    await using world = await open();
    world.inForce.rater = (sent) => stubRater({ ...sent, model: "big" });
    await world.send([event({ id: "1", model: "small" })]);
    await world.settle();
    world.inForce.rater = (sent) => withSmall({ ...sent, model: "small" });
    const { groups } = await world.restate({
      kind: "reprice",
      filter: { provider: "openai", price_status: "priced" },
    });
    expect(groups).toMatchObject([{ model: "big", before: 8_000_000_000n, after: 1_200_000_000n }]);
    await world.settle();
    expect(await world.spentBy("model")).toEqual({ big: "0", small: "0.0012" });
  });
});

describe("reclassify", () => {
  test("books to the class that the table has now for the usage day; the total stays", async () => {
    await using world = await open();
    await world.send([allocated, event({ id: "tiered", claimed: { ...claimed, customer_tier: "free" } })]);
    await world.settle();
    expect(await world.spentBy("cost_class")).toEqual({ cogs: "0.016" });
    const approved = { id: "2026", approved_by: "cfo", reason: "free tiers are marketing" };
    world.inForce.rules = rulesOf({
      cost_classes: [
        {
          ...approved,
          from: "2026-11-01" as never,
          rows: [{ customer_tier: ["free"], cost_class: "sales_marketing" }, { cost_class: "cogs" }],
        },
      ],
    });
    const { adjusted, skipped, groups } = await world.restate({ kind: "reclassify" });
    expect({ adjusted, skipped }).toEqual({ adjusted: 1, skipped: 1 });
    expect(groups).toMatchObject([{ costClass: "cogs", costClassAfter: "sales_marketing", events: 1 }]);
    expect(await world.settle()).toMatchObject({ differences: [] });
    expect(await world.spentBy("cost_class")).toEqual({ cogs: "0.008", sales_marketing: "0.008" });
  });
});

describe("void", () => {
  const leaked = { ...sender, keyId: "key_leaked" };
  const since = at("2026-11-22T12:00:00Z");
  const voids = { kind: "void", filter: { keyId: "key_leaked", receivedSince: since } } as const;

  test("revokes the key, then takes back what came with it since that moment, adjusted or not", async () => {
    await using world = await open();
    await world.keys.add(aKey({ id: "key_leaked", createdAt: at("2026-11-01T00:00:00Z") }), anAudit);
    world.wait(-1);
    await world.send([event({ id: "before" })], leaked);
    world.wait(1);
    await world.send([event({ id: "1" }), lacking("2")], leaked);
    await world.send([event({ id: "other" })]);
    await world.settle();
    await world.restate({ id: "assigned", kind: "assign", filter: { missing: "any" }, set: { feature: "chat" } });
    await world.settle();

    expect(await world.restate(voids)).toMatchObject({ matched: 2, adjusted: 2, skipped: 0 });
    expect((await world.keys.list())[0]?.revokedAt).toBe(world.now());
    await world.settle();
    expect(await world.spent()).toEqual({ total: "0.016", unallocated: "0" });
    expect(await world.restate(voids)).toMatchObject({ matched: 0 });
    expect((await world.audited()).slice(2)).toEqual([
      ["key.revoke", "key/key_leaked", "key-finops"],
      ["key.void", "restatement/restatement-1", "key-finops"],
    ]);
  });

  test("voids nothing of a key that there is not, and what is not in the lake yet with the next run", async () => {
    await using world = await open();
    await world.send([event({ id: "1" })], leaked);
    expect((await world.restate(voids)).result).toEqual({ status: "unknown_key" });
    await world.keys.add(aKey({ id: "key_leaked" }), anAudit);
    expect((await world.restate(voids)).pages).toMatchObject([{ matched: 0, lakeUntil: null }]);
    await world.settle();
    const { pages } = await world.restate(voids);
    expect(pages).toMatchObject([{ matched: 1, adjusted: 1, lakeUntil: world.now() }]);
    expect((await world.audited()).map(([action]) => action)).toEqual(["key.create", "key.revoke", "key.void"]);
  });
});

describe("a page", () => {
  test("has 100 events, and the pages together each event once, in whatever order of days", async () => {
    await using world = await open();
    const sent = Array.from({ length: 205 }, (_, i) =>
      lacking(`${i}`, { time: at(`2026-11-${i % 2 === 0 ? "19" : "20"}T10:00:00Z`), source: `s${i % 3}` }),
    );
    await world.send(sent);
    await world.settle();
    const { pages, adjusted } = await world.restate({
      ...{ kind: "assign", filter: { missing: "feature" }, set: { feature: "chat" } },
    });
    expect(pages.map(({ matched }) => matched)).toEqual([100, 100, 5]);
    expect(adjusted).toBe(205);
    await world.settle();
    expect(await world.spentBy("feature")).toEqual({ chat: "1.64", unallocated: "0" });
    expect(await world.audited()).toHaveLength(1);
  });

  test("ends before the time that a request has, and the next one goes on", async () => {
    await using world = await open();
    await world.send(Array.from({ length: 25 }, (_, i) => lacking(`${i}`)));
    await world.settle();
    const { appendTogether } = world.ledger;
    world.ledger.appendTogether = async (entries) => {
      world.wait(1_000);
      return appendTogether(entries);
    };
    const { pages } = await world.restate({ kind: "assign", filter: {}, set: { feature: "chat" } });
    expect(pages.map(({ matched }) => matched)).toEqual([20, 5]);
  });

  test("reads events that the ledger no longer has from the lake, all at once", async () => {
    await using world = await open();
    await world.send([lacking("1"), lacking("2")]);
    await world.settle();
    world.wait(40 * dayMs);
    const { adjusted } = await world.restate({ kind: "assign", filter: {}, set: { feature: "chat" } });
    expect(adjusted).toBe(2);
    expect(world.statements.filter((name) => name !== "select_events")).not.toContain("find_event");
    await world.settle();
    expect(await world.restate({ kind: "assign", filter: {}, set: { feature: "chat" } })).toMatchObject({ skipped: 2 });
  });

  test("names what another adjustment has overtaken, and books the others", async () => {
    await using world = await open();
    await world.send([lacking("1"), lacking("2")]);
    await world.settle();
    const { appendTogether } = world.ledger;
    world.ledger.appendTogether = async (entries) =>
      entries[0]?.id === "1" ? { status: "conflict", existing: entries[0] } : appendTogether(entries);
    expect(await world.restate({ kind: "assign", filter: {}, set: { feature: "chat" } })).toMatchObject({
      adjusted: 1,
      refused: [{ source: "gateway", id: "1", reason: expect.stringContaining("came first") }],
    });
  });
});

describe("a filter lets through what stands now", () => {
  const odd = event({
    id: "odd",
    source: "batch's",
    provider: "anthropic",
    model: "nobody",
    serviceTier: "batch",
    time: at("2026-11-21T10:00:00Z"),
    claimed: { team: "ads", environment: "staging", region: "apac", customer_tier: "free", purpose: "evaluation" },
  });

  test.each<[string, object]>([
    ["source", { source: "batch's" }],
    ["key", { keyId: "key_odd" }],
    ["provider", { provider: "anthropic" }],
    ["model", { model: "nobody" }],
    ["price status", { price_status: "unpriced" }],
    ["service tier", { service_tier: "batch" }],
    ["cost class", { cost_class: "rnd" }],
    ["purpose", { purpose: "evaluation" }],
    ["team", { team: "ads" }],
    ["environment", { environment: "staging" }],
    ["region", { region: "apac" }],
    ["tier", { customer_tier: "free" }],
    ["missing feature", { missing: "feature" }],
    ["anything missing", { missing: "any" }],
    ["unallocated feature", { feature: "unallocated" }],
    ["moment", { receivedSince: at("2026-11-22T12:00:01Z") }],
    ["several at once", { source: "batch's", team: "ads", missing: "any", policy_status: "ungoverned" }],
  ])("%s", async (_, filter) => {
    await using world = await open();
    await world.send([allocated]);
    world.wait(1_000);
    await world.send([odd], { ...officer, keyId: "key_odd" });
    await world.settle();
    const found = await world.restate({ kind: "void", dryRun: true, filter });
    expect(found).toMatchObject({ matched: 1, adjusted: 1 });
    expect(found.groups).toMatchObject([{ model: "nobody", after: 0n }]);
  });
});
