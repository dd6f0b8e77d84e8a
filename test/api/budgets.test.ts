import { describe, expect, test } from "vitest";
import { makeListBudgets } from "#api/budgets.ts";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import type { BurnRate } from "#core/burn-rate.ts";
import { type Budget, INITIAL_CONFIG } from "#core/config.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import type { PicoUsd } from "#core/money.ts";
import { cellsOf } from "#core/spend-cell.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { entriesOf } from "../fakes/entries.ts";
import { memorySpend } from "../fakes/memory-spend.ts";
import { memoryClosedDays } from "../fakes/memory-stores.ts";
import { at, event, sender } from "../fakes/usage.ts";

const now = at("2026-11-23T12:00:00Z");

/** Each event costs 0.008 USD. */
async function open(budgets: readonly Budget[], events: readonly (readonly [day: string, team: string])[]) {
  const spend = memorySpend();
  const entries = await entriesOf(
    events.map(([day, team], i) =>
      event({ id: `${i}`, time: at(`${day}T10:00:00Z`), claimed: { ...event().claimed, team } }),
    ),
  );
  for (const [i, cell] of cellsOf(entries).entries()) spend.cells.set(String(i), cell);
  const clock = () => now;
  const costReport = makeCostReport({ spend, closedDays: memoryClosedDays(), clock });
  let run: ForecastRun | undefined;
  const burns = new Map<string, BurnRate>();
  const list = makeListBudgets({
    config: { read: async () => ({ config: { ...INITIAL_CONFIG, budgets }, revision: 1 }) },
    readBudgets: makeReadBudgets({ costReport, lakeSpend: { list: async () => [] } }),
    forecasts: { latest: async () => run },
    readBurn: async () => burns,
    clock,
  });
  return {
    burns,
    async body(caller = sender) {
      const reply = await list({} as Parameters<typeof list>[0], caller);
      if (reply.status !== 200) throw new Error(`${reply.status}`);
      return reply.body;
    },
    forecast(mean: number) {
      const day = { mean, p025: mean, p10: mean, p50: mean, p90: mean, p975: mean };
      const days = Array.from({ length: 90 }, () => day);
      const totals = days.map((_, i) => ({ ...day, mean: mean * (i + 1), p10: mean * i, p90: mean * (i + 2) }));
      run = {
        ...{ id: "r", asOf: "2026-11-22" as UsageDate, madeAt: 0 as Instant, kind: "run" },
        scopes: [
          { scope: {}, historyDays: 30, days, totals, growthPerWeek: 0, confidence: { level: "high", reasons: [] } },
        ],
      };
    },
  };
}

const budget = (id: string, amount_usd: string, changes: Partial<Budget> = {}): Budget => ({
  ...{ id, owner: "Ana", scope: {}, period: "month", amount_usd, when_used_up: "warn" },
  ...changes,
});
const company = budget("company", "0.1");
const search = budget("search", "0.02", { parent: "company", scope: { team: ["search"] } });
const ops = budget("ops", "0.05", { parent: "company", scope: { team: ["ops"] } });
const acme = budget("acme", "1", { customer_id: ["acme"] });
const events = [
  ["2026-11-01", "search"],
  ["2026-11-23", "search"],
  ["2026-11-22", "ops"],
  ["2026-11-23", "growth"],
  ["2026-10-31", "search"],
] as const;

describe("budgets are listed", () => {
  test("with what they have spent in their period, and what they give to their parts", async () => {
    const { body } = await open([company, search, ops], events);
    const [whole, part] = (await body()).budgets;
    expect(whole).toMatchObject({
      ...{ id: "company", team: null, from: "2026-11-01", to: "2026-11-30", evaluated: "live" },
      ...{ amount_usd: "0.1", spent_usd: "0.032", spent_percent: "32.00", used_up: false, parent: null },
      ...{ allocated_usd: "0.07", unallocated_usd: "0.03", spent_in_no_part_usd: "0.008" },
      ...{ as_of: "2026-11-23T12:00:00.000Z" },
    });
    const classes = Object.values(whole?.by_class ?? {});
    expect(classes).toEqual(["0.032"]);
    expect(part).toMatchObject({
      ...{ id: "search", team: "search", parent: "company", spent_usd: "0.016", spent_percent: "80.00" },
      ...{ allocated_usd: "0", unallocated_usd: "0.02", spent_in_no_part_usd: "0.016" },
      thresholds: [
        { on: "actual", percent: "80", severity: "warning", at_usd: "0.016", reached: true },
        { on: "actual", percent: "100", severity: "critical", at_usd: "0.02", reached: false },
        { on: "forecast", percent: "100", severity: "warning", at_usd: "0.02", reached: null },
      ],
      projected: null,
      not_projected: "there is no forecast yet: the next run of the pipeline makes one",
    });
  });

  test("with what is projected, once there is a forecast of their scope", async () => {
    const { body, forecast } = await open([company, search], events);
    forecast(0.01);
    const [whole, part] = (await body()).budgets;
    // 0.016 through yesterday, today's 0.016 in place of 0.01, and 0.01 on each of seven days.
    expect(whole?.projected).toMatchObject({ mean_usd: "0.102", percent: "102.00", used_up_on: "2026-11-30" });
    expect(whole?.thresholds.at(-1)).toMatchObject({ on: "forecast", reached: true });
    expect(part?.not_projected).toMatch(/^this scope has no forecast yet/);
  });

  test("with how fast they are booked to, where that is known", async () => {
    const { body, burns } = await open([company, search], events);
    const perHour = 2_000_000_000n as PicoUsd;
    burns.set("search", {
      ...{ evenPerHour: 1_000_000_000n as PicoUsd, usedUpAt: at("2026-11-25T00:00:00Z"), fast: null, slow: 3.5 },
      windows: [{ hours: 24, booked: perHour, knownHours: 1, perHour, multiple: 2 }],
    });
    const [whole, part] = (await body()).budgets;
    expect(whole).not.toHaveProperty("burn");
    expect(part?.burn).toEqual({
      ...{ even_usd_per_hour: "0.001", used_up_at: "2026-11-25T00:00:00.000Z", fast: false, slow: true },
      windows: [{ hours: 24, known_hours: 1, booked_usd: "0.002", usd_per_hour: "0.002", multiple: 2 }],
    });
  });

  test("those of customers as not known until a run has measured them", async () => {
    const { body } = await open([acme], events);
    expect((await body()).budgets).toMatchObject([
      {
        ...{ customer_id: ["acme"], evaluated: "lake", as_of: null, spent_usd: null, spent_percent: null },
        ...{
          used_up: false,
          spent_in_no_part_usd: null,
          not_projected: "budgets of customers or tags have no forecast",
        },
      },
    ]);
  });

  test("to a key that is confined to teams, those of its teams alone", async () => {
    const { body } = await open([company, search, ops, acme], events);
    const { budgets } = await body({ ...sender, teams: ["search"] });
    expect(budgets).toMatchObject([{ id: "search", parent: null, spent_usd: "0.016" }]);
    expect(JSON.stringify(budgets)).not.toContain("company");
  });
});
