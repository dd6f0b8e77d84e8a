import { describe, expect, test } from "vitest";
import type { ForecastStore } from "#app/ports/forecasts.ts";
import type { Expected } from "#core/forecast/forecast-daily.ts";
import type { ForecastRun } from "#core/forecast-run.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const expected = (mean: number): Expected => ({
  ...{ mean, p50: mean },
  ...{ p025: mean / 4, p10: mean / 2, p90: mean * 2, p975: mean * 4 },
});

function run(changed: Partial<ForecastRun> = {}): ForecastRun {
  return {
    id: "forecast-2026-11-22-1a2b",
    asOf: "2026-11-22" as UsageDate,
    madeAt: Date.parse("2026-11-23T00:07:00Z") as Instant,
    kind: "run",
    scopes: [
      {
        scope: {},
        historyDays: 120,
        growthPerWeek: 0.03125,
        confidence: { level: "medium", reasons: ["growth"] },
        days: [expected(12.5), expected(0)],
        totals: [expected(12.5), expected(12.5)],
      },
      {
        scope: { cost_class: ["cogs"], team: ["größe \"a\" 'b'"] },
        historyDays: 3,
        growthPerWeek: 0,
        confidence: { level: "low", reasons: ["few_days"] },
        days: [expected(1.5e-7), expected(2e30)],
        totals: [expected(1.5e-7), expected(2e30)],
      },
    ],
    ...changed,
  };
}

/** Numbers that no compression makes small: the run has to stand in several items of DynamoDB. */
function largeRun(): ForecastRun {
  let state = 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return Number(`${1 + (state % 9_999_999)}e-3`);
  };
  const days = () =>
    Array.from({ length: 90 }, (): Expected => {
      const [p025, p10, mean, p90, p975] = [next(), next(), next(), next(), next()];
      return { mean, p025, p10, p50: mean, p90, p975 };
    });
  const [whole] = run().scopes;
  if (whole === undefined) throw new Error("the sample has a scope");
  const scopes = Array.from({ length: 150 }, (_, i) => ({
    ...whole,
    scope: { team: [`team-${i}`] },
    days: days(),
    totals: days(),
  }));
  return run({ id: "large", scopes });
}

export const forecastsContract = (name: string, open: () => Promise<Opened<ForecastStore>>) =>
  describe(name, () => {
    test("the latest run is as it was put, and there is none at first", async () => {
      await using opened = await open();
      expect(await opened.port.latest()).toBeUndefined();
      await opened.port.put(run());
      expect(await opened.port.latest()).toEqual(run());
      expect(await (await opened.reopen()).latest()).toEqual(run());
    });

    test("a run of the same day or a later one takes its place, one of an earlier day does not", async () => {
      await using opened = await open();
      const sameDay = run({ id: "same-day", madeAt: Date.parse("2026-11-23T05:07:00Z") as Instant });
      const nextDay = run({ id: "next-day", asOf: "2026-11-23" as UsageDate });
      for (const [put, latest] of [
        [run(), run()],
        [sameDay, sameDay],
        [nextDay, nextDay],
        [run(), nextDay],
      ] as const) {
        await opened.port.put(put);
        expect(await opened.port.latest()).toEqual(latest);
      }
    });

    test("what another process puts is seen by one that has read the run before", async () => {
      await using opened = await open();
      await opened.port.put(run());
      const other = await opened.reopen();
      expect(await other.latest()).toEqual(run());
      const again = run({ madeAt: Date.parse("2026-11-23T09:07:00Z") as Instant, scopes: [] });
      await other.put(again);
      expect(await other.latest()).toEqual(again);
    });

    test("a run may be larger than what one item holds, and is put again as it was", async () => {
      await using opened = await open();
      await opened.port.put(run());
      await opened.port.put(largeRun());
      await opened.port.put(largeRun());
      expect(await (await opened.reopen()).latest()).toEqual(largeRun());
    });
  });
