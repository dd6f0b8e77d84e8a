import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { makeForecastAccuracy } from "#app/forecast-accuracy.ts";
import { makeMakeForecasts } from "#app/make-forecasts.ts";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { scopeKey } from "#core/scope-key.ts";
import { addDays, type Instant, type UsageDate } from "#core/time.ts";
import { COST_DAILY } from "#lake/tables.ts";
import { openControl } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { rulesOf } from "../fakes/company-rules.ts";
import { openMemoryLake } from "./memory-lake.ts";

const lake = await openMemoryLake();
const { connection } = lake.engine;

beforeEach(() => lake.reset());

const sha256Hex = (text: string) => createHash("sha256").update(text).digest("hex");
const at = (text: string) => Date.parse(text) as Instant;
const today = "2026-11-23" as UsageDate;

interface Spent {
  readonly cost: string;
  readonly team?: string;
  readonly feature?: string;
  readonly costClass?: string;
  readonly environment?: string;
}

/** Rows of cost_daily from the day so many days ago up to yesterday, by days before today. */
async function spend(daysAgo: number, costOf: (daysBefore: number) => readonly Spent[]): Promise<void> {
  const rows = Array.from({ length: daysAgo }, (_, i) => daysAgo - i).flatMap((daysBefore) =>
    costOf(daysBefore).map(
      ({ cost, team = "search", feature = "answers", costClass = "cogs", environment = "production" }) => {
        const named: Readonly<Record<string, string>> = { team, feature, cost_class: costClass, environment };
        const dimensions = SPEND_DIMENSIONS.map((name) => `'${(named[name] ?? "x").replaceAll("'", "''")}'`);
        const sums = COST_DAILY.columns.slice(1 + SPEND_DIMENSIONS.length, -2).map(() => "1");
        return `(date '${addDays(today, -daysBefore)}', ${[...dimensions, ...sums].join(", ")}, ${cost}, ${cost})`;
      },
    ),
  );
  await connection.run(`insert into cost_daily values ${rows.join(", ")}`);
}

const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();

const nothingNew = { importsLanded: false, changedDays: [], backfill: [] };
const rest = COST_DAILY.columns
  .slice(1)
  .map(({ name }) => name)
  .join(", ");

function open(now = at("2026-11-23T03:07:00Z")) {
  const control = openControl(IN_MEMORY, () => now);
  const clock = { now };
  const deps = {
    ...{ engine: lake.engine, forecasts: control.forecasts, clock: () => clock.now },
    rules: async () => rulesOf(),
  };
  return {
    ...{ deps, clock, forecasts: control.forecasts, make: makeMakeForecasts(deps) },
    accuracy: makeForecastAccuracy({ ...deps, sha256Hex }),
    [Symbol.dispose]: () => control.close(),
  };
}

