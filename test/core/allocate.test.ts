import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocateDay, type DaySpend, fixedParts } from "#core/allocate.ts";
import type { FixedCost, SharedCost } from "#core/config.ts";
import { COST_CLASSES, type CostClass } from "#core/dimensions.ts";
import type { PicoUsd } from "#core/money.ts";
import { addDays, type UsageDate } from "#core/time.ts";

const day = "2026-11-20" as UsageDate;

function spend(team: string, feature: string, cost: bigint, more: Partial<DaySpend> = {}): DaySpend {
  const costClass = more.costClass ?? "cogs";
  return {
    dimensions: { team, feature, cost_class: costClass },
    team,
    costClass,
    cost: cost as PicoUsd,
    requests: 1n,
    tokens: 10n,
    ...more,
  };
}

const byWeights = (weights: Readonly<Record<string, number>>): SharedCost["split"] => ({
  by: "weights",
  weights: Object.entries(weights).map(([team, weight]) => ({ team, weight })),
});

const gateway = (split: SharedCost["split"], change: Partial<SharedCost> = {}): SharedCost => ({
  ...{ id: "gateway", scope: { feature: ["gateway"] }, from: "2026-11-01" as UsageDate, split },
  ...change,
});

function told({ parts, unsplit }: ReturnType<typeof allocateDay>) {
  return {
    parts: parts.map(({ kind, team, costClass, cost }) => `${kind} ${team} ${costClass} ${cost}`),
    unsplit: unsplit.map(({ id, team, cost }) => `${id} ${team} ${cost}`),
  };
}

describe("shared spend of a day", () => {
  test("leaves its own team and goes to the others by weight, to the last pico-dollar", () => {
    const spends = [spend("platform", "gateway", 100n), spend("platform", "chat", 7n), spend("a", "chat", 5n)];
    expect(told(allocateDay(day, spends, [gateway(byWeights({ a: 1, b: 1, c: 1 }))]))).toEqual({
      parts: ["direct platform cogs 7", "direct a cogs 5", "shared a cogs 34", "shared b cogs 33", "shared c cogs 33"],
      unsplit: [],
    });
  });

  test("is split in each cost class on its own", () => {
    const spends = [spend("platform", "gateway", 10n), spend("platform", "gateway", 3n, { costClass: "rnd" })];
    expect(told(allocateDay(day, spends, [gateway(byWeights({ a: 1, b: 1 }))])).parts).toEqual([
      "shared a cogs 5",
      "shared b cogs 5",
      "shared a rnd 2",
      "shared b rnd 1",
    ]);
  });

  test.each([
    ["cost", ["shared a cogs 75", "shared b cogs 25"]],
    ["requests", ["shared a cogs 20", "shared b cogs 80"]],
    ["tokens", ["shared a cogs 50", "shared b cogs 50"]],
  ] as const)("is split by the %s of the day, of which the shared spend itself is no part", (measure, parts) => {
    const spends = [
      spend("a", "gateway", 100n, { requests: 1_000n, tokens: 1_000n }),
      spend("b", "chat", 1n, { requests: 8n, tokens: 5n }),
      spend("a", "chat", 3n, { requests: 2n, tokens: 5n }),
      spend("c", "other", 900n),
    ];
    const split = { by: "usage", measure, of: { feature: ["chat", "gateway"] } } as const;
    expect(told(allocateDay(day, spends, [gateway(split)])).parts.slice(3)).toEqual(parts);
  });

  test("stays where it was booked, and is told, on a day on which nothing was measured", () => {
    const split = { by: "usage", measure: "cost", of: { feature: ["chat"] } } as const;
    const spends = [spend("platform", "gateway", 4n), spend("a", "chat", -2n), spend("b", "chat", 0n)];
    expect(told(allocateDay(day, spends, [gateway(split)]))).toEqual({
      parts: ["direct a cogs -2", "direct b cogs 0", "direct platform cogs 4"],
      unsplit: ["gateway platform 4"],
    });
  });

  test("is not shared before its first day and after its last", () => {
    const cost = gateway(byWeights({ a: 1 }), { from: day, to: day });
    const kinds = (on: UsageDate) => allocateDay(on, [spend("p", "gateway", 1n)], [cost]).parts.map(({ kind }) => kind);
    expect([addDays(day, -1), day, addDays(day, 1)].map(kinds)).toEqual([["direct"], ["shared"], ["direct"]]);
  });

  test("sums with the direct spend to what was metered, in every class, whatever is spent", () => {
    const anySpend = fc
      .record({
        team: fc.constantFrom("a", "b", "platform"),
        feature: fc.constantFrom("gateway", "search", "chat"),
        cost: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 26n }),
        costClass: fc.constantFrom(...COST_CLASSES),
        requests: fc.bigInt({ min: -5n, max: 10n ** 12n }),
        tokens: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      })
      .map(({ team, feature, cost, ...more }) => spend(team, feature, cost, more));
    const anySplit = fc.oneof(
      fc.record({ a: fc.integer({ min: 1, max: 99 }), b: fc.integer({ min: 1, max: 10 ** 9 }) }).map(byWeights),
      fc
        .constantFrom(...(["cost", "requests", "tokens"] as const))
        .map((measure) => ({ by: "usage" as const, measure, of: {} })),
    );
    fc.assert(
      fc.property(fc.array(anySpend, { maxLength: 12 }), anySplit, anySplit, (spends, one, other) => {
        const costs = [gateway(one), gateway(other, { id: "search", scope: { feature: ["search"] } })];
        const { parts } = allocateDay(day, spends, costs);
        const sum = (list: readonly { costClass: CostClass; cost: bigint }[], costClass: CostClass) =>
          list.filter((part) => part.costClass === costClass).reduce((total, { cost }) => total + cost, 0n);
        for (const costClass of COST_CLASSES) expect(sum(parts, costClass)).toBe(sum(spends, costClass));
      }),
    );
  });
});

