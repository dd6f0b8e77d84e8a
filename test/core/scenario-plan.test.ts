import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { driversOf, plannedSegment } from "#core/drivers/plan-state.ts";
import { withAdoptionPlans } from "#core/drivers/planned-adoption.ts";
import type { SegmentUsage, UsageLine } from "#core/drivers/segment.ts";
import type { MonthDrivers } from "#core/forecast-drivers.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import type { Rater } from "#core/price-book.ts";
import type { ScenarioChange } from "#core/scenario.ts";
import type { PlanState } from "#core/scenario-apply.ts";
import { evaluateScenario } from "#core/scenario-plan.ts";
import type { Instant, Month } from "#core/time.ts";

const usd = (text: string) => parseUsd(text) as PicoUsd;
const [jan, feb] = ["2027-01", "2027-02"] as [Month, Month];
const months = [jan, feb];
const whole = { numerator: 1n, denominator: 1n };

const line = (changed: Partial<UsageLine> = {}): UsageLine => ({
  ...{ region: "emea", provider: "openai", model: "a", serviceTier: "standard", requests: 1_000n },
  ...{ unpricedRequests: 0n, quantities: { uncached_input_tokens: 1_000_000n }, cost: usd("10") },
  ...changed,
});

const usage = (changed: Partial<SegmentUsage> = {}): SegmentUsage => ({
  ...{ feature: "chat", costClass: "cogs", activeCustomers: 100n, namedRequests: 1_000n, lines: [line()] },
  ...changed,
});

const drivers = (changed: Partial<MonthDrivers> = {}): MonthDrivers[] =>
  months.map((month) => ({
    ...{ month, activeCustomers: 100n, requests: 1_000n, tokenFactor: whole, confidence: "high", isFlat: false },
    ...changed,
  }));

/** a at 10 dollars a million tokens, b at 4; c has no price. */
const rate: Rater = ({ provider, model, quantities }) => {
  const price = { a: 10, b: 4 }[model];
  const tokens = Object.values(quantities).reduce((sum, quantity) => sum + quantity, 0);
  const cost = price === undefined ? null : (BigInt(tokens * price * 1e6) as PicoUsd);
  return {
    ...{ provider, model, cost, listCost: cost, charges: [], priceVersion: "", warnings: [] },
    priceStatus: cost === null ? "unpriced" : "priced",
  };
};

const context = { months, rate, now: 0 as Instant };
const baseline: PlanState = [
  plannedSegment(usage(), drivers()),
  plannedSegment(usage({ feature: "chat", costClass: "rnd", activeCustomers: 0n }), drivers({ activeCustomers: null })),
  plannedSegment(usage({ feature: "ops", costClass: "g_and_a" }), drivers({ activeCustomers: null })),
];

function costs(...changes: ScenarioChange[]) {
  const evaluated = evaluateScenario(baseline, changes, context);
  if (evaluated.errors.length > 0)
    return evaluated.errors.map(({ path, found, wanted }) => `${path}: ${found}; ${wanted}`);
  return evaluated.plan.segments.map(({ feature, costClass, months: of }) => [
    `${feature} ${costClass}`,
    ...of.map(({ scenario }) => Number(scenario.cost) / 1e12),
  ]);
}

describe("the baseline", () => {
  test("a month that repeats the booked one costs what was booked, to the pico-dollar", () => {
    const odd = usage({
      lines: [
        line({ requests: 7n, cost: 333_333_333_333n as PicoUsd }),
        line({ model: "img", requests: 3n, quantities: { images: 3n }, cost: 120_000_000_001n as PicoUsd }),
        line({ model: "adj", requests: 0n, quantities: {}, cost: -7n as PicoUsd }),
      ],
    });
    const [month] = plannedSegment(odd, drivers({ requests: 10n })).months;
    expect(month && driversOf(month)).toEqual({
      ...{ activeCustomers: 100n, requests: 10n, tokens: 1_000_000n, cost: 453_333_333_327n },
    });
  });

  test("cost is customers × calls × tokens × price", () => {
    const factor = { numerator: 11n, denominator: 10n };
    const [month] = plannedSegment(usage(), drivers({ requests: 1_500n, tokenFactor: factor })).months;
    expect(month && driversOf(month)).toEqual({
      ...{ activeCustomers: 100n, requests: 1_500n, tokens: 1_650_000n, cost: usd("16.5") },
    });
  });

  test("a plan's customers take the place of forecast ones, and calls grow with them", () => {
    const rows = [
      { feature: "chat", month: feb, customers: 250 },
      { feature: "ops", month: feb, customers: 5 },
    ];
    const planned = withAdoptionPlans(baseline, [
      { id: "sales", rows },
      { id: "older", rows: [{ feature: "chat", month: feb, customers: 1 }] },
    ]);
    expect(
      planned.state.map((segment) =>
        segment.months.map(driversOf).map(({ activeCustomers, cost }) => [activeCustomers, cost]),
      ),
    ).toEqual([
      [
        [100n, usd("10")],
        [250n, usd("25")],
      ],
      [
        [null, usd("10")],
        [null, usd("10")],
      ],
      [
        [null, usd("10")],
        [null, usd("10")],
      ],
    ]);
    expect([...planned.planOf]).toEqual([['["chat","2027-02"]', "sales"]]);
    expect(planned.unused).toEqual(["ops"]);
    expect(planned.overlaps).toEqual(["chat in 2027-02 (sales counts, older does not)"]);
  });
});

