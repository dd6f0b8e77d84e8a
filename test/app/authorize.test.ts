import { describe, expect, test } from "vitest";
import { makeAuthorize } from "#app/authorize.ts";
import { makeAuthorizeReadings } from "#app/authorize-readings.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { Unavailable } from "#app/unavailable.ts";
import { type Budget, type Config, INITIAL_CONFIG, type ModelPolicy } from "#core/config.ts";
import { cellsOf } from "#core/spend-cell.ts";
import { formatInstant, type Instant, type UsageDate } from "#core/time.ts";
import { catalog } from "../core/rating-catalog.ts";
import { entriesOf } from "../fakes/entries.ts";
import { memorySpend } from "../fakes/memory-spend.ts";
import { memoryClosedDays, memoryPrices } from "../fakes/memory-stores.ts";
import { at, event, sender, sha256 } from "../fakes/usage.ts";

const denied: ModelPolicy = { id: "no", status: "denied", model: "plain", owner: "o", reason: "no more" };
const forbidding = { policies: { unlisted: "allow", list: [denied] } } as const;

const budget = (changes: Partial<Budget> = {}): Budget => ({
  ...{ id: "search-month", owner: "o", scope: { team: ["search"] }, period: "month", amount_usd: "0.016" },
  ...{ when_used_up: "deny", ...changes },
});

