import { describe, expect, test } from "vitest";
import { judgeHour } from "#core/anomaly-hourly.ts";

/** An office: 10 an hour from 8 to 18 o'clock on five days, 0.2 otherwise. Hour 0 is a Monday's first. */
const office = (hour: number): number => {
  const isOpen = hour % 24 >= 8 && hour % 24 < 18 && hour % 168 < 120;
  return isOpen ? 10 : 0.2;
};
const hours = (count: number, booked: (hour: number) => number = office): number[] =>
  Array.from({ length: count }, (_, hour) => booked(hour));
const twoWeeks = 14 * 24;
const isRunaway = (before: readonly number[], booked: number, excessMin = 1) =>
  judgeHour(before, booked, excessMin)?.isRunaway;

describe("an hour runs away", () => {
  test("when a loop of calls books at night what a working hour books", () => {
    expect(isRunaway(hours(twoWeeks + 3), 10)).toBe(true);
  });

  test("as soon as it has cost too much, before it has ended", () => {
    const booked = [0.1, 1, 3, 6, 7, 9];
    expect(booked.map((soFar) => isRunaway(hours(twoWeeks + 3), soFar))).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test("not when it books what such an hour always books", () => {
    const verdict = judgeHour(hours(twoWeeks + 10), 10, 1);
    expect(verdict).toMatchObject({ expected: 10, excess: 0, isRunaway: false });
  });

  test("by day at two and a half times the usual", () => {
    expect([20, 25.1].map((booked) => isRunaway(hours(twoWeeks + 10), booked))).toEqual([false, true]);
  });

  test("not for a job that starts every night, an hour earlier or later", () => {
    const nightly = (hour: number): number => (hour % 24 === 2 + (Math.floor(hour / 24) % 2) ? 80 : office(hour));
    expect(isRunaway(hours(twoWeeks + 2, nightly), 80)).toBe(false);
  });

  test("not for a job that runs every Sunday night; the first time it does", () => {
    const weekly = (hour: number): number => (hour % 168 === 146 ? 80 : office(hour));
    expect(isRunaway(hours(2 * 168 + 146, weekly), 80)).toBe(false);
    expect(isRunaway(hours(2 * 168 + 146), 80)).toBe(true);
  });

  test("not for a job that starts at the same hour every night, known for three", () => {
    const nightly = (hour: number): number => (hour % 24 === 2 ? 80 : office(hour));
    expect(isRunaway(hours(72 + 2, nightly), 80)).toBe(false);
  });

  test("also when it did so a week ago: once is no weekly job", () => {
    const once = (hour: number): number => (hour === 2 * 168 + 146 ? 80 : office(hour));
    expect(isRunaway(hours(3 * 168 + 146, once), 80)).toBe(true);
  });

  test("not by what is usual in an hour that swings from day to day", () => {
    const swinging = (hour: number): number => (Math.floor(hour / 24) % 2 === 0 ? 0 : 20);
    // 10 + 6 × √(2.5² + (1.4826 × 10)²) = 100.2
    expect([100, 101].map((booked) => isRunaway(hours(twoWeeks + 12, swinging), booked))).toEqual([false, true]);
  });

  test("again, the night after the first: it does not become usual by having happened", () => {
    const ranAway = (hour: number): number => (hour >= twoWeeks + 2 && hour < twoWeeks + 6 ? 50 : office(hour));
    expect(isRunaway(hours(twoWeeks + 24 + 3, ranAway), 50)).toBe(true);
  });

  test("not for less than the least excess", () => {
    expect(isRunaway(hours(twoWeeks + 3), 10, 20)).toBe(false);
    expect(isRunaway(hours(twoWeeks + 3), 0.9, 0.000001)).toBe(false);
  });

  test("where nothing was ever booked, from six quarters of the least excess on", () => {
    const nothing = hours(48, () => 0);
    expect([1.4, 1.6].map((booked) => isRunaway(nothing, booked))).toEqual([false, true]);
  });

  test("only where a day is known", () => {
    expect(judgeHour(hours(23), 1000, 1)).toBeUndefined();
    expect(
      isRunaway(
        hours(24, () => 1),
        1000,
      ),
    ).toBe(true);
  });
});
