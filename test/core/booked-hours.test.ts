import { describe, expect, test } from "vitest";
import { addedHours, bookedSince, type FoundCosts, type SpendReading } from "#core/booked-hours.ts";
import type { PicoUsd } from "#core/money.ts";
import { hourMs, type Instant, type UsageDate } from "#core/time.ts";

const today = "2026-11-24" as UsageDate;
const yesterday = "2026-11-23" as UsageDate;
const at = (hour: number) => (Date.UTC(2026, 10, 24) + hour * hourMs) as Instant;

const found = (costs: Record<string, Record<string, bigint>>, named: string[] = [], from = yesterday): FoundCosts => ({
  from,
  costs: new Map(
    Object.entries(costs).map(([scope, days]) => [
      scope,
      new Map(Object.entries(days).map(([day, cost]) => [day as UsageDate, cost as PicoUsd])),
    ]),
  ),
  named,
});

function firstReading(costs: FoundCosts, moment = at(10)): SpendReading {
  const change = bookedSince(undefined, costs, moment);
  if (change === undefined) throw new Error("there is no first reading");
  return change.reading;
}

/** By hour of the day: what of a scope was booked. */
const bookedOf = (change: ReturnType<typeof bookedSince>, scope = "{}") =>
  Object.fromEntries(
    (change?.booked ?? []).map(({ hour, booked }) => [(hour - at(0)) / hourMs, booked.get(scope) ?? 0n]),
  );

describe("what was booked since the last reading", () => {
  test("the first reading books nothing, whatever there is", () => {
    const change = bookedSince(undefined, found({ "{}": { [today]: 500n } }), at(10));
    expect(change).toMatchObject({ booked: [], reading: { version: 1, since: at(10) } });
  });

  test("growth goes into the running hour, of every scope and of usage of yesterday too", () => {
    const last = firstReading(found({ "{}": { [today]: 500n } }));
    const now = found({ "{}": { [today]: 700n, [yesterday]: 30n }, team: { [today]: 200n } });
    const change = bookedSince(last, now, at(10.9));
    expect(bookedOf(change)).toEqual({ 10: 230n });
    expect(bookedOf(change, "team")).toEqual({ 10: 200n });
    expect(change?.reading.version).toBe(2);
  });

  test("is nothing, and nothing is to be stored, when nothing has grown", () => {
    const last = firstReading(found({ "{}": { [today]: 500n } }));
    expect(bookedSince(last, found({ "{}": { [today]: 500n } }), at(10.4))).toBeUndefined();
  });

  test("what an adjustment takes back is booked as less", () => {
    const last = firstReading(found({ "{}": { [today]: 500n } }));
    expect(bookedOf(bookedSince(last, found({}), at(10.5)))).toEqual({ 10: -500n });
  });

  test("a day that has left the window is nobody's loss", () => {
    const last = firstReading(found({ "{}": { [yesterday]: 500n, [today]: 1n } }), at(23));
    expect(bookedSince(last, found({ "{}": { [today]: 1n } }, [], today), at(24.1))?.booked).toEqual([]);
  });

  test("a day from before the last reading's first is no news: the clock was set back", () => {
    const last = firstReading(found({ "{}": { [today]: 1n } }, [], today), at(24.5));
    expect(bookedSince(last, found({ "{}": { [yesterday]: 9n, [today]: 1n } }), at(23))).toBeUndefined();
  });

  test("after a rest of more than an hour it is spread evenly over the rest, to the pico-dollar", () => {
    const last = firstReading(found({ "{}": { [today]: 0n } }), at(10.5));
    const change = bookedSince(last, found({ "{}": { [today]: 100n } }), at(13));
    expect(bookedOf(change)).toEqual({ 10: 20n, 11: 40n, 12: 40n });
    const odd = bookedSince(last, found({ "{}": { [today]: 101n } }), at(13));
    expect(bookedOf(odd)).toEqual({ 10: 20n, 11: 40n, 12: 41n });
  });

  test("after a rest over midnight each usage day's goes into its own hours", () => {
    const last = firstReading(found({}), at(-1));
    const change = bookedSince(last, found({ "{}": { [yesterday]: 7n, [today]: 10n } }), at(2));
    expect(bookedOf(change)).toEqual({ "-1": 7n, 0: 5n, 1: 5n });
  });

  test("usage of yesterday that comes after a rest within today is booked now", () => {
    const last = firstReading(found({}), at(3));
    expect(bookedOf(bookedSince(last, found({ "{}": { [yesterday]: 7n } }), at(9)))).toEqual({ 9: 7n });
  });

  test("a quiet time is no rest while somebody looks: a reading that is as it was is stored each half an hour", () => {
    let last = firstReading(found({}), at(3));
    for (let hour = 3.5; hour <= 8.5; hour += 0.5) {
      const change = bookedSince(last, found({}), at(hour));
      expect(change).toMatchObject({ booked: [], reading: { at: at(hour) } });
      last = change?.reading as SpendReading;
    }
    expect(bookedOf(bookedSince(last, found({ "{}": { [today]: 7n } }), at(9)))).toEqual({ 9: 7n });
  });

  test("what comes within an hour after a rest is spread over the rest too, and later no more", () => {
    const last = firstReading(found({}), at(10));
    const resumed = bookedSince(last, found({}), at(14));
    expect(resumed).toMatchObject({ booked: [], reading: { rest: { from: at(10), to: at(14) } } });
    const backlog = bookedSince(resumed?.reading, found({ "{}": { [today]: 100n } }), at(14 + 1 / 3600));
    expect(bookedOf(backlog)).toMatchObject({ 10: 24n, 11: 24n, 12: 24n, 13: 24n });
    expect(backlog?.reading.rest).toEqual({ from: at(10), to: at(14) });
    const minute = bookedSince(backlog?.reading, found({ "{}": { [today]: 101n } }), at(14.99));
    expect(minute?.reading).toMatchObject({ at: at(14.99), rest: { from: at(10) } });
    const after = bookedSince(minute?.reading, found({ "{}": { [today]: 108n } }), at(15));
    expect(bookedOf(after)).toEqual({ 15: 7n });
    expect(after?.reading.rest).toBeUndefined();
  });

  test("what an hour books to the day before is told apart", () => {
    const last = firstReading(found({}), at(-0.1));
    const change = bookedSince(last, found({ "{}": { [yesterday]: 7n, [today]: 10n } }), at(0.1));
    expect(change?.booked).toEqual([{ hour: at(0), booked: new Map([["{}", 17n]]), late: new Map([["{}", 7n]]) }]);
  });

  test("of many scopes after a long rest is booked in parts, each as large as it may be, to the pico-dollar", () => {
    const scopes = Array.from({ length: 5_000 }, (_, i) => `scope ${i}`);
    const cells = found(Object.fromEntries(scopes.map((scope) => [scope, { [today]: 1_001n }])));
    let last = firstReading(found({}), at(12));
    const hours: number[] = [];
    let sum = 0n;
    for (let isPart = true; isPart; ) {
      const change = bookedSince(last, cells, at(24));
      if (change === undefined) throw new Error("nothing was booked");
      ({ reading: last, isPart } = change);
      expect(change.booked.reduce((count, { booked }) => count + booked.size, 0)).toBeLessThanOrEqual(30_000);
      hours.push(...change.booked.map(({ hour }) => (hour - at(0)) / hourMs));
      for (const { booked } of change.booked) sum += booked.get("scope 4999") ?? 0n;
    }
    expect(hours).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect(sum).toBe(1_001n);
    expect(last).toMatchObject({ at: at(24), version: 3, costs: cells.costs });
  });
});

