import { describe, expect, test } from "vitest";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeEvaluate } from "#app/evaluate.ts";
import { rememberUntouchedDays } from "#app/evaluate-closed-days.ts";
import { makeJudgeAlerts } from "#app/judge-alerts.ts";
import type { RunRecord } from "#app/ports/pipeline-state.ts";
import { makePublishAlerts } from "#app/publish-alerts.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Alert } from "#core/alert.ts";
import { compileConfig } from "#core/compile-config.ts";
import { type Budget, INITIAL_CONFIG } from "#core/config.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import { addDays, dayMs, hourMs, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";

const start = Date.UTC(2026, 10, 2) as Instant;
const minuteMs = 60_000;

const monthly = (change: Partial<Budget> = {}): Budget => ({
  ...{
    id: "company",
    owner: "Ines",
    scope: {},
    period: "month",
    amount_usd: "7200",
    when_used_up: "warn",
    thresholds: [],
  },
  ...change,
});

/** The evaluation over stores in memory, at a moment and with spend that the test sets. */
function openWorld(budgets: readonly Budget[]) {
  let now = start;
  let config = { ...INITIAL_CONFIG, budgets };
  let revision = 1;
  let mark = 0;
  const clock = () => now;
  const control = openControl(IN_MEMORY, clock);
  const { spend, closedDays } = openSpend(IN_MEMORY);
  const told: Alert[] = [];
  const outages = new Set<"forecasts" | "spend" | "channel">();
  const calls = { readBudgets: 0, judgeAlerts: 0 };
  const orOut = (part: "forecasts" | "spend" | "channel") => {
    if (outages.has(part)) throw new Unavailable(part);
  };
  const judgeAlerts = makeJudgeAlerts({ alerts: control.alerts, clock });
  const costReport = rememberUntouchedDays({ costReport: makeCostReport({ spend, closedDays, clock }), spend, clock });
  const readBudgets = makeReadBudgets({ costReport, lakeSpend: control.lakeBudgetSpend });
  const open = () =>
    makeEvaluate({
      rules: async () => ({ config, revision, compiled: compileConfig(config) }),
      readBudgets: (asked, at) => {
        calls.readBudgets++;
        return readBudgets(asked, at);
      },
      spend: {
        read: async (from, to) => {
          orOut("spend");
          return spend.read(from, to);
        },
        generations: spend.generations,
      },
      booked: control.bookedHours,
      forecasts: {
        latest: async () => {
          orOut("forecasts");
          return control.forecasts.latest();
        },
      },
      ...{ anomalies: control.anomalies, pipeline: control.pipeline, clock, runningSince: start },
      judgeAlerts: async (evaluated) => {
        calls.judgeAlerts++;
        return judgeAlerts(evaluated);
      },
      publishAlerts: makePublishAlerts({
        ...{ alerts: control.alerts, clock },
        channel: {
          publish: async (alert) => {
            orOut("channel");
            told.push(alert);
          },
        },
        onError: (_, error) => {
          throw error;
        },
      }),
    });
  let evaluate = open();
  return {
    ...{ told, outages, calls, control, clock },
    evaluate: () => evaluate(),
    restart: () => {
      evaluate = open();
    },
    decide(changed: readonly Budget[]) {
      config = { ...config, budgets: changed };
      revision++;
    },
    pass: (ms: number) => {
      now = (now + ms) as Instant;
    },
    /** Usage of a feature and team that a day has cost. */
    async spend(usd: string, { feature = "chat", team = "search", day = usageDateOf(now) } = {}) {
      const cost = parseUsd(usd) as PicoUsd;
      const dimensions = {
        ...{ team, feature, environment: "production", region: "eu", customer_tier: "pro", cost_class: "cogs" },
        ...{ provider: "openai", model: "gpt-4o", service_tier: "standard" },
        ...{ price_status: "priced", policy_status: "ungoverned" },
      };
      const sums = { cost, listCost: cost, requests: 1n, entries: 1n, quantities: {} };
      const at = (number: number) => String(number).padStart(40, "0");
      await spend.post({
        ...{ shard: "shard-1", expectedMark: mark === 0 ? undefined : at(mark), nextMark: at(++mark) },
        ...{
          cells: [{ usageDate: day, dimensions, sums }],
          touchedClosedDays: day < addDays(usageDateOf(now), -1) ? [day] : [],
        },
      });
    },
  };
}

