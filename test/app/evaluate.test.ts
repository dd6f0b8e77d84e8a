import { describe, expect, test } from "vitest";
import type { RunRecord } from "#app/ports/pipeline-state.ts";
import type { Budget } from "#core/config.ts";
import { dayMs, hourMs, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import { minuteMs, monthly, openWorld, shown, start, steadily, type World } from "../fakes/evaluation.ts";

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

  test.each<[Budget["period"], number]>([
    ["month", 28],
    ["day", 0],
  ])(
    "of a %s are told of what comes in its last minute, and of what comes late on the day after",
    async (period, days) => {
      const levels = ["50", "100", "200"].map((percent) => ({ on: "actual", severity: "critical", percent }) as const);
      const world = openWorld([monthly({ period, thresholds: levels })]);
      world.pass(days * dayMs + dayMs - minuteMs);
      const last = usageDateOf(world.clock());
      await world.spend("3600");
      await world.evaluate();
      await world.spend("3600");
      world.pass(minuteMs + 5_000);
      await world.evaluate();
      world.pass(23 * hourMs);
      await world.spend("7200", { day: last });
      await world.evaluate();
      const ofPeriod = () =>
        world.told
          .filter(({ rule }) => rule.kind === "budget_actual")
          .map(({ event, rule }) => [...[event, rule.period?.slice(-10), rule.threshold]]);
      const raised = ["50 %", "100 %", "200 %"].map((threshold) => ["raised", last, threshold]);
      expect(ofPeriod().filter(([event]) => event === "raised")).toEqual(raised);
      const told = ofPeriod().length;
      world.pass(hourMs);
      await world.evaluate();
      expect(ofPeriod()).toHaveLength(told);
      expect((await world.control.alerts.firing()).filter(({ rule }) => rule.kind === "budget_actual")).toEqual([]);
    },
  );

  test("that are told stay told when a judging has failed", async () => {
    const world = openWorld([budget]);
    await world.spend("4000");
    await world.evaluate();
    world.faults.add("alerts");
    await world.spend("1", { feature: "tags" });
    await expect(world.evaluate()).rejects.toThrow("no such table");
    world.faults.clear();
    const before = world.calls.judgeAlerts;
    await world.evaluate();
    expect(world.calls.judgeAlerts).toBe(before + 1);
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

  test("that cannot be kept for a fault that is no outage are told nonetheless, and so is all else", async () => {
    const world = openWorld([monthly({ thresholds: [{ on: "actual", severity: "critical", percent: "5" }] })]);
    await steadily(world, 30, "2");
    world.faults.add("anomalies");
    await world.spend("400", { feature: "tags" });
    await expect(world.evaluate()).rejects.toThrow("a stored document has version 2, want 1");
    expect(shown(world.told)).toContain("raised budget_actual company");
    expect(shown(world.told)).toContain('raised runaway {"feature":["tags"]}');
  });

  test("that somebody has explained are resolved, and the same is not told again", async () => {
    const world = openWorld([]);
    for (let day = 0; day < 3; day++) await steadily(world, 24, "2");
    await world.spend("150", { feature: "tags" });
    await world.evaluate();
    const feature = '{"feature":["tags"]}';
    expect(shown(world.told)).toEqual([`raised runaway ${feature}`]);
    const [found] = (await world.control.anomalies.list("2026-11-01" as UsageDate)).filter(
      ({ toldBy }) => toldBy === null,
    );
    world.pass(minuteMs);
    const order = { id: found?.id ?? "", state: "explained", note: "a load test" } as const;
    await world.explain(order);
    await world.spend("1000", { feature: "tags" });
    await world.evaluate();
    expect(shown(world.told)).toEqual([`raised runaway ${feature}`, `resolved runaway ${feature}`]);
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
