import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backtestDays } from "#core/backtest-days.ts";
import type { Scope } from "#core/config.ts";
import { type DayCost, scopeHistories } from "#core/cost-history.ts";
import { expectedUsd } from "#core/expected-usd.ts";
import { makeForecastRun } from "#core/make-forecast-run.ts";
import type { PicoUsd } from "#core/money.ts";
import { scopeKey } from "#core/scope-key.ts";
import { addDays, type Instant, type UsageDate } from "#core/time.ts";

const from = "2026-09-01" as UsageDate;
const to = "2026-10-30" as UsageDate;
const madeAt = 0 as Instant;

function row(day: number, costClass: string, team: string, usd: number, environment = "production"): DayCost {
  const dimensions = { cost_class: costClass, team, feature: `${team}-feature`, environment };
  return { usageDate: addDays(from, day), dimensions, cost: BigInt(Math.round(usd * 1e12)) as PicoUsd };
}

function runOf(rows: readonly DayCost[], wanted: readonly Scope[] = [], scopesMax = 100) {
  const histories = scopeHistories(rows, { from, to }, wanted, scopesMax);
  const run = makeForecastRun(histories, { from, asOf: to, madeAt, kind: "run" });
  return { run, histories, of: new Map(run.scopes.map((scope) => [scopeKey(scope.scope), scope])) };
}

const steady = Array.from({ length: 60 }, (_, day) => [
  row(day, "cogs", "search", 10),
  row(day, "cogs", "chat", 5),
  row(day, "rnd", "search", 1, "development"),
]).flat();

describe("the scopes of a forecast", () => {
  test("a budget's scope that is a class's team is that part still, and counted once", () => {
    const { of, run } = runOf(steady, [{ cost_class: ["cogs"], team: ["search"] }, { environment: ["development"] }]);
    expect(of.get('{"team":["search"],"cost_class":["cogs"]}')?.days[0]?.mean).toBeCloseTo(10, 9);
    expect(of.get('{"environment":["development"]}')?.days[0]?.mean).toBeCloseTo(1, 9);
    expect(of.get('{"cost_class":["cogs"]}')?.totals[29]?.mean).toBeCloseTo(450, 6);
    expect(run.scopes).toHaveLength(10);
    expect(run.scopesLeftOut).toBeUndefined();
  });

  test("too many are cut to those that cost most, which is told; classes and budgets stay", () => {
    const budget: Scope = { cost_class: ["rnd"], team: ["search"] };
    const { run, of } = runOf(steady, [budget], 5);
    expect([...of.keys()].sort()).toEqual(
      [
        "{}",
        '{"cost_class":["cogs"]}',
        '{"cost_class":["rnd"]}',
        '{"team":["search"],"cost_class":["rnd"]}',
        '{"feature":["search-feature"],"cost_class":["cogs"]}',
      ].sort(),
    );
    expect(run.scopesLeftOut).toBe(4);
  });

  test("without any spend there is all spend, and nothing is expected of it", () => {
    const { run } = runOf([]);
    expect(run.scopes).toMatchObject([
      { scope: {}, historyDays: 0, confidence: { level: "low", reasons: ["no_spend"] }, growthPerWeek: 0 },
    ]);
    expect(run.scopes[0]?.totals.at(-1)).toEqual({ mean: 0, p025: 0, p10: 0, p50: 0, p90: 0, p975: 0 });
  });

  test("the same scopes of the same day make a run of the same id, others another", () => {
    const again = runOf([...steady].reverse()).run.id;
    expect(runOf(steady).run.id).toBe(again);
    expect(runOf(steady, [{ region: ["emea"] }]).run.id).not.toBe(again);
  });

  test("a backtest knows nothing of the days after it", () => {
    const histories = scopeHistories(steady, { from, to }, [], 100);
    const asOf = addDays(from, 29);
    const tripled = steady.map((one) => (one.usageDate > asOf ? { ...one, cost: (one.cost * 3n) as PicoUsd } : one));
    const others = scopeHistories(tripled, { from, to }, [], 100);
    const backtest = (of: typeof histories) => makeForecastRun(of, { from, asOf, madeAt, kind: "backtest" });
    expect(backtest(histories)).toMatchObject({ id: `backtest-${asOf}`, kind: "backtest", asOf });
    expect(backtest(others)).toEqual(backtest(histories));
    expect(backtest(histories).scopes[0]?.historyDays).toBe(30);
  });
});