describe("forecasts of the lake", () => {
  test("are made once a day, of all spend, its classes, and the teams and features of each", async () => {
    await spend(60, () => [
      { cost: "10" },
      { cost: "4", team: 'o\'brien "größe"', feature: "chat" },
      { cost: "2", costClass: "rnd" },
    ]);
    using world = open();
    await world.make(nothingNew);
    const run = await world.forecasts.latest();
    expect(run).toMatchObject({ asOf: "2026-11-22", kind: "run", madeAt: at("2026-11-23T03:07:00Z") });
    const nextDay = new Map(run?.scopes.map(({ scope, days }) => [scopeKey(scope), days[0]?.mean]));
    expect(nextDay).toEqual(
      new Map([
        ["{}", 16],
        ['{"cost_class":["cogs"]}', 14],
        ['{"cost_class":["rnd"]}', 2],
        ['{"team":["search"],"cost_class":["cogs"]}', 10],
        ['{"feature":["answers"],"cost_class":["cogs"]}', 10],
        ['{"team":["o\'brien \\"größe\\""],"cost_class":["cogs"]}', 4],
        ['{"feature":["chat"],"cost_class":["cogs"]}', 4],
        ['{"team":["search"],"cost_class":["rnd"]}', 2],
        ['{"feature":["answers"],"cost_class":["rnd"]}', 2],
      ]),
    );
    const last = await query(
      `select scope, forecast_date, history_days, mean, p50, total_mean from forecast_daily
       where run_kind = 'run' and days_ahead = 90 and scope like '%größe%'`,
    );
    const scope = '{"team":["o\'brien \\"größe\\""],"cost_class":["cogs"]}';
    expect(last).toEqual([[scope, "2027-02-20", "60", "4.000000000000", "4.000000000000", "360.000000000000"]]);
    const before = await query("select count(*), max(made_at) from forecast_daily");
    world.clock.now = at("2026-11-23T09:00:00Z");
    await world.make(nothingNew);
    expect(await query("select count(*), max(made_at) from forecast_daily")).toEqual(before);
    world.clock.now = at("2026-11-24T03:09:00Z");
    await world.make(nothingNew);
    expect(await query("select distinct as_of from forecast_daily where run_kind = 'run' order by as_of")).toEqual([
      ["2026-11-22"],
      ["2026-11-23"],
    ]);
  });

  test("are made again when a budget has a scope that is not forecast, but for those on customers and tags", async () => {
    await spend(30, () => [{ cost: "3" }, { cost: "1", environment: "staging" }]);
    using first = open();
    await first.make(nothingNew);
    const budget = { id: "b", owner: "o", period: "month", amount_usd: "5", when_used_up: "warn" } as const;
    const budgets = [
      { ...budget, scope: { environment: ["staging"] } },
      { ...budget, id: "c", scope: { region: ["emea"] }, customer_id: ["acme"] },
    ];
    const again = makeMakeForecasts({ ...first.deps, rules: async () => rulesOf({ budgets }) });
    await again(nothingNew);
    const scopes = (await first.forecasts.latest())?.scopes.map(({ scope, days }) => [scopeKey(scope), days[0]?.mean]);
    expect(scopes).toContainEqual(['{"environment":["staging"]}', 1]);
    expect(scopes?.map(([key]) => key)).not.toContain('{"region":["emea"]}');
    expect(await query("select count(distinct run_id) from forecast_daily where run_kind = 'run'")).toEqual([["2"]]);
  });

  test("are made again when a sender has caught up with days before the first", async () => {
    using world = open();
    await world.make(nothingNew);
    expect((await world.forecasts.latest())?.scopes[0]?.historyDays).toBe(0);
    await spend(10, () => [{ cost: "3" }]);
    await world.make({ ...nothingNew, changedDays: ["2026-11-13" as UsageDate] });
    expect((await world.forecasts.latest())?.scopes[0]?.historyDays).toBe(10);
    await spend(1, () => [{ cost: "5" }]);
    const late = { ...nothingNew, changedDays: ["2026-11-22" as UsageDate] };
    await world.make(late);
    const latest = await world.forecasts.latest();
    expect(latest?.scopes[0]?.days[0]?.mean).toBeCloseTo(3.5, 9);
    await spend(1, () => [{ cost: "5" }]);
    await world.make(late);
    expect(await world.forecasts.latest()).toEqual(latest);
  });

  test("are of days whose usage has come: until 03:00 UTC not of the day before", async () => {
    await spend(30, () => [{ cost: "3" }]);
    using world = open(at("2026-11-23T02:59:00Z"));
    await world.make(nothingNew);
    expect((await world.forecasts.latest())?.asOf).toBe("2026-11-21");
    world.clock.now = at("2026-11-23T03:00:00Z");
    await world.make(nothingNew);
    expect((await world.forecasts.latest())?.asOf).toBe("2026-11-22");
  });

  test("are made again as soon as there is history where there was none, and not written twice until then", async () => {
    using world = open();
    await world.make(nothingNew);
    const written = "select count(*), count(distinct run_id), max(made_at) from forecast_daily";
    const before = await query(written);
    world.clock.now = at("2026-11-23T04:07:00Z");
    await world.make(nothingNew);
    expect(await query(written)).toEqual(before);
    await spend(10, () => [{ cost: "3" }]);
    await world.make(nothingNew);
    expect((await world.forecasts.latest())?.scopes[0]?.historyDays).toBe(10);
  });

  test("are judged by at once, and a run that was killed while they were written goes on with what is missing", async () => {
    await spend(20, () => Array.from({ length: 30 }, (_, i) => ({ cost: `${i + 1}`, team: `team-${i}` })));
    using world = open();
    const merged: number[] = [];
    const engineOf = (merges: number): QueryEngine => ({
      run: async (name, options) => {
        if (name !== "merge_forecast_daily") return lake.engine.run(name, options);
        if (merged.length === merges) throw new Error("killed");
        merged.push(options?.substitutions?.forecasts?.length ?? 0);
        return lake.engine.run(name, options);
      },
    });
    await expect(makeMakeForecasts({ ...world.deps, engine: engineOf(1) })(nothingNew)).rejects.toThrow("killed");
    expect(await world.forecasts.latest()).toMatchObject({ asOf: "2026-11-22", pending: ["run"] });
    const first = merged.splice(0);
    await makeMakeForecasts({ ...world.deps, engine: engineOf(99) })(nothingNew);
    expect([...first, ...merged].reduce((sum, scopes) => sum + scopes, 0)).toBe(33);
    expect((await world.forecasts.latest())?.pending).toBeUndefined();
    expect(await query("select count(*), count(distinct scope) from forecast_daily")).toEqual([["2970", "33"]]);
  });

  test("of a scope that no statement can hold are not kept in the lake, and stop no others", async () => {
    await spend(3, () => [{ cost: "3" }]);
    using world = open();
    const budget = { id: "b", owner: "o", period: "month", amount_usd: "5", when_used_up: "warn" } as const;
    const model = Array.from({ length: 700 }, (_, i) => `${i}`.padStart(180, "m"));
    await makeMakeForecasts({
      ...world.deps,
      rules: async () => rulesOf({ budgets: [{ ...budget, scope: { model } }] }),
    })(nothingNew);
    expect((await world.forecasts.latest())?.scopes).toHaveLength(5);
    expect(await query("select count(distinct scope) from forecast_daily")).toEqual([["4"]]);
  });

  test("of a budget whose scope is long are judged as any other", async () => {
    await spend(60, () => [{ cost: "3" }]);
    using world = open();
    const team = ["search", ...Array.from({ length: 40 }, (_, i) => `a team with a name that is rather long ${i}`)];
    const budget = { id: "b", owner: "o", period: "month", amount_usd: "5", when_used_up: "warn" } as const;
    const rules = async () => rulesOf({ budgets: [{ ...budget, scope: { team } }] });
    await makeMakeForecasts({ ...world.deps, rules })(nothingNew);
    expect((await world.forecasts.latest())?.scopes.find(({ scope }) => scope.team?.length === 41)?.days[0]?.mean).toBe(
      3,
    );
    const parameters: unknown[] = [];
    const engine: QueryEngine = {
      run: async (name, options) => {
        parameters.push(...(options?.parameters ?? []));
        return lake.engine.run(name, options);
      },
    };
    const accuracy = makeForecastAccuracy({ ...world.deps, engine, sha256Hex });
    const found = await accuracy({ team }, 3, "dearest");
    expect(found.kinds[1]?.days).toMatchObject({ forecasts: 90, wape: 0 });
    expect(parameters.every((parameter) => String(parameter).length < 1_000)).toBe(true);
  });

  test("of the past are made with the first one, and again when history is imported, before the first that was made in time", async () => {
    await spend(60, () => [{ cost: "10" }]);
    using world = open();
    await world.make(nothingNew);
    const backtests =
      "select as_of, max(history_days) from forecast_daily where run_kind = 'backtest' group by as_of order by as_of";
    expect(await query(backtests)).toEqual([
      ["2026-10-10", "17"],
      ["2026-10-15", "22"],
      ["2026-10-20", "27"],
    ]);
    await spend(90, (daysBefore) => (daysBefore > 60 ? [{ cost: "10" }] : []));
    world.clock.now = at("2026-12-23T03:07:00Z");
    await world.make({ importsLanded: true, changedDays: ["2026-08-30" as UsageDate], backfill: [] });
    expect(await query(backtests)).toEqual([
      ["2026-09-10", "17"],
      ["2026-09-15", "22"],
      ["2026-09-20", "27"],
      ["2026-10-01", "38"],
      ["2026-10-10", "47"],
      ["2026-10-15", "52"],
      ["2026-10-20", "57"],
      ["2026-11-01", "69"],
      ["2026-11-10", "78"],
      ["2026-11-15", "83"],
      ["2026-11-20", "88"],
    ]);
  });

  test("that were killed between any two writes are there once when they are made again", async () => {
    await spend(55, (daysBefore) =>
      Array.from({ length: 2 }, (_, i) => ({ cost: `${daysBefore}.${i}`, team: `t${i}` })),
    );
    using whole = open();
    await whole.make(nothingNew);
    const rows =
      "select scope, as_of, forecast_date, total_p90 from forecast_daily order by as_of, scope, forecast_date";
    const wanted = await query(rows);
    for (const merges of [0, 1, 2]) {
      await connection.run("delete from forecast_daily");
      using world = open();
      let left = merges;
      const engine: QueryEngine = {
        run: async (name, options) => {
          if (name === "merge_forecast_daily" && left-- === 0) throw new Error("killed");
          return lake.engine.run(name, options);
        },
      };
      let puts = 2;
      const put = async (run: ForecastRun) => {
        if (puts-- === 0) throw new Error("killed");
        await world.forecasts.put(run);
      };
      const forecasts = { ...world.forecasts, put };
      await expect(makeMakeForecasts({ ...world.deps, engine, forecasts })(nothingNew)).rejects.toThrow("killed");
      await world.make(nothingNew);
      expect(await query(rows)).toEqual(wanted);
    }
  });

  test.each([
    ["nothing at all", 0, () => []],
    ["a day that was taken back", 40, (daysBefore: number) => [{ cost: daysBefore === 3 ? "-500" : "10" }]],
    ["nothing but adjustments down", 20, () => [{ cost: "-1.5" }]],
    ["amounts as large as the column holds", 40, () => [{ cost: "999999999999999999999999.999999999999" }]],
    ["amounts as small as there are", 40, () => [{ cost: "0.000000000001" }]],
  ] as const)("of %s are plain numbers, stored and read", async (_, days, costOf) => {
    if (days > 0) await spend(days, costOf as (daysBefore: number) => readonly Spent[]);
    using world = open();
    await world.make(nothingNew);
    const run = await world.forecasts.latest();
    const amounts = run?.scopes.flatMap((one) => [...one.days, ...one.totals].flatMap((each) => Object.values(each)));
    expect(amounts?.every((amount) => Number.isFinite(amount) && amount >= 0)).toBe(true);
    expect(await query("select count(*) from forecast_daily where p025 > p10 or p10 > p90 or p90 > p975")).toEqual([
      ["0"],
    ]);
    expect(await query("select count(distinct days_ahead) from forecast_daily where run_kind = 'run'")).toEqual([
      ["90"],
    ]);
    expect((await world.accuracy({}, 3, "dearest")).isForecast).toBe(true);
  });
});