type World = ReturnType<typeof openWorld>;

/** So many hours of steady spend, evaluated twice an hour. */
async function steadily(
  world: World,
  hours: number,
  usd: string,
  where: Parameters<World["spend"]>[1] = {},
): Promise<void> {
  for (let i = 0; i < 2 * hours; i++) {
    await world.spend(usd, where);
    await world.evaluate();
    world.pass(30 * minuteMs);
  }
}

const shown = (told: readonly Alert[]) => told.map(({ event, rule }) => `${event} ${rule.kind} ${rule.subject}`);

describe("thresholds", () => {
  const budget = monthly({ thresholds: [{ on: "actual", severity: "critical", percent: "50" }] });

  test("are told when they are reached, once, after a restart too", async () => {
    const world = openWorld([budget]);
    await world.evaluate();
    await world.spend("3599.99");
    await world.evaluate();
    const ofBudget = () => shown(world.told).filter((one) => one.includes("budget_actual"));
    expect(ofBudget()).toEqual([]);
    await world.spend("0.01");
    await world.evaluate();
    world.restart();
    await world.evaluate();
    expect(ofBudget()).toEqual(["raised budget_actual company"]);
  });

  test("count late usage of a day that is closed", async () => {
    const world = openWorld([budget]);
    world.pass(10 * dayMs);
    await world.evaluate();
    await world.spend("3600", { day: "2026-11-03" as UsageDate });
    await world.evaluate();
    expect(shown(world.told)).toEqual(["raised budget_actual company"]);
  });

  test("are judged while forecasts are out, and the outage is told afterwards", async () => {
    const world = openWorld([budget]);
    await world.spend("3600");
    world.outages.add("forecasts");
    await expect(world.evaluate()).rejects.toThrow("forecasts is unavailable");
    expect(shown(world.told)).toEqual(["raised budget_actual company"]);
  });

  test("wait in the outbox while the channel is out, and go out in its order afterwards", async () => {
    const world = openWorld([budget, monthly({ ...budget, id: "other", amount_usd: "7201" })]);
    await world.spend("4000");
    world.outages.add("channel");
    await expect(world.evaluate()).rejects.toThrow("channel is unavailable");
    expect(world.told).toEqual([]);
    world.outages.clear();
    await world.evaluate();
    expect(shown(world.told)).toEqual(["raised budget_actual company", "raised budget_actual other"]);
  });

  test("that are told stay told while spend cannot be read", async () => {
    const world = openWorld([budget]);
    await world.spend("4000");
    await world.evaluate();
    world.pass(hourMs);
    world.outages.add("spend");
    await expect(world.evaluate()).rejects.toThrow("spend is unavailable");
    expect(shown(world.told)).toEqual(["raised budget_actual company"]);
  });
});

describe("burn rates", () => {
  test("a spike of minutes raises one alert, and is over an hour later", async () => {
    const world = openWorld([monthly()]);
    await steadily(world, 30, "5");
    expect(world.told).toEqual([]);
    for (let i = 0; i < 10; i++) {
      await world.spend("20");
      await world.evaluate();
      world.pass(minuteMs);
    }
    await steadily(world, 30, "5");
    const burns = world.told.filter(({ rule }) => rule.kind.startsWith("burn_rate"));
    expect(shown(burns)).toEqual(["raised burn_rate_fast company", "resolved burn_rate_fast company"]);
  });

  test("a leak of days raises one alert, and it is the slow one", async () => {
    const world = openWorld([monthly()]);
    await steadily(world, 24, "5");
    await steadily(world, 60, "18");
    const burns = world.told.filter(({ rule }) => rule.kind.startsWith("burn_rate"));
    expect(shown(burns)).toEqual(["raised burn_rate_slow company"]);
  });

  test("what was there before, and imports of old days, burn nothing", async () => {
    const world = openWorld([monthly()]);
    await world.spend("5000");
    await world.evaluate();
    world.pass(6 * dayMs);
    await world.spend("5000", { day: "2026-11-03" as UsageDate });
    world.decide([monthly(), monthly({ id: "new", scope: { region: ["eu"] } })]);
    await world.evaluate();
    expect(world.told).toEqual([]);
  });
});

