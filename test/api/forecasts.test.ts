import { describe, expect, test } from "vitest";
import { makeReadForecastHandler } from "#api/forecasts.ts";
import type { CostReportRow } from "#app/cost-report.ts";
import { makeReadForecast } from "#app/read-forecast.ts";
import { forecastQuery, forecast as forecastReply } from "#contract/forecasts.ts";
import { type DayCost, scopeHistories } from "#core/cost-history.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import { makeForecastRun } from "#core/make-forecast-run.ts";
import type { PicoUsd } from "#core/money.ts";
import { addDays, type Instant, type UsageDate } from "#core/time.ts";

const from = "2026-09-01" as UsageDate;
const asOf = "2026-11-22" as UsageDate;

const spent = (costClass: string, team: string, usd: bigint): DayCost[] =>
  Array.from({ length: 83 }, (_, day) => ({
    usageDate: addDays(from, day),
    dimensions: { cost_class: costClass, team, feature: "chat", environment: "production" },
    cost: (usd * 10n ** 12n) as PicoUsd,
  }));
const rows = [...spent("cogs", "search", 10n), ...spent("cogs", "payments", 5n), ...spent("rnd", "search", 1n)];
const wanted = [{ environment: ["production"] }];
const run = makeForecastRun(scopeHistories(rows, { from, to: asOf }, wanted, 100), {
  ...{ from, asOf, madeAt: Date.parse("2026-11-23T00:07:00Z") as Instant, kind: "run" },
});

/** What November has cost so far: 22 days of the rows above. */
const costReport = async ({ from: first, to }: { from: UsageDate; to: UsageDate }) => ({
  rows: rows
    .filter(({ usageDate }) => usageDate >= first && usageDate <= to)
    .map(
      ({ usageDate, dimensions, cost }) =>
        ({ date: usageDate, dimensions, sums: { cost } }) as unknown as CostReportRow,
    ),
});

async function ask(
  query: Record<string, unknown>,
  {
    latest = run,
    teams,
    now = "2026-11-23T12:00:00Z",
  }: { latest?: ForecastRun | null; teams?: string[]; now?: string } = {},
) {
  const readForecast = makeReadForecast({
    forecasts: { put: async () => undefined, latest: async () => latest ?? undefined },
    costReport: costReport as never,
    clock: () => Date.parse(now) as Instant,
  });
  const handle = makeReadForecastHandler({ readForecast });
  const caller = { keyId: "k", name: "k", role: "viewer", teams };
  return handle({ query: forecastQuery.parse(query) } as never, caller as never);
}

const scopesOf = (body: unknown) => (body as { forecasts: { scope: unknown }[] }).forecasts.map(({ scope }) => scope);

describe("a forecast that is asked for", () => {
  test("of all spend comes with each cost class, days, totals, and the month's end with what is spent", async () => {
    const { status, body } = await ask({ horizon: "60" });
    expect(status).toBe(200);
    expect(forecastReply.parse(body)).toEqual(body);
    expect(scopesOf(body)).toEqual([{}, { cost_class: ["cogs"] }, { cost_class: ["rnd"] }]);
    expect(body).toMatchObject({
      ...{ as_of: "2026-11-22", made_at: "2026-11-23T00:07:00.000Z", kind: "run", currency: "USD", horizon_days: 60 },
      ...{ scopes_forecast: 9, scopes_left_out: 0 },
      forecasts: [
        {
          ...{ agrees: true, month: "2026-11", spent_usd: "352", history_days: 83, growth_percent_per_week: 0 },
          confidence: { level: "medium", reasons: [{ code: "few_weeks" }] },
          month_end: { mean_usd: "480", p10_usd: "480", p975_usd: "480" },
          totals: [
            { days: 30, to: "2026-12-22", mean_usd: "480" },
            { days: 60, to: "2027-01-21", mean_usd: "960" },
            { days: 90, to: "2027-02-20", mean_usd: "1440" },
          ],
        },
        { spent_usd: "330", month_end: { mean_usd: "450" } },
        { spent_usd: "22", month_end: { mean_usd: "30" } },
      ],
    });
    const [all] = (body as { forecasts: { days: { date: string }[] }[] }).forecasts;
    expect(all?.days).toHaveLength(60);
    expect(all?.days[0]?.date).toBe("2026-11-23");
  });

  test("of a team is that of each cost class, which are told apart", async () => {
    expect(scopesOf((await ask({ team: "search" })).body)).toEqual([
      { team: ["search"], cost_class: ["cogs"] },
      { team: ["search"], cost_class: ["rnd"] },
    ]);
    expect(scopesOf((await ask({ team: "search", cost_class: "rnd" })).body)).toEqual([
      { team: ["search"], cost_class: ["rnd"] },
    ]);
    expect(scopesOf((await ask({ environment: "production" })).body)).toEqual([{ environment: ["production"] }]);
  });

  test("of a scope that is not forecast is refused with what there is", async () => {
    const { status, body } = await ask({ team: "nobody" });
    expect(status).toBe(404);
    expect(JSON.stringify(body)).toContain("This scope is not forecast.");
    expect(JSON.stringify(body)).toContain("payments");
    expect((await ask({ team: "search", feature: "chat" })).status).toBe(404);
  });

  test("counts what today has cost, and is no end below it; without any history there is none", async () => {
    const today = (usd: bigint) =>
      rows.push({
        usageDate: "2026-11-23" as UsageDate,
        dimensions: { cost_class: "cogs", team: "search", feature: "chat", environment: "production" },
        cost: (usd * 10n ** 12n) as PicoUsd,
      });
    today(20n);
    expect((await ask({})).body).toMatchObject({
      forecasts: [{ spent_usd: "372", month_end: { mean_usd: "484", p10_usd: "484" } }, {}, {}],
    });
    const empty = makeForecastRun(scopeHistories([], { from, to: asOf }, [], 100), {
      ...{ from, asOf, madeAt: run.madeAt, kind: "run" },
    });
    expect((await ask({}, { latest: empty })).body).toMatchObject({
      forecasts: [{ spent_usd: "372", month_end: null, confidence: { level: "low", reasons: [{ code: "no_spend" }] } }],
    });
    rows.pop();
    expect((await ask({}, { now: "2027-03-20T00:00:00Z" })).body).toMatchObject({
      forecasts: [{ month: "2027-03", spent_usd: "0", month_end: null }, {}, {}],
    });
  });

  test("before there is one is told to wait for the pipeline", async () => {
    const { status, body } = await ask({}, { latest: null });
    expect([status, JSON.stringify(body)]).toEqual([404, expect.stringContaining("Nothing has been forecast yet")]);
  });

  test.each([{ horizon: "45" }, { horizon: "0" }, { days: "30" }])("with %j is refused", (query) => {
    expect(forecastQuery.safeParse(query).success).toBe(false);
  });

  test("by a key of some teams is of these alone, in refusals too", async () => {
    const teams = ["payments"];
    expect(scopesOf((await ask({}, { teams })).body)).toEqual([{ team: ["payments"], cost_class: ["cogs"] }]);
    expect((await ask({ team: "search" }, { teams })).status).toBe(403);
    const refused = await ask({ environment: "production" }, { teams });
    expect(refused.status).toBe(404);
    expect(JSON.stringify(refused.body)).toContain("payments");
    expect(JSON.stringify(refused.body)).not.toContain("search");
  });
});
