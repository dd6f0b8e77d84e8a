import { describe, expect, test } from "vitest";
import type { LakeBudgetSpend } from "#app/ports/lake-budget-spend.ts";
import type { MeasuredSpend } from "#core/measured-spend.ts";
import type { PicoUsd } from "#core/money.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const measure = (changed: Partial<MeasuredSpend> = {}): MeasuredSpend => ({
  budgetId: "acme",
  narrowedTo: '["{}",["acme"],[]]',
  from: "2026-11-01" as UsageDate,
  to: "2026-11-30" as UsageDate,
  byClass: new Map([
    ["cogs", 9_223_372_036_854_775_808_001n as PicoUsd],
    ["rnd", -1n as PicoUsd],
  ]),
  asOf: Date.parse("2026-11-23T12:00:00Z") as Instant,
  ...changed,
});

export const lakeBudgetSpendContract = (name: string, open: () => Promise<Opened<LakeBudgetSpend>>) =>
  describe(name, () => {
    test("measures are listed as they were put, by budget, after a restart too", async () => {
      await using opened = await open();
      expect(await opened.port.list()).toEqual([]);
      const { budgetId, narrowedTo, ...ended } = measure({ to: "2026-10-31" as UsageDate });
      const nothing = measure({ budgetId: "none", byClass: new Map(), ended });
      await opened.port.put([nothing, measure()], []);
      expect(await opened.port.list()).toEqual([measure(), nothing]);
      expect(await (await opened.reopen()).list()).toEqual([measure(), nothing]);
    });

    test("a measure replaces the one of its budget, and one that is gone is listed no more", async () => {
      await using opened = await open();
      await opened.port.put([measure(), measure({ budgetId: "b" })], []);
      const again = measure({ byClass: new Map([["cogs", 2n as PicoUsd]]) });
      await opened.port.put([again], ["b", "never"]);
      expect(await opened.port.list()).toEqual([again]);
    });
  });