test("classes add up to all spend, teams and features to their class, on each day and in each total", () => {
  const cost = fc.integer({ min: -2_000, max: 1_000_000 }).map((cents) => cents / 100);
  const rows = fc
    .array(
      fc.tuple(fc.integer({ min: 0, max: 59 }), fc.constantFrom("cogs", "rnd"), fc.constantFrom("a", "b", "c"), cost),
      { minLength: 30, maxLength: 200 },
    )
    .map((all) => all.map(([day, costClass, team, usd]) => row(day, costClass, team, usd)));
  fc.assert(
    fc.property(rows, (all) => {
      const { histories, of } = runOf(all);
      const families = Map.groupBy(
        histories.scopes.filter(({ partOf }) => partOf !== undefined),
        ({ partOf }) => JSON.stringify(partOf),
      );
      for (const [family, parts] of families) {
        const whole = of.get((JSON.parse(family) as { key: string }).key);
        const meanOf = (key: string, name: "days" | "totals", ahead: number) =>
          of.get(key)?.[name][ahead]?.mean ?? Number.NaN;
        // Where no part expects anything at all, there is nothing to move.
        if (parts.every(({ key }) => meanOf(key, "totals", 89) === 0)) continue;
        for (const ahead of [0, 6, 89]) {
          for (const name of ["days", "totals"] as const) {
            const sum = parts.reduce((means, { key }) => means + meanOf(key, name, ahead), 0);
            const wanted = whole?.[name][ahead]?.mean ?? Number.NaN;
            expect(Math.abs(sum - wanted), `${family} ${name} ${ahead}`).toBeLessThanOrEqual(wanted * 1e-9);
          }
        }
      }
      for (const { totals } of of.values()) {
        for (const { p025, p10, mean, p90, p975 } of totals) {
          expect([p025, p10, mean, p90, p975].every(Number.isFinite)).toBe(true);
          expect(p025 <= p10 && p10 <= p90 && p90 <= p975).toBe(true);
        }
      }
    }),
    { numRuns: 12 },
  );
});

test("the past is tried on days 1, 10, 15 and 20 of the last three months that are over, from two weeks of history on", () => {
  const days = backtestDays("2026-11-22" as UsageDate, "2026-09-01" as UsageDate);
  expect(days).toEqual(["2026-09-15", "2026-09-20", "2026-10-01", "2026-10-10", "2026-10-15", "2026-10-20"]);
  expect(backtestDays("2026-11-30" as UsageDate, "2020-01-01" as UsageDate)).toEqual(
    ["2026-09", "2026-10", "2026-11"].flatMap((month) => ["01", "10", "15", "20"].map((day) => `${month}-${day}`)),
  );
  expect(backtestDays("2026-01-05" as UsageDate, "2025-12-30" as UsageDate)).toEqual([]);
});

test.each([
  [0, "0"],
  [-0, "0"],
  [1234.5678912, "1234.5679"],
  [1.5e-13, "0"],
  [0.000001234, "0.000001234"],
  [100, "100"],
  [15_330.19, "15330.19"],
  [-12.5, "-12.5"],
  [9.87654321e20, "987654320000000000000"],
  [1e300, "1000000000000000000000000"],
])("an expected amount of %d USD is %s", (amount, text) => {
  expect(expectedUsd(amount)).toBe(text);
});

