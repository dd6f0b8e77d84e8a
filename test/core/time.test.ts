import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addDays,
  dayMs,
  daysBetween,
  eachDay,
  formatInstant,
  hourMs,
  type Instant,
  monthOf,
  parseInstant,
  parseUsageDate,
  startOfDay,
  type UsageDate,
  usageDateOf,
} from "#core/time.ts";

const day = (text: string) => text as UsageDate;
const someInstant = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2200, 0, 1) }).map((ms) => ms as Instant);

describe("parseInstant", () => {
  test.each([
    ["1970-01-01T00:00:00Z", 0],
    ["2026-11-23T10:15:00Z", 1_795_428_900_000],
    ["2026-11-23t10:15:00z", 1_795_428_900_000],
    ["2026-11-23T10:15:00.5Z", 1_795_428_900_500],
    ["2026-11-23T10:15:00.123456789Z", 1_795_428_900_123],
    ["2026-11-23T10:15:00.9999Z", 1_795_428_900_999],
    ["2026-11-23T12:15:00+02:00", 1_795_428_900_000],
    ["2026-11-23T04:45:00-05:30", 1_795_428_900_000],
    ["2026-11-24T00:15:00+14:00", 1_795_428_900_000],
    ["2024-02-29T00:00:00Z", 1_709_164_800_000],
    ["2000-02-29T23:59:59.999Z", 951_868_799_999],
    ["0001-01-01T00:00:00Z", -62_135_596_800_000],
    ["0000-12-31T23:00:00-01:00", -62_135_596_800_000],
    ["9999-12-31T23:59:59.999Z", 253_402_300_799_999],
  ])("%s is read", (text, ms) => expect(parseInstant(text)).toBe(ms));

  test.each([
    "",
    "2026-11-23",
    "2026-11-23T10:15:00",
    "2026-11-23 10:15:00Z",
    "2026-11-23T10:15Z",
    "2026-11-23T10:15:00,5Z",
    "2026-11-23T10:15:00.Z",
    "2026-11-23T10:15:00.1234567890Z",
    "2026-11-23T10:15:00+0200",
    "2026-11-23T10:15:00 Z",
    "x2026-11-23T10:15:00Z",
    "2026-11-23T10:15:00Zx",
    "2026-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-11-23T25:00:00Z",
    "2026-11-23T10:60:00Z",
    "2026-11-23T10:15:60Z",
    "2026-11-23T10:15:00+25:00",
    "12026-11-23T10:15:00Z",
    "0000-12-31T23:59:59.999Z",
    "0000-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01",
    "1795428900000",
  ])("%j is refused", (text) => expect(parseInstant(text)).toBeUndefined());

  test("what was written is read back", () => {
    fc.assert(
      fc.property(someInstant, (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
      }),
    );
    expect(formatInstant(1_795_428_900_123 as Instant)).toBe("2026-11-23T10:15:00.123Z");
  });

  test("the offset is taken off", () => {
    fc.assert(
      fc.property(someInstant, fc.integer({ min: -14 * 60, max: 14 * 60 }), (instant, minutes) => {
        const local = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(minutes);
        const offset = `${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
        expect(parseInstant(`${local}${minutes < 0 ? "-" : "+"}${offset}`)).toBe(instant);
      }),
    );
  });
});

describe("days", () => {
  test.each(["2024-02-29", "2026-12-31", "1970-01-01", "2000-02-29"])("%s is one", (text) =>
    expect(parseUsageDate(text)).toBe(text),
  );

  test.each([
    "2026-02-29",
    "1900-02-29",
    "2026-04-31",
    "2026-11-00",
    "2026-13-01",
    "2026-1-1",
    "20261123",
    "x2026-11-23",
    "2026-11-23x",
    "",
  ])("%j is none", (text) => expect(parseUsageDate(text)).toBeUndefined());

  test("a moment belongs to its UTC day, from the first millisecond to the last", () => {
    expect(usageDateOf(Date.UTC(2026, 10, 23) as Instant)).toBe("2026-11-23");
    expect(usageDateOf((Date.UTC(2026, 10, 23) - 1) as Instant)).toBe("2026-11-22");
    expect(usageDateOf((Date.UTC(2026, 10, 24) - 1) as Instant)).toBe("2026-11-23");
    expect(startOfDay(day("2026-11-23"))).toBe(Date.UTC(2026, 10, 23));
    fc.assert(
      fc.property(someInstant, (instant) => {
        const start = startOfDay(usageDateOf(instant));
        expect(instant - start).toBeGreaterThanOrEqual(0);
        expect(instant - start).toBeLessThan(86_400_000);
      }),
    );
  });

  test("and its month", () => expect(monthOf(day("2026-11-23"))).toBe("2026-11"));

  test.each([
    ["2024-02-28", 1, "2024-02-29"],
    ["2024-02-28", 2, "2024-03-01"],
    ["2026-02-28", 1, "2026-03-01"],
    ["2026-12-31", 1, "2027-01-01"],
    ["2026-01-01", -1, "2025-12-31"],
    ["2026-11-23", -30, "2026-10-24"],
    ["2026-11-23", 0, "2026-11-23"],
  ])("%s and %d days are %s", (from, days, to) => {
    expect(addDays(day(from), days)).toBe(to);
    expect(daysBetween(day(from), day(to))).toBe(days);
  });

  test("each day from one to another, both included", () => {
    expect(eachDay(day("2024-02-28"), day("2024-03-01"))).toEqual(["2024-02-28", "2024-02-29", "2024-03-01"]);
    expect(eachDay(day("2026-11-23"), day("2026-11-23"))).toEqual(["2026-11-23"]);
    expect(eachDay(day("2026-11-23"), day("2026-11-22"))).toEqual([]);
    expect(eachDay(day("2026-11-23"), day("2026-11-01"))).toEqual([]);
  });

  test("a day has 24 hours", () => {
    expect(dayMs).toBe(24 * 60 * 60 * 1_000);
    expect(hourMs).toBe(60 * 60 * 1_000);
  });
});