describe("the accuracy of forecasts", () => {
  test("is told of runs and backtests apart, of each scope, against what came", async () => {
    await spend(90, () => [{ cost: "10" }, { cost: "2", costClass: "rnd" }]);
    using world = open();
    await world.make(nothingNew);
    world.clock.now = at("2026-12-02T03:10:00Z");
    await connection.run(
      `insert into cost_daily select date_add('day', 10, usage_date), ${rest} from cost_daily where usage_date >= date '2026-11-13'`,
    );
    const found = await world.accuracy({}, 3, "dearest");
    expect(found).toMatchObject({ scope: {}, isForecast: true, from: "2026-09-01", to: "2026-12-01" });
    expect(found.monthEnds.filter(({ kind }) => kind === "run")).toEqual([
      {
        ...{ month: "2026-11", asOf: "2026-11-22", kind: "run", daysBefore: 8 },
        ...{ forecast: 360, actual: 360, error: 0, inside80: true, inside95: true },
      },
    ]);
    const perfect = { wape: 0, bias: 0, inside80: 1, inside95: 1 };
    const none = { forecasts: 0, wape: null, bias: null, inside80: null, inside95: null };
    const buckets = (...forecasts: number[]) =>
      forecasts.map((count, i) => ({
        daysBefore: [
          { from: 1, to: 5 },
          { from: 6, to: 15 },
          { from: 16, to: 25 },
          { from: 26, to: 31 },
        ][i],
        ...(count === 0 ? none : { forecasts: count, ...perfect }),
      }));
    expect(found.kinds).toEqual([
      { kind: "run", monthEnds: buckets(0, 1, 0, 0), days: { forecasts: 9, ...perfect } },
      { kind: "backtest", monthEnds: buckets(0, 3, 3, 1), days: { forecasts: 210, ...perfect } },
    ]);
    const classes = await world.accuracy({}, 3, "classes");
    expect(new Set(classes.scopes.map(({ scope }) => scopeKey(scope)))).toEqual(
      new Set(["{}", '{"cost_class":["cogs"]}', '{"cost_class":["rnd"]}']),
    );
    expect(found.scopes.map(({ scope, kind, actual }) => [scopeKey(scope), kind, actual]).slice(0, 4)).toEqual([
      ["{}", "backtest", 732],
      ['{"cost_class":["cogs"]}', "backtest", 610],
      ['{"feature":["answers"],"cost_class":["cogs"]}', "backtest", 610],
      ['{"team":["search"],"cost_class":["cogs"]}', "backtest", 610],
    ]);
    expect(await world.accuracy({ team: ["nobody"] }, 3, "classes")).toMatchObject({
      isForecast: false,
      monthEnds: [],
    });
  });
});