describe("runaways", () => {
  test("a loop of calls is told within the hour, of its feature alone, and is over after a calm hour", async () => {
    const world = openWorld([]);
    for (let day = 0; day < 3; day++) {
      await steadily(world, 12, "2", { feature: "chat" });
      await steadily(world, 12, "1", { feature: "tags", team: "data" });
    }
    expect(world.told).toEqual([]);
    for (let i = 0; i < 5; i++) {
      await world.spend("30", { feature: "tags", team: "data" });
      await world.evaluate();
      world.pass(minuteMs);
    }
    const feature = '{"feature":["tags"]}';
    expect(shown(world.told)).toEqual([
      `raised runaway ${feature}`,
      `worsened runaway ${feature}`,
      `worsened runaway ${feature}`,
    ]);
    expect(world.told[0]).toMatchObject({ team: "data", severity: "critical" });
    const [stored] = (await world.control.anomalies.list("2026-11-01" as UsageDate)).filter(
      ({ scope }) => scope.feature,
    );
    expect(stored).toMatchObject({ grain: "hourly", state: "new", toldBy: null, cost: 150n * 10n ** 12n });
    await steadily(world, 3, "2");
    expect(shown(world.told).slice(3)).toEqual([`resolved runaway ${feature}`]);
  });
});

describe("the pipeline", () => {
  const run = (world: World, change: Partial<RunRecord> = {}): RunRecord => ({
    ...{ id: `run ${world.clock()}`, startedAt: world.clock(), finishedAt: world.clock(), status: "succeeded" },
    ...{ days: [], differences: [], ...change },
  });

  test("that never ran is not late", async () => {
    const world = openWorld([]);
    world.pass(dayMs);
    await world.evaluate();
    expect(world.told).toEqual([]);
  });

  test("is late after three hours without a good run, and no more after one", async () => {
    const world = openWorld([]);
    await world.control.pipeline.finish(run(world), undefined);
    for (let hour = 0; hour < 3; hour++) {
      world.pass(hourMs);
      await world.control.pipeline.finish(run(world, { status: "failed", error: "merge: no" }), undefined);
      await world.evaluate();
    }
    expect(world.told).toEqual([]);
    world.pass(1);
    await world.evaluate();
    expect(shown(world.told)).toEqual(["raised pipeline_late pipeline"]);
    await world.control.pipeline.finish(run(world, { status: "skipped" }), undefined);
    world.pass(2 * minuteMs);
    await world.evaluate();
    expect(shown(world.told).slice(1)).toEqual(["resolved pipeline_late pipeline"]);
  });

  test("of a server that was off is not late at its start", async () => {
    const world = openWorld([]);
    const yesterday = (start - dayMs) as Instant;
    await world.control.pipeline.finish(run(world, { startedAt: yesterday, finishedAt: yesterday }), undefined);
    await world.evaluate();
    expect(world.told).toEqual([]);
  });
});

test("where nothing has happened budgets are not read again and nothing is judged", async () => {
  const world = openWorld([monthly()]);
  await world.spend("10");
  for (let minute = 0; minute < 5; minute++) {
    await world.evaluate();
    world.pass(minuteMs);
  }
  const before = { ...world.calls, version: (await world.control.bookedHours.last())?.version };
  for (let minute = 0; minute < 4; minute++) {
    await world.evaluate();
    world.pass(minuteMs);
  }
  expect({ ...world.calls, version: (await world.control.bookedHours.last())?.version }).toEqual(before);
  await world.spend("0.01");
  await world.evaluate();
  expect(world.calls.readBudgets).toBe(before.readBudgets + 1);
});
