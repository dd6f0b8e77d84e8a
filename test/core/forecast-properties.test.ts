import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Expected, forecastDaily, forecastMeans } from "#core/forecast/forecast-daily.ts";

/** Down to what is next to nothing, but divides without losing bits. */
const double = (min: number, max: number) =>
  fc.double({ min, max, noNaN: true }).map((value) => (Math.abs(value) < 1e-200 ? 0 : value));
const cost = fc.oneof(
  { weight: 8, arbitrary: double(0, 1000) },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: double(-100, 0) },
  { weight: 1, arbitrary: fc.constantFrom(1e12, 1e-12) },
);
const history = fc.array(cost, { maxLength: 130 });
const horizon = fc.integer({ min: 1, max: 90 });
const holds = { numRuns: 80 };

describe("whatever the history", () => {
  test("each quantile is a number, none is negative, and they are in order", () => {
    fc.assert(
      fc.property(history, horizon, (costs, horizonDays) => {
        const { days, totals } = forecastDaily(costs, horizonDays);
        expect([days.length, totals.length]).toEqual([horizonDays, horizonDays]);
        for (const { mean, p025, p10, p50, p90, p975 } of [...days, ...totals]) {
          const inOrder = [0, p025, p10, p50, p90, p975, Number.MAX_VALUE];
          expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
          expect(inOrder.every(Number.isFinite)).toBe(true);
          expect(p50).toBe(mean);
        }
      }),
      holds,
    );
  });

  test("totals do not fall, and their mean is the sum of the days'", () => {
    fc.assert(
      fc.property(history, (costs) => {
        const { days, totals } = forecastDaily(costs, 60);
        let sum = 0;
        let before: Expected = { mean: 0, p025: 0, p10: 0, p50: 0, p90: 0, p975: 0 };
        for (const [ahead, total] of totals.entries()) {
          sum += days[ahead]?.mean ?? 0;
          expect(Math.abs(total.mean - sum)).toBeLessThanOrEqual(1e-9 * sum);
          for (const quantile of ["p025", "p10", "p90", "p975"] as const) {
            expect(total[quantile]).toBeGreaterThanOrEqual(before[quantile]);
          }
          before = total;
        }
      }),
      holds,
    );
  });

  test("another unit of money changes nothing else: a power of two not even the last bit", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: -20, max: 20 }), (costs, power) => {
        const scale = 2 ** power;
        const scaled = (expected: Expected) => Object.values(expected).map((value) => value * scale);
        const base = forecastDaily(costs, 10);
        const other = forecastDaily(
          costs.map((day) => (day === null ? null : day * scale)),
          10,
        );
        expect(other.days.map(Object.values)).toEqual(base.days.map(scaled));
        expect([other.growthPerWeek, other.confidence]).toEqual([base.growthPerWeek, base.confidence]);
      }),
      holds,
    );
  });

  test("the same again gives the same, the history is left as it was, and the means are those without intervals", () => {
    fc.assert(
      fc.property(history, horizon, (costs, horizonDays) => {
        const frozen = Object.freeze([...costs]);
        const forecast = forecastDaily(frozen, horizonDays);
        expect(forecastDaily(costs, horizonDays)).toEqual(forecast);
        expect(forecastMeans(costs, horizonDays)).toEqual(forecast.days.map(({ mean }) => mean));
      }),
      { numRuns: 40 },
    );
  });

  test("costs up to 1e300 do not overflow", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e300, noNaN: true }), { maxLength: 100 }), (costs) => {
        const { days } = forecastDaily(costs, 30);
        expect(days.every((day) => Object.values(day).every(Number.isFinite))).toBe(true);
      }),
      holds,
    );
  });
});
