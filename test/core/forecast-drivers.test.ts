import { describe, expect, test } from "vitest";
import { adoptionPlanErrors } from "#core/adoption-plan.ts";
import { lastDayOf, monthsFrom, nextMonth, parseMonth } from "#core/drivers/plan-months.ts";
import { forecastDrivers } from "#core/forecast-drivers.ts";
import type { Month, UsageDate } from "#core/time.ts";

const flat = (value: number) => new Array<number>(180).fill(value);
const lastDay = "2026-11-23" as UsageDate;
const months = monthsFrom("2026-12" as Month, 4);

describe("the forecast of drivers", () => {
  test("constant days give constant months: as many customers as before, calls by the days of the month", () => {
    const series = { requests: flat(100), tokens: flat(5_000), activeCustomers: flat(20) };
    const found = forecastDrivers(series, { lastDay, months, referenceCustomers: 70n });
    expect(found.map(({ month, requests, activeCustomers }) => [month, requests, activeCustomers])).toEqual([
      ["2026-12", 3_100n, 70n],
      ["2027-01", 3_100n, 70n],
      ["2027-02", 2_800n, 70n],
      ["2027-03", 3_100n, 70n],
    ]);
    expect(found.map(({ tokenFactor }) => tokenFactor)).toEqual(months.map(() => ({ numerator: 1n, denominator: 1n })));
    // 90 days from 24 November end on 21 February.
    expect(found.map(({ isFlat, confidence }) => [isFlat, confidence])).toEqual([
      [false, "high"],
      [false, "high"],
      [true, "low"],
      [true, "low"],
    ]);
  });

  test.each([1, 5, 10, 20, 30])("a feature of %i days has as many customers as it had", (age) => {
    const young = (value: number) => [...new Array<number>(180 - age).fill(0), ...new Array<number>(age).fill(value)];
    const series = { requests: young(1_000), tokens: young(100_000), activeCustomers: young(100) };
    const found = forecastDrivers(series, { lastDay, months, referenceCustomers: 100n });
    expect(found.map(({ activeCustomers }) => activeCustomers)).toEqual([100n, 100n, 100n, 100n]);
  });

  test("usage that names no customer has none to forecast", () => {
    const series = { requests: flat(100), tokens: flat(0), activeCustomers: flat(0) };
    const found = forecastDrivers(series, { lastDay, months, referenceCustomers: 0n });
    expect(found.map(({ activeCustomers }) => activeCustomers)).toEqual([null, null, null, null]);
  });

  test("no history at all is no calls", () => {
    const none = { requests: [], tokens: [], activeCustomers: [] };
    const [month] = forecastDrivers(none, { lastDay, months, referenceCustomers: 0n });
    expect(month).toMatchObject({ requests: 0n, activeCustomers: null, confidence: "low" });
  });
});

describe("months", () => {
  test("they follow each other, over a year's end and a leap day", () => {
    expect(nextMonth("2026-12" as Month)).toBe("2027-01");
    expect(nextMonth("2027-01" as Month)).toBe("2027-02");
    expect(lastDayOf("2028-02" as Month)).toBe("2028-02-29");
    expect(["2026-13", "2026-1", "2026-00", "x"].map(parseMonth)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe("an adoption plan", () => {
  const row = (feature: string, month: string) => ({ feature, month: month as Month, customers: 1 });

  test("each feature may have months of its own, without a gap", () => {
    expect(adoptionPlanErrors([row("chat", "2026-12"), row("chat", "2027-01"), row("ops", "2027-05")])).toEqual([]);
  });

  test("a missing month is named with its feature, a second row with its place", () => {
    const rows = [row("chat", "2026-11"), row("chat", "2027-02"), row("ops", "2027-01"), row("ops", "2027-01")];
    expect(adoptionPlanErrors(rows)).toEqual([
      { path: "rows[3]", found: "ops in 2027-01, a second time", wanted: "each feature once a month" },
      {
        ...{ path: "rows", found: "no row of chat: 2026-12, 2027-01" },
        wanted: "every month from a feature's first to its last",
      },
    ]);
  });

  test("a slip in a year is no endless list", () => {
    const [error] = adoptionPlanErrors([row("chat", "2026-11"), row("chat", "9026-12")]);
    expect(error?.found).toMatch(/^no row of chat: 2026-12, .*2027-11…$/);
  });
});