describe("a scope that somebody names", () => {
  const costs = { "{}": { [today]: 500n }, named: { [today]: 400n } };

  test("books nothing at first and is known from then on", () => {
    const last = firstReading(found({ "{}": { [today]: 500n } }));
    const change = bookedSince(last, found(costs, ["named"]), at(11));
    expect(change).toMatchObject({ booked: [], reading: { namedSince: new Map([["named", at(11)]]) } });
    const grown = found({ ...costs, named: { [today]: 450n } }, ["named"]);
    const next = bookedSince(change?.reading, grown, at(11.5));
    expect(bookedOf(next, "named")).toEqual({ 11: 50n });
    expect(next?.reading.namedSince).toEqual(new Map([["named", at(11)]]));
  });

  test("and then names no more has lost nothing", () => {
    const last = firstReading(found(costs, ["named"]));
    expect(bookedSince(last, found({ "{}": { [today]: 500n } }), at(10.4))).toBeUndefined();
  });

  test("without spend yet is known from its first reading on", () => {
    const last = firstReading(found({}, ["named"]));
    expect(bookedOf(bookedSince(last, found(costs, ["named"]), at(10.5)), "named")).toEqual({ 10: 400n });
  });
});

test("an hour that has booked before keeps what it has booked", () => {
  const sums = (amounts: Record<string, bigint>) =>
    new Map(Object.entries(amounts).map(([scope, amount]) => [scope, amount as PicoUsd]));
  const hour = (booked: Record<string, bigint>, late: Record<string, bigint>) => ({
    ...{ hour: at(1), booked: sums(booked), late: sums(late) },
  });
  expect(addedHours([hour({ a: 1n, b: 2n }, { b: 1n })], [hour({ b: 3n, c: 4n }, { b: 3n })])).toEqual([
    hour({ a: 1n, b: 5n, c: 4n }, { b: 4n }),
  ]);
});