describe("changes", () => {
  test("adoption moves the customers of a feature and no class without customers", () => {
    const change: ScenarioChange = { change: "adoption", feature: "chat", from: feb, percent: 40 };
    expect(costs(change)).toEqual([
      ["chat cogs", 10, 14],
      ["chat rnd", 10, 10],
      ["ops g_and_a", 10, 10],
    ]);
    expect(costs({ change: "adoption", feature: "chat", from: feb, customers: 300 })[0]).toEqual(["chat cogs", 10, 30]);
    expect(costs({ change: "adoption", feature: "ops", from: feb, percent: -100 })[2]).toEqual(["ops g_and_a", 10, 0]);
  });

  test("changes build on each other in their order", () => {
    const found = costs(
      { change: "adoption", feature: "chat", from: jan, percent: 50 },
      { change: "intensity", feature: "chat", from: feb, percent: 20 },
      { change: "price", provider: "open*", model: "*", from: feb, percent: -50 },
    );
    expect(found[0]).toEqual(["chat cogs", 15, 9]);
    expect(found[2]).toEqual(["ops g_and_a", 10, 5]);
  });

  test("a share of the calls moves to another model at its price, with its tokens", () => {
    const change: ScenarioChange = {
      ...{ change: "model", feature: "chat", from: feb, share_percent: 50, token_ratio: "1.5" },
      ...{ current: { provider: "openai", model: "a" }, proposed: { provider: "openai", model: "b" } },
    };
    // Half of 10.00 stays; half of 1,500,000 tokens at 4.00 a million are 3.00.
    expect(costs(change).slice(0, 2)).toEqual([
      ["chat cogs", 10, 8],
      ["chat rnd", 10, 8],
    ]);
  });

  test("a launch brings customers who use the feature as the others do", () => {
    const ramp: ScenarioChange = {
      change: "launch",
      feature: "tutor",
      region: "apac",
      from: jan,
      customers: [50, 200],
      like: "chat",
    };
    expect(costs(ramp)).toContainEqual(["tutor cogs", 5, 20]);
    const there: ScenarioChange = { change: "launch", feature: "chat", region: "apac", from: feb, customers: [10] };
    expect(costs(there)[0]).toEqual(["chat cogs", 10, 11]);
  });

  const moved = (current: string, proposed: string): ScenarioChange => ({
    ...{ change: "model", from: jan, share_percent: 50, token_ratio: "1" },
    ...{ current: { provider: "openai", model: current }, proposed: { provider: "openai", model: proposed } },
  });

  test("fifty changes that move shares to and fro are evaluated at once, and their lines stay few", () => {
    const twice = [moved("a", "b"), moved("b", "a")];
    // Of 10.00: first half of it at 4 a million, then half of that back, and so on: a third of the calls ends at b.
    const [chat] = costs(...Array.from({ length: 25 }, () => twice).flat());
    expect(chat).toEqual(["chat cogs", expect.closeTo(8, 6), expect.closeTo(8, 6)]);
  });

  test("a scenario whose lines have no end is refused", () => {
    const changes = Array.from(
      { length: 50 },
      (_, place): ScenarioChange => ({
        ...(moved(place % 2 === 0 ? "a" : "b", place % 2 === 0 ? "b" : "a") as Extract<
          ScenarioChange,
          { change: "model" }
        >),
        token_ratio: `1.${String(place + 1).padStart(3, "0")}`,
      }),
    );
    expect(costs(...changes)).toEqual([
      "changes: more by changes[11]; at most 1006 combinations of feature, region, model and use in a month",
    ]);
  });

  test("what grows beyond an amount is refused", () => {
    const grown: ScenarioChange = { change: "price", provider: "*", model: "*", from: jan, percent: 10_000 };
    expect(costs(...Array.from({ length: 20 }, () => grown))[0]).toBe(
      "changes: growth beyond all bounds; amounts below 10^26 USD in all, and counts below 2^53",
    );
  });

  test("a model takes over the prices that were changed for it before", () => {
    const price: ScenarioChange = { change: "price", provider: "openai", model: "*", from: feb, percent: 50 };
    // All at 4 a million, from February on at 6.
    expect(costs(price, { ...moved("a", "b"), share_percent: 100 } as ScenarioChange)[0]).toEqual(["chat cogs", 4, 6]);
  });

  test("a feature that was paused comes back with the use of its customers", () => {
    const pause: ScenarioChange = { change: "adoption", feature: "chat", from: jan, percent: -100 };
    expect(costs(pause, { change: "adoption", feature: "chat", from: feb, customers: 500 })[0]).toEqual([
      ...["chat cogs", 0, 50],
    ]);
    const launch = { change: "launch", feature: "tutor", region: "apac", like: "chat" } as const;
    expect(costs(pause, { ...launch, from: feb, customers: [50] })).toContainEqual(["tutor cogs", 0, 5]);
  });

  test.each<[string, ScenarioChange]>([
    ["changes[0].proposed: openai/a; another model than the current one", moved("a", "a")],
    [
      'changes[0].feature: "chatt"; a feature with usage in the last 30 days: chat, ops; did you mean chat?',
      { change: "adoption", feature: "chatt", from: jan, percent: 1 },
    ],
    [
      "changes[0].from: 2026-12, which is not to come; a month of the plan, 2027-01 to 2027-02",
      { change: "intensity", feature: "chat", from: "2026-12" as Month, percent: 1 },
    ],
    [
      "changes[0].percent: -101; -100 or more: nothing can become less than none",
      { change: "intensity", feature: "chat", from: jan, percent: -101 },
    ],
    [
      "changes[0].customers: 5; percent: no usage of the feature names its customers",
      { change: "adoption", feature: "ops", from: jan, customers: 5 },
    ],
    [
      "changes[0].proposed: openai/c, without a price; a model with a price",
      {
        change: "model",
        from: jan,
        share_percent: 100,
        token_ratio: "1",
        current: { provider: "openai", model: "a" },
        proposed: { provider: "openai", model: "c" },
      },
    ],
    [
      "changes[0].current: openai/z; a model used in the last 30 days",
      {
        change: "model",
        from: jan,
        share_percent: 100,
        token_ratio: "1",
        current: { provider: "openai", model: "z" },
        proposed: { provider: "openai", model: "b" },
      },
    ],
    [
      "changes[0].model: azure/*; patterns of a provider and a model used in the last 30 days",
      { change: "price", provider: "azure", model: "*", from: jan, percent: 1 },
    ],
    [
      'changes[0].like: "ops"; a feature whose usage names its customers: theirs is taken for the new ones\'',
      { change: "launch", feature: "tutor", region: "apac", from: jan, customers: [1], like: "ops" },
    ],
  ])("%s", (message, change) => {
    expect(costs(change)).toEqual([message]);
  });
});

