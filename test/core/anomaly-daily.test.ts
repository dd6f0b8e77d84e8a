import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeDays } from "#core/anomaly-daily.ts";

const week = [100, 120, 120, 110, 90, 20, 10];
const days = (count: number, cost: (day: number) => number): number[] =>
  Array.from({ length: count }, (_, t) => cost(t));
const weekly = (day: number): number => week[day % 7] as number;
const usual = days(98, weekly);
/** What is found in these days after 14 usual weeks. */
const found = (after: readonly (number | null)[], before: readonly (number | null)[] = usual, excessMin = 1) =>
  judgeDays([...before, ...after], before.length, excessMin).map((verdict) => verdict?.isAnomaly);

describe("a day is an anomaly", () => {
  test("when it costs twice what such a weekday costs, and its excess is told", () => {
    const [verdict] = judgeDays([...usual, 200], 98, 1);
    expect(verdict).toMatchObject({ expected: 100, excess: 100, isAnomaly: true });
    // 100 % over a spread of 25 %, in units of 1.9.
    expect(verdict?.score).toBeCloseTo(4 / 1.9, 9);
  });

  test("not when it is that of a week like all others", () => {
    expect(found(week)).toEqual(days(7, () => 0).map(() => false));
  });

  test("not by 40 %, in a series that never moved", () => {
    expect(found([140])).toEqual([false]);
  });

  test("when three days are together unusual that are not by themselves", () => {
    expect(found([140, 168, 168, 154])).toEqual([false, false, true, true]);
  });

  test("once for a spike: not on the days after it", () => {
    expect(found([400, 120, 120])).toEqual([true, false, false]);
    expect(found([400, 130, 130])).toEqual([true, false, false]);
  });

  test("on a weekend that costs as much as a working day", () => {
    expect(found([100, 120, 120, 110, 90, 110, 110])).toEqual([false, false, false, false, false, true, true]);
  });

  test("no longer once a new level has lasted a week or so", () => {
    const verdicts = found(days(21, (day) => 2 * weekly(day)));
    expect(verdicts.slice(0, 5)).toEqual([true, true, true, true, true]);
    expect(verdicts.slice(10)).toEqual(days(11, () => 0).map(() => false));
  });

  test("not while a product grows by 8 % a week", () => {
    const growing = days(140, (day) => weekly(day) * 1.08 ** (day / 7));
    expect(judgeDays(growing, 98, 1).some((verdict) => verdict?.isAnomaly)).toBe(false);
  });

  test("not where that much is usual: a series as wild as this", () => {
    const wild = days(98, (day) => 100 * (1 + Math.sin(day * day)));
    expect(found([200], wild)).toEqual([false]);
  });

  test("by so much less, the more the series moves", () => {
    const alternating = days(98, (day) => (Math.floor(day / 7) % 2 === 0 ? 100 : 120));
    const [verdict] = judgeDays([...alternating, 220], 98, 1);
    expect(verdict?.expected).toBeCloseTo(110, 9);
    // 100 % over √(0.25² + (1.4826 × 10/110)²), in units of 1.9.
    expect(verdict?.score).toBeCloseTo(1.8532, 3);
  });

  test("by more, while fewer than two weeks of deviations are known", () => {
    const young = days(16, () => 100);
    expect(found([160], young)).toEqual([false]);
    expect(found([160])).toEqual([true]);
  });

  test("when what lay idle for two weeks is back: it was not expected to, but not forgotten", () => {
    const idle = [...usual, ...days(14, () => 0)];
    expect(judgeDays([...idle, 100], 112, 1)).toMatchObject([{ expected: 30, isAnomaly: true }]);
  });

  test("not for small change, however unusual", () => {
    expect(found([200], usual, 150)).toEqual([false]);
    expect(found([260], usual, 150)).toEqual([true]);
    expect(
      found(
        [0.5],
        days(98, () => 0.001),
      ),
    ).toEqual([false]);
  });

  test("when spend comes from nothing", () => {
    expect(
      found(
        [50],
        days(98, () => 0),
      ),
    ).toEqual([true]);
  });

  test("never because it costs less", () => {
    expect(found([0, 0, 0])).toEqual([false, false, false]);
  });
});

describe("what is not known", () => {
  test("an unknown day has no verdict, and the days after it have one", () => {
    expect(found([null, 120, 400])).toEqual([undefined, false, true]);
  });

  test("unknown days of the history are not taken for zero", () => {
    const holes = usual.map((cost, day) => (day % 9 === 0 ? null : cost));
    expect(judgeDays([...holes, 100, 300], 98, 1).map((verdict) => verdict?.expected)).toEqual([100, 120]);
  });

  test("there is no verdict in the first two weeks of a series", () => {
    expect(
      judgeDays(
        days(16, () => 100),
        0,
        1,
      ).map((verdict) => verdict !== undefined),
    ).toEqual([...days(14, () => 0).map(() => false), true, true]);
  });

  test("a least excess of nothing is refused: every scope would be alarmed by cents", () => {
    expect(() => judgeDays(usual, 90, 0)).toThrow("the least excess must be above 0, got 0");
  });

  test("adjustments below zero count as zero, and verdicts are numbers whatever the costs", () => {
    const costs = fc.array(
      fc.oneof(fc.constant(null), fc.constant(0), fc.double({ min: -1e9, max: 1e12, noNaN: true })),
      {
        maxLength: 120,
      },
    );
    fc.assert(
      fc.property(costs, (days) => {
        const verdicts = judgeDays(days, 0, 1);
        expect(verdicts).toEqual(
          judgeDays(
            days.map((cost) => (cost === null ? null : Math.max(0, cost))),
            0,
            1,
          ),
        );
        expect(verdicts.every((verdict) => verdict === undefined || Number.isFinite(verdict.score))).toBe(true);
        expect(verdicts.every((verdict) => verdict === undefined || verdict.expected >= 0)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