function open(changes: Partial<Config> = {}, whenUnreachable: "allow" | "deny" = "allow") {
  const world = {
    now: at("2026-11-23T12:00:00Z"),
    config: { ...INITIAL_CONFIG, ...changes } as Config,
    revision: 1,
    out: new Set<"config" | "prices" | "spend">(),
    reads: 0,
  };
  const all = ["config", "prices", "spend"] as const;
  const clock = () => world.now;
  const spend = memorySpend();
  const prices = memoryPrices();
  const reachable = async <T>(store: (typeof all)[number], value: () => Promise<T>): Promise<T> => {
    world.reads++;
    if (world.out.has(store)) throw new Unavailable("control");
    return value();
  };
  const costReport = makeCostReport({ spend, closedDays: memoryClosedDays(), clock });
  const readings = makeAuthorizeReadings({
    config: { read: () => reachable("config", async () => ({ config: world.config, revision: world.revision })) },
    prices: { ...prices, list: () => reachable("prices", prices.list) },
    catalog: (provider) => catalog[provider],
    costReport: (query) => reachable("spend", () => costReport(query)),
    clock,
  });
  const { id: _, time: __, ...call } = event({ model: "plain" });
  const authorize = makeAuthorize({ readings, clock, sha256, whenUnreachable });
  return {
    world,
    decide(changed: Partial<Config>) {
      world.config = { ...world.config, ...changed };
      world.revision++;
    },
    stop: (...stores: readonly (typeof all)[number][]) => {
      world.out = new Set(stores.length > 0 ? stores : all);
    },
    resume: () => world.out.clear(),
    wait(ms: number) {
      world.now = (world.now + ms) as Instant;
    },
    /** 0.008 USD each. */
    async spent(day: string, times: number, team = "search") {
      const events = Array.from({ length: times }, (_, i) =>
        event({ id: `${day}-${i}`, time: at(`${day}T10:00:00Z`), claimed: { ...event().claimed, team } }),
      );
      for (const cell of cellsOf(await entriesOf(events)))
        spend.cells.set(`${day} ${team} ${times}`, { ...cell, usageDate: day as UsageDate });
    },
    ask: (changed: Partial<typeof call> = {}, caller = sender) => authorize({ ...call, ...changed }, caller),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("a change of policy", () => {
  test("holds after ten seconds at the latest, however often it is asked meanwhile", async () => {
    const { ask, decide, wait } = open();
    expect((await ask()).decision).toBe("allow");
    decide(forbidding);
    expect((await ask()).decision).toBe("allow");
    wait(10_000);
    const answer = await ask();
    expect(answer).toMatchObject({
      decision: "deny",
      revision: 2,
      reasons: [{ code: "model_unapproved", policy: "no" }],
    });
  });

  test("is seen earlier where there is traffic, without anybody waiting for it", async () => {
    const { ask, decide, wait } = open();
    await ask();
    decide(forbidding);
    wait(5_000);
    expect((await ask()).decision).toBe("allow");
    await settled();
    expect((await ask()).decision).toBe("deny");
  });

  test("between two readings nothing is read", async () => {
    const { ask, world, wait } = open({ budgets: [budget()] });
    await ask();
    const { reads } = world;
    wait(4_999);
    await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(world.reads).toBe(reads);
  });

  test("to a deprecated model is announced, and denies from its day on", async () => {
    const deprecated: ModelPolicy = {
      ...{ ...denied, status: "deprecated", successor: "other" },
      deprecated_on: "2026-11-24" as UsageDate,
    };
    const { ask, wait } = open({ policies: { unlisted: "allow", list: [deprecated] } });
    expect(await ask()).toMatchObject({ decision: "allow", reasons: [{ effect: "warn", code: "model_deprecated" }] });
    wait(12 * 3_600_000);
    expect(await ask()).toMatchObject({ decision: "deny", reasons: [{ code: "model_unapproved" }] });
  });
});

describe("a model without any price", () => {
  test("is warned of, whether or not tokens are expected", async () => {
    const { ask } = open();
    const nothing = await ask({ model: "nobody-sells-this", quantities: {} });
    expect(nothing.reasons).toMatchObject([{ effect: "warn", code: "unpriced" }]);
    expect((await ask({ model: "nobody-sells-this" })).reasons).toMatchObject([{ code: "unpriced" }]);
    expect((await ask({ quantities: {} })).reasons).toEqual([]);
  });
});

describe("a limit on a price", () => {
  const capped = (max: ModelPolicy["max_usd_per_million"]): ModelPolicy => ({
    ...{ id: "cap", status: "approved", model: "plain", owner: "o", reason: "cheap enough" },
    ...(max && { max_usd_per_million: max }),
  });

  test.each([
    [{}, "deny"],
    [{ text_output_tokens: 20 }, "deny"],
    // Said to be none, and a call of another kind.
    [{ uncached_input_tokens: 0, text_output_tokens: 20 }, "allow"],
    [{ images: 1 }, "allow"],
  ])("holds for input that nobody has counted: %j", async (quantities, decision) => {
    const { ask } = open({ policies: { unlisted: "allow", list: [capped({ uncached_input_tokens: "2.49" })] } });
    expect(await ask({ quantities })).toMatchObject({
      decision,
      policyStatus: decision === "deny" ? "unapproved" : "approved",
    });
  });

  test("that the price keeps lets the call be made", async () => {
    const list = [capped({ uncached_input_tokens: "2.5", text_output_tokens: "10" })];
    const { ask } = open({ policies: { unlisted: "allow", list } });
    expect(await ask({ quantities: {} })).toMatchObject({ decision: "allow", policyStatus: "approved", reasons: [] });
  });
});

describe("a budget", () => {
  test("tells a caller that is confined to teams the amounts of theirs alone", async () => {
    const { ask, spent } = open({
      budgets: [
        budget({ id: "ours" }),
        budget({ id: "shared", scope: { team: ["search", "ops"] } }),
        budget({ id: "all", scope: {} }),
      ],
    });
    await spent("2026-11-23", 1);
    await spent("2026-11-22", 1, "search");
    const { reasons } = await ask({}, { ...sender, teams: ["search"] });
    expect(reasons.map(({ text }) => text)).toEqual([
      "budget ours is used up: 0.016 of 0.016 USD from 2026-11-01 to 2026-11-30",
      "budget shared is used up from 2026-11-01 to 2026-11-30",
      "budget all is used up from 2026-11-01 to 2026-11-30",
    ]);
  });

  test("that is used up denies its scope and nothing else", async () => {
    const { ask, spent } = open({ budgets: [budget()] });
    await spent("2026-11-02", 1);
    await spent("2026-11-23", 1);
    await spent("2026-10-31", 5);
    expect(await ask()).toMatchObject({
      decision: "deny",
      reasons: [
        {
          ...{ effect: "deny", code: "budget_used_up", budget: "search-month" },
          text: "budget search-month is used up: 0.016 of 0.016 USD from 2026-11-01 to 2026-11-30",
        },
      ],
    });
    expect(await ask({ claimed: { ...event().claimed, team: "ops" } })).toMatchObject({
      decision: "allow",
      reasons: [],
    });
  });

  test("that only warns lets the call be made", async () => {
    const { ask, spent } = open({ budgets: [budget({ when_used_up: "warn" })] });
    await spent("2026-11-23", 2);
    expect(await ask()).toMatchObject({ decision: "allow", reasons: [{ effect: "warn", code: "budget_used_up" }] });
  });

  test("begins anew with its period", async () => {
    const { ask, spent, wait } = open({ budgets: [budget({ period: "day", amount_usd: "0.008" })] });
    await spent("2026-11-23", 1);
    expect((await ask()).decision).toBe("deny");
    wait(12 * 3_600_000);
    expect((await ask()).decision).toBe("allow");
  });

  test("is read beside the requests once it has been read", async () => {
    const { ask, spent, wait } = open({ budgets: [budget()] });
    expect((await ask()).decision).toBe("allow");
    await spent("2026-11-23", 2);
    wait(9_000);
    expect((await ask()).decision).toBe("allow");
    await settled();
    expect((await ask()).decision).toBe("deny");
  });
});

describe("while the store cannot be reached", () => {
  test("what was read last decides, and the answer says so", async () => {
    const { ask, stop, wait, world } = open(forbidding);
    expect((await ask()).degraded).toBeNull();
    stop();
    wait(3_600_000);
    const answer = await ask();
    expect(answer).toMatchObject({
      decision: "deny",
      degraded: { store: "config", since: world.now },
      reasons: [
        {
          ...{ effect: "warn", code: "store_unreachable" },
          text: "the store of config cannot be reached: what was read last decides",
        },
        { code: "model_unapproved" },
      ],
    });
    expect(formatInstant(answer.degraded?.since as Instant)).toBe("2026-11-23T13:00:00.000Z");
    expect((await ask({ model: "other" })).decision).toBe("allow");
  });

  test("who has never read anything allows, at list prices, or denies, as it is set", async () => {
    const [lenient, strict] = [open(), open({}, "deny")];
    for (const { stop } of [lenient, strict]) stop();
    expect(await lenient.ask()).toMatchObject({
      ...{ decision: "allow", revision: null, policyStatus: "ungoverned", degraded: { store: "config" } },
      // 1,000 × $2.50 and 200 × $10 per million.
      estimatedCost: 4_500_000_000n,
    });
    expect(await strict.ask()).toMatchObject({
      decision: "deny",
      reasons: [{ effect: "deny", code: "store_unreachable" }],
    });
  });

  test("set to deny, it denies until the store answers again", async () => {
    const { ask, resume, stop, wait } = open({}, "deny");
    expect((await ask()).decision).toBe("allow");
    stop();
    wait(10_000);
    expect((await ask()).decision).toBe("deny");
    resume();
    wait(1_000);
    await ask();
    await settled();
    expect(await ask()).toMatchObject({ decision: "allow", degraded: null });
  });

  test("of spend alone, budgets are as they were last", async () => {
    const { ask, spent, stop, wait } = open({ budgets: [budget()] });
    await spent("2026-11-23", 2);
    await ask();
    stop("spend");
    wait(9_000);
    await ask();
    await settled();
    expect(await ask()).toMatchObject({
      ...{ decision: "deny", degraded: { store: "spend" } },
      reasons: [{ code: "store_unreachable" }, { code: "budget_used_up" }],
    });
  });

  test("of prices alone, list prices stand in where none were ever read", async () => {
    const { ask, stop } = open();
    stop("prices");
    expect(await ask()).toMatchObject({ estimatedCost: 4_500_000_000n, revision: 1, degraded: { store: "prices" } });
  });
});
