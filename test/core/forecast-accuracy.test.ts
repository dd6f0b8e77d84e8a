import { describe, expect, test } from "vitest";
import {
  accuracyBefore,
  accuracyOf,
  judgeForecastDays,
  judgeMonths,
  MONTH_END_BUCKETS,
} from "#core/forecast-accuracy.ts";
import type { Month, UsageDate } from "#core/time.ts";

const day = (text: string) => text as UsageDate;
/** October costs 10 a day, 310 in all; November's first two days 100. */
const actual = { from: day("2026-10-01"), costs: [...new Array<number>(31).fill(10), 50, 50] };
const rest = { kind: "run", historyDays: 60, p025: 80, p10: 95, p90: 105, p975: 120 } as const;

describe("a forecast of a month's end", () => {
  test("is what was spent by then and what was expected of the days left, against what the month has cost", () => {
    expect(judgeMonths([{ ...rest, asOf: day("2026-10-21"), mean: 131 }], actual)).toEqual([
      {
        ...{ month: "2026-10", asOf: "2026-10-21", kind: "run", daysBefore: 10 },
        ...{ forecast: 341, actual: 310, error: 0.1, inside80: true, inside95: true },
      },
    ]);
  });

  test("made on the last day of a month is of the whole next one", () => {
    const actualOfOctober = { from: day("2026-10-01"), costs: new Array<number>(31).fill(10) };
    expect(
      judgeMonths([{ ...rest, asOf: day("2026-09-30"), mean: 279, p90: 300, p975: 310 }], actualOfOctober),
    ).toEqual([
      {
        ...{ month: "2026-10", asOf: "2026-09-30", kind: "run", daysBefore: 31 },
        ...{ forecast: 279, actual: 310, error: -0.1, inside80: false, inside95: true },
      },
    ]);
  });

  test("is not judged before the month is over, nor where its days are not all known", () => {
    const unknown = ["2026-10-31", "2026-11-01", "2026-09-10"];
    expect(
      judgeMonths(
        unknown.map((asOf) => ({ ...rest, asOf: day(asOf), mean: 100 })),
        actual,
      ),
    ).toEqual([]);
  });

  test("has no relative error where the month cost nothing", () => {
    const nothing = { from: day("2026-10-01"), costs: new Array<number>(31).fill(0) };
    const forecasts = [{ ...rest, asOf: day("2026-10-30"), mean: 100 }];
    expect(judgeMonths(forecasts, nothing)).toMatchObject([{ error: null, inside80: false, inside95: false }]);
  });

  test("is neither right nor wrong where it foretold nothing and nothing came, or knew of nothing", () => {
    const stopped = {
      from: day("2026-10-01"),
      costs: [...new Array<number>(20).fill(10), ...new Array<number>(11).fill(0)],
    };
    const none = { mean: 0, p025: 0, p10: 0, p90: 0, p975: 0 };
    expect(judgeMonths([{ ...rest, ...none, asOf: day("2026-10-25") }], stopped)).toEqual([]);
    expect(judgeMonths([{ ...rest, ...none, historyDays: 0, asOf: day("2026-10-10") }], stopped)).toEqual([]);
    expect(judgeMonths([{ ...rest, ...none, asOf: day("2026-10-10") }], stopped)).toMatchObject([
      { error: -0.5, inside80: false },
    ]);
    expect(
      judgeForecastDays([{ ...rest, ...none, asOf: day("2026-10-25"), date: day("2026-10-26") }], stopped),
    ).toEqual([]);
  });

  test("is told by how many days were left: one of the last days is no month's", () => {
    const end = (daysBefore: number, forecast: number) => ({
      ...({ month: "2026-10" as Month, asOf: day("2026-10-01"), kind: "run", daysBefore, error: 0 } as const),
      ...{ forecast, actual: 100, inside80: true, inside95: true },
    });
    const ends = [end(1, 100), end(5, 102), end(6, 110), end(20, 130), end(31, 60)];
    const wapes = MONTH_END_BUCKETS.map((bucket) => accuracyBefore(ends, bucket)).map(
      ({ daysBefore, forecasts, wape }) => [daysBefore.from, daysBefore.to, forecasts, wape],
    );
    expect(wapes).toEqual([
      [1, 5, 2, 0.01],
      [6, 15, 1, 0.1],
      [16, 25, 1, 0.3],
      [26, 31, 1, 0.4],
    ]);
  });
});

test("days that are over are judged one by one", () => {
  const one = {
    kind: "run",
    historyDays: 60,
    asOf: day("2026-10-30"),
    mean: 12,
    p025: 8,
    p10: 11,
    p90: 13,
    p975: 16,
  } as const;
  expect(
    judgeForecastDays(
      [
        { ...one, date: day("2026-10-31") },
        { ...one, date: day("2026-11-03") },
      ],
      actual,
    ),
  ).toEqual([{ forecast: 12, actual: 10, inside80: false, inside95: true }]);
});

describe("accuracy", () => {
  const judged = (forecast: number, cost: number, inside80 = true, inside95 = true) => ({
    ...{ forecast, actual: cost, inside80, inside95 },
  });

  test("weighs errors by what was spent, and tells misses from bias", () => {
    expect(accuracyOf([judged(110, 100), judged(80, 100, false), judged(205, 200, false, false)])).toEqual({
      ...{ forecasts: 3, wape: 35 / 400, bias: -5 / 400, inside80: 1 / 3, inside95: 2 / 3 },
    });
  });

  test("of nothing, or of what cost nothing, is unknown", () => {
    expect(accuracyOf([])).toEqual({ forecasts: 0, wape: null, bias: null, inside80: null, inside95: null });
    expect(accuracyOf([judged(3, 0)])).toMatchObject({ forecasts: 1, wape: null, bias: null, inside80: 1 });
  });
});