const seats = (change: Partial<FixedCost> = {}): FixedCost => ({
  ...{ id: "seats", vendor: "v", team: "a", cost_class: "rnd", usd_per_month: "100" },
  ...{ from: "2024-01-01" as UsageDate },
  ...change,
});

describe("fixed costs", () => {
  test("are spread over the days of each month, and every month sums to its amount", () => {
    const parts = fixedParts([seats()], "2026-01-01" as UsageDate, "2026-02-28" as UsageDate);
    const sum = (month: string) =>
      parts.filter(({ usageDate }) => usageDate.startsWith(month)).reduce((total, { cost }) => total + cost, 0n);
    expect([sum("2026-01"), sum("2026-02")]).toEqual([100n * 10n ** 12n, 100n * 10n ** 12n]);
    // 100 USD over 28 days: 3.571428571428 and sixteen of the days one pico-dollar more.
    expect(parts.at(-1)).toMatchObject({ kind: "fixed", team: "a", costClass: "rnd", cost: 3_571_428_571_428n });
  });

  test("count on the days on which they hold, and a day costs the same whatever is asked for", () => {
    const cost = seats({ from: "2026-01-15" as UsageDate, to: "2026-02-01" as UsageDate });
    const all = fixedParts([cost], "2025-12-01" as UsageDate, "2026-03-31" as UsageDate);
    expect([all[0]?.usageDate, all.at(-1)?.usageDate, all.length]).toEqual(["2026-01-15", "2026-02-01", 18]);
    const last = "2026-01-31" as UsageDate;
    expect(fixedParts([cost], last, last)).toEqual(all.filter(({ usageDate }) => usageDate === last));
  });

  test("of a leap year's February are spread over 29 days", () => {
    expect(fixedParts([seats()], "2028-02-01" as UsageDate, "2028-02-29" as UsageDate)).toHaveLength(29);
  });
});
