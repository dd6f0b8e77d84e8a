import { describe, expect, test } from "vitest";
import type { BookedHours } from "#app/ports/booked-hours.ts";
import type { BookedHour, SpendReading } from "#core/booked-hours.ts";
import type { PicoUsd } from "#core/money.ts";
import { hourMs, type Instant, type UsageDate } from "#core/time.ts";
import type { Opened } from "./opened.ts";

const start = Date.UTC(2026, 10, 24) as Instant;
const at = (hours: number) => (start + hours * hourMs) as Instant;
const day = "2026-11-24" as UsageDate;
const usd = (amount: bigint) => amount as PicoUsd;

const reading = (version: number, more: Partial<SpendReading> = {}): SpendReading => ({
  ...{ version, at: at(version), since: start, from: "2026-11-23" as UsageDate, namedSince: new Map() },
  costs: new Map([["{}", new Map([[day, usd(2n ** 80n)]])]]),
  ...more,
});
const amounts = (of: Record<string, bigint>) =>
  new Map(Object.entries(of).map(([scope, amount]) => [scope, usd(amount)]));
const hour = (number: number, booked: Record<string, bigint>, late: Record<string, bigint> = {}): BookedHour => ({
  ...{ hour: at(number), booked: amounts(booked), late: amounts(late) },
});

export const bookedHoursContract = (name: string, open: () => Promise<Opened<BookedHours>>) =>
  describe(name, () => {
    test("knows nothing before the first reading", async () => {
      await using opened = await open();
      expect(await opened.port.last()).toBeUndefined();
      expect(await opened.port.hours(start)).toEqual([]);
    });

    test("gives back the reading as it was put, after a restart too", async () => {
      await using opened = await open();
      const named = reading(1, {
        costs: new Map([
          ['{"team":["é \\" #1"]}', new Map([[day, usd(-1n)]])],
          ["{}", new Map()],
        ]),
        namedSince: new Map([['{"team":["é \\" #1"]}', at(1)]]),
        rest: { from: at(0), to: at(1) },
      });
      expect(await opened.port.put(named, [])).toBe("stored");
      expect(await (await opened.reopen()).last()).toEqual(named);
    });

    test("gives hours from the one asked for on, oldest first, each as it was put last", async () => {
      await using opened = await open();
      await opened.port.put(reading(1), [hour(3, { "{}": 1n }), hour(1, { "{}": 2n })]);
      await opened.port.put(reading(2), [hour(2, { "{}": -5n, a: 2n ** 90n }, { a: 2n }), hour(3, { "{}": 7n })]);
      expect(await opened.port.hours(at(2))).toEqual([
        hour(2, { "{}": -5n, a: 2n ** 90n }, { a: 2n }),
        hour(3, { "{}": 7n }),
      ]);
      expect(await opened.port.hours(at(0))).toHaveLength(3);
      expect(await opened.port.hours(at(4))).toEqual([]);
    });

    test("writes neither reading nor hours when another reading came first", async () => {
      await using opened = await open();
      expect(await opened.port.put(reading(2), [hour(1, { "{}": 1n })])).toBe("stale");
      expect(await opened.port.put(reading(1), [])).toBe("stored");
      expect(await opened.port.put(reading(1), [hour(1, { "{}": 1n })])).toBe("stale");
      expect(await opened.port.put(reading(3), [hour(1, { "{}": 1n })])).toBe("stale");
      expect(await opened.port.last()).toEqual(reading(1));
      expect(await opened.port.hours(start)).toEqual([]);
    });

    test("of two evaluators at once one is stored", async () => {
      await using opened = await open();
      await opened.port.put(reading(1), []);
      const both = [1n, 2n].map((amount) => opened.port.put(reading(2), [hour(1, { "{}": amount })]));
      expect((await Promise.all(both)).sort()).toEqual(["stale", "stored"]);
    });

    test("keeps thousands of scopes, and what is left when they are fewer again", async () => {
      await using opened = await open();
      // No two alike, so that no compression makes them few.
      const name = (i: number) => `{"feature":["${((i + 1) ** 3.3).toString(36)}${((i + 7) ** 2.7).toString(36)}"]}`;
      const many = Array.from({ length: 9_000 }, (_, i) => [name(i), BigInt(Math.floor((i + 3) ** 3.9))] as const);
      const large = reading(1, { costs: new Map(many.map(([scope, cost]) => [scope, new Map([[day, usd(cost)]])])) });
      const largeHour = hour(1, Object.fromEntries(many));
      expect(await opened.port.put(large, [largeHour])).toBe("stored");
      expect(await opened.port.last()).toEqual(large);
      expect(await opened.port.hours(start)).toEqual([largeHour]);
      expect(await opened.port.put(reading(2), [hour(1, { "{}": 1n })])).toBe("stored");
      expect(await opened.port.last()).toEqual(reading(2));
      expect(await opened.port.hours(start)).toEqual([hour(1, { "{}": 1n })]);
    });
  });