describe("one spend has one forecast", () => {
  /** Chat jumps, and its voice feature with it; search grows; both have a little of rnd. */
  const usdOf = (day: number) => ({ voice: day < 40 ? 2 + (day % 3) : 30 + (day % 7), text: 5 + (day % 2) });
  const rows = Array.from({ length: 60 }, (_, day) => {
    const { voice, text } = usdOf(day);
    return [
      { ...row(day, "cogs", "chat", voice), dimensions: { cost_class: "cogs", team: "chat", feature: "voice" } },
      { ...row(day, "cogs", "chat", text), dimensions: { cost_class: "cogs", team: "chat", feature: "text" } },
      { ...row(day, "cogs", "search", 10 + day), dimensions: { cost_class: "cogs", team: "search", feature: "find" } },
      {
        ...row(day, "rnd", "search", 1 + (day % 5)),
        dimensions: { cost_class: "rnd", team: "search", feature: "lab" },
      },
    ];
  }).flat();
  const { of } = runOf(rows, [
    { team: ["chat"], feature: ["voice"] },
    { team: ["search"] },
    { team: ["chat"] },
    { feature: ["voice", "find", "lab"] },
    { cost_class: ["cogs", "rnd"] },
  ]);
  const total = (key: string) => of.get(key)?.totals[29];

  test("whether it is named as a budget's scope, as a feature or as a team of a class", () => {
    const voice = total('{"feature":["voice"],"cost_class":["cogs"]}');
    expect(total('{"team":["chat"],"feature":["voice"]}')).toEqual(voice);
    expect(total('{"team":["search"],"cost_class":["cogs"]}')).toEqual(
      total('{"feature":["find"],"cost_class":["cogs"]}'),
    );
    expect(total('{"team":["chat"]}')).toEqual(total('{"team":["chat"],"cost_class":["cogs"]}'));
    expect(total('{"cost_class":["cogs","rnd"]}')).toEqual(total("{}"));
  });

  test("and what consists of others is their sum, on each day and in each total", () => {
    for (const [whole, parts] of [
      [
        '{"team":["search"]}',
        ['{"team":["search"],"cost_class":["cogs"]}', '{"team":["search"],"cost_class":["rnd"]}'],
      ],
      [
        '{"feature":["find","lab","voice"]}',
        ["voice", "find", "lab"].map(
          (name) => `{"feature":["${name}"],"cost_class":["${name === "lab" ? "rnd" : "cogs"}"]}`,
        ),
      ],
      [
        '{"cost_class":["cogs"]}',
        ["voice", "text", "find"].map((name) => `{"feature":["${name}"],"cost_class":["cogs"]}`),
      ],
      ['{"cost_class":["cogs"]}', ["chat", "search"].map((name) => `{"team":["${name}"],"cost_class":["cogs"]}`)],
    ] as const) {
      for (const [name, ahead] of [
        ["days", 0],
        ["days", 89],
        ["totals", 29],
      ] as const) {
        const sum = parts.reduce((means, part) => means + (of.get(part)?.[name][ahead]?.mean ?? Number.NaN), 0);
        expect(of.get(whole)?.[name][ahead]?.mean, `${whole} ${name} ${ahead}`).toBeCloseTo(sum, 9);
      }
    }
    expect([...of.values()].filter(({ agrees }) => agrees === false)).toEqual([]);
  });

  test("or is marked where nothing says what it consists of", () => {
    const staging = rows.map((one, i) => ({
      ...one,
      dimensions: { ...one.dimensions, environment: i % 3 === 0 ? "staging" : "production" },
    }));
    const run = runOf(staging, [{ environment: ["staging"] }]);
    expect(run.of.get('{"environment":["staging"]}')?.agrees).toBe(false);
    const cut = runOf(rows, [{ team: ["search"] }], 5);
    expect(cut.run.scopesLeftOut).toBe(6);
    expect(cut.of.get('{"team":["search"]}')?.agrees).toBe(false);
    expect(cut.of.get('{"cost_class":["rnd"]}')?.agrees).toBeUndefined();
  });
});