const anyChange = fc.oneof(
  fc.record({
    change: fc.constant("adoption" as const),
    feature: fc.constantFrom("chat", "ops"),
    from: fc.constantFrom(...months),
    percent: fc.integer({ min: -100, max: 300 }),
  }),
  fc.record({
    change: fc.constant("price" as const),
    provider: fc.constant("*"),
    model: fc.constantFrom("*", "a"),
    from: fc.constantFrom(...months),
    percent: fc
      .integer({ min: -100, max: 300 })
      .map((percent) => percent / 7)
      .map((percent) => Number(percent.toFixed(4))),
  }),
  fc.record({
    change: fc.constant("launch" as const),
    feature: fc.constantFrom("chat", "new"),
    region: fc.constant("apac"),
    from: fc.constantFrom(...months),
    customers: fc.array(fc.nat(500), { minLength: 1, maxLength: 3 }),
    like: fc.constant("chat"),
  }),
);

test("segments sum to their classes and months, whatever is changed, and the baseline stays as it was", () => {
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 4 }), (changes) => {
      const evaluated = evaluateScenario(baseline, changes, context);
      fc.pre(evaluated.errors.length === 0);
      const { segments, months: found } = evaluated.plan;
      for (const [place, month] of found.entries()) {
        const sum = (of: "baseline" | "scenario") =>
          segments.reduce((total, one) => total + (one.months[place]?.[of].cost ?? 0n), 0n);
        const byClass = (of: "baseline" | "scenario") =>
          [...month.byClass.values()].reduce((total, one) => total + one[of], 0n);
        expect([month.baseline, month.scenario]).toEqual([usd("30"), sum("scenario")]);
        expect([byClass("baseline"), byClass("scenario")]).toEqual([sum("baseline"), sum("scenario")]);
      }
    }),
    { numRuns: 60 },
  );
});
