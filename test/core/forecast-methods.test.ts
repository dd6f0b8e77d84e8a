import { describe, expect, test } from "vitest";
import { errorMargins } from "#core/forecast/error-margins.ts";
import { forecastDaily } from "#core/forecast/forecast-daily.ts";
import { levelShift } from "#core/forecast/level-shift.ts";
import { quantileOfSorted } from "#core/forecast/order-statistics.ts";
import { pastErrors } from "#core/forecast/past-errors.ts";
import { stableGrowth } from "#core/forecast/stable-growth.ts";
import { theta } from "#core/forecast/theta.ts";

const days = (count: number, cost: (day: number) => number) => Float64Array.from({ length: count }, (_, t) => cost(t));
const byWeek = (logOf: (week: number) => number) => days(84, (day) => Math.exp(logOf(Math.floor(day / 7))));

describe("growth is proved", () => {
  test("in full when it is steady: 3 % a week", () => {
    expect(7 * stableGrowth(byWeek((week) => 0.03 * week))).toBeCloseTo(0.03, 9);
  });

  test("not at all by a slope that is less than two of its standard errors", () => {
    expect(stableGrowth(byWeek((week) => 0.01 * week + (week % 2 === 0 ? 0.2 : -0.2)))).toBe(0);
  });

  test("in part when it slows down", () => {
    const slowing = 7 * stableGrowth(byWeek((week) => (week < 6 ? 0.06 * week : 0.3 + 0.01 * (week - 5))));
    expect(slowing).toBeGreaterThan(0);
    expect(slowing).toBeLessThan(0.02);
  });

  test("not by a step", () => {
    expect(stableGrowth(byWeek((week) => (week < 6 ? 0 : 0.7)))).toBe(0);
  });
});

describe("a level shift", () => {
  const wobble = (day: number): number => 1 + 0.05 * Math.sin(day * 1.7);

  test("is found with its day and its ratio, up or down", () => {
    const up = levelShift(days(90, (day) => (day < 80 ? 10 : 20)));
    expect([up?.daysAgo, up?.ratio.toFixed(1)]).toEqual([10, "2.0"]);
    const down = levelShift(days(90, (day) => (day < 75 ? 10 : 5)));
    expect([down?.daysAgo, down?.ratio.toFixed(1)]).toEqual([15, "0.5"]);
  });

  test("is half as much again, or a third less", () => {
    const shifted = (to: number) => levelShift(days(90, (day) => wobble(day) * (day < 78 ? 10 : to)));
    expect([7.5, 12, 14].map(shifted)).toEqual([undefined, undefined, undefined]);
    expect(shifted(16)?.daysAgo).toBe(12);
    expect(shifted(6)?.daysAgo).toBe(12);
  });

  test("lasts a week at least", () => {
    expect(levelShift(days(90, (day) => (day < 84 ? 10 : 30)))).toBeUndefined();
  });
});

test("Theta carries half of a line's slope on from where smoothing has come", () => {
  const [next = 0, , third = 0] = theta(
    days(40, (day) => day + 1),
    3,
  );
  // Smoothing with 0.95 is 1/19 behind a line of slope 1: 40 − 1/19 + (1/0.95) / 2.
  expect(next).toBeCloseTo(40.4737, 3);
  expect(third - next).toBeCloseTo(1, 9);
});

describe("margins", () => {
  const noisy = days(90, (day) => 10 + 3 * Math.sin(day * 2.3) * Math.cos(day * 0.7));
  const errors = pastErrors(noisy, noisy);
  const margins = errorMargins(noisy, noisy);

  test("of days are quantiles of the past's errors, widened by Student's t of about eight weeks", () => {
    const { of80, of95 } = margins.day(0);
    // t(0.9) and t(0.975) over the normal quantile, for 8 and for 7 degrees of freedom.
    const widened80 = of80 / quantileOfSorted(errors.ofDays, 0.8);
    const widened95 = of95 / quantileOfSorted(errors.ofDays, 0.95);
    expect(widened80).toBeGreaterThan(1.397 / 1.2816);
    expect(widened80).toBeLessThan(1.415 / 1.2816);
    expect(widened95).toBeGreaterThan(2.306 / 1.96);
    expect(widened95).toBeLessThan(2.365 / 1.96);
  });

  test("of a month are widened as for the four trials that eight weeks hold", () => {
    const pooled = Float64Array.from(errors.ofTotals.slice(17).flat()).sort();
    const widened = margins.total(29).of95 / quantileOfSorted(pooled, 0.95);
    // t(0.975) for 4 and for 3 degrees of freedom.
    expect(widened).toBeGreaterThan(2.776 / 1.96);
    expect(widened).toBeLessThan(3.182 / 1.96);
  });

  test("of a weekday that never costs anything are those of a tenth of the level", () => {
    const office = Array.from(noisy, (cost, day) => (day % 7 === 6 ? 0 : cost));
    const ahead = forecastDaily(office, 7).days;
    const closed = ahead[(6 - (90 % 7) + 7) % 7];
    expect(closed?.mean).toBe(0);
    expect(closed?.p90).toBeGreaterThan(0);
    expect(closed?.p90).toBeLessThan(1);
  });

  test("of a quarter to a half of the total make the forecast erratic", () => {
    const level = (day: number): number => 10 + 4 * Math.sin(day / 6);
    const { totals, confidence } = forecastDaily(Array.from(days(120, level)), 30);
    const total = totals[29];
    const margin = total === undefined ? 0 : total.p90 / total.mean - 1;
    expect(margin).toBeGreaterThan(0.25);
    expect(margin).toBeLessThan(0.5);
    expect(confidence).toEqual({ level: "medium", reasons: ["erratic"] });
  });
});
