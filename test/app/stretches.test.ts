import { expect, test } from "vitest";
import { stretchesOf } from "#app/run-state.ts";
import { addDays, eachDay, type UsageDate } from "#core/time.ts";

const day = "2026-01-01" as UsageDate;

test("days that one write takes are one stretch, however many of them there are", () => {
  expect(stretchesOf([])).toEqual([]);
  expect(stretchesOf([day])).toEqual([{ first_day: day, last_day: day }]);
  expect(stretchesOf(eachDay(day, addDays(day, 89)))).toEqual([{ first_day: "2026-01-01", last_day: "2026-03-31" }]);
});

test("no stretch is longer than 90 days, and every day is in one", () => {
  expect(stretchesOf(eachDay(day, addDays(day, 90)))).toEqual([
    { first_day: "2026-01-01", last_day: "2026-03-31" },
    { first_day: "2026-04-01", last_day: "2026-04-01" },
  ]);
});

test("days without anything landed are not walked through: a stretch begins with a day that has something", () => {
  const days = ["2000-02-29", "2000-05-28", "2000-05-29", "2026-11-20"] as UsageDate[];
  expect(stretchesOf(days)).toEqual([
    { first_day: "2000-02-29", last_day: "2000-05-28" },
    { first_day: "2000-05-29", last_day: "2000-05-29" },
    { first_day: "2026-11-20", last_day: "2026-11-20" },
  ]);
});
