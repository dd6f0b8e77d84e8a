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
  const change = bookedSince(undefined, costs, moment, moment);
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
    const change = bookedSince(undefined, found({ "{}": { [today]: 500n } }), at(10), at(10));
    expect(change).toMatchObject({ booked: [], reading: { version: 1, since: at(10) } });
  });

  test("growth goes into the running hour, of every scope and of usage of yesterday too", () => {
    const last = firstReading(found({ "{}": { [today]: 500n } }));
    const now = found({ "{}": { [today]: 700n, [yesterday]: 30n }, team: { [today]: 200n } });
    const change = bookedSince(last, now, at(10), at(10.9));
    expect(bookedOf(change)).toEqual({ 10: 230n });
    expect(bookedOf(change, "team")).toEqual({ 10: 200n });
    expect(change?.reading.version).toBe(2);
  });

  test("is nothing, and nothing is to be stored, when nothing has grown", () => {
    const last = firstReading(found({ "{}": { [today]: 500n } }));
    expect(bookedSince(last, found({ "{}": { [today]: 500n } }), at(10), at(40))).toBeUndefined();
  });

  test("what an adjustment takes back is booked as less", () => {
    const last = firstReading(found({ "{}": { [today]: 500n } }));
    expect(bookedOf(bookedSince(last, found({}), at(10), at(10.5)))).toEqual({ 10: -500n });
  });

  test("a day that has left the window is nobody's loss", () => {
    const last = firstReading(found({ "{}": { [yesterday]: 500n, [today]: 1n } }), at(23));
    expect(bookedSince(last, found({ "{}": { [today]: 1n } }, [], today), at(23.9), at(24.1))).toBeUndefined();
  });

  test("a day from before the last reading's first is no news: the clock was set back", () => {
    const last = firstReading(found({ "{}": { [today]: 1n } }, [], today), at(24.5));
    expect(bookedSince(last, found({ "{}": { [yesterday]: 9n, [today]: 1n } }), at(24.5), at(23))).toBeUndefined();
  });

  test("after a rest of more than an hour it is spread evenly over the rest, to the pico-dollar", () => {
    const last = firstReading(found({ "{}": { [today]: 0n } }), at(10.5));
    const change = bookedSince(last, found({ "{}": { [today]: 100n } }), at(10.5), at(13));
    expect(bookedOf(change)).toEqual({ 10: 20n, 11: 40n, 12: 40n });
    const odd = bookedSince(last, found({ "{}": { [today]: 101n } }), at(10.5), at(13));
    expect(bookedOf(odd)).toEqual({ 10: 20n, 11: 40n, 12: 41n });
  });

  test("after a rest over midnight each usage day's goes into its own hours", () => {
    const last = firstReading(found({}), at(-1));
    const change = bookedSince(last, found({ "{}": { [yesterday]: 7n, [today]: 10n } }), at(-1), at(2));
    expect(bookedOf(change)).toEqual({ "-1": 7n, 0: 5n, 1: 5n });
  });

  test("usage of yesterday that comes after a rest within today is booked now", () => {
    const last = firstReading(found({}), at(3));
    expect(bookedOf(bookedSince(last, found({ "{}": { [yesterday]: 7n } }), at(3), at(9)))).toEqual({ 9: 7n });
  });

  test("a quiet time is no rest while somebody looks", () => {
    const last = firstReading(found({}), at(3));
    expect(bookedOf(bookedSince(last, found({ "{}": { [today]: 7n } }), at(8.9), at(9)))).toEqual({ 9: 7n });
  });
});

describe("a scope that somebody names", () => {
  const costs = { "{}": { [today]: 500n }, named: { [today]: 400n } };

  test("books nothing at first and is known from then on", () => {
    const last = firstReading(found({ "{}": { [today]: 500n } }));
    const change = bookedSince(last, found(costs, ["named"]), at(10), at(11));
    expect(change).toMatchObject({ booked: [], reading: { namedSince: new Map([["named", at(11)]]) } });
    const grown = found({ ...costs, named: { [today]: 450n } }, ["named"]);
    const next = bookedSince(change?.reading, grown, at(11), at(11.5));
    expect(bookedOf(next, "named")).toEqual({ 11: 50n });
    expect(next?.reading.namedSince).toEqual(new Map([["named", at(11)]]));
  });

  test("and then names no more has lost nothing", () => {
    const last = firstReading(found(costs, ["named"]));
    expect(bookedSince(last, found({ "{}": { [today]: 500n } }), at(10), at(10.5))).toBeUndefined();
  });

  test("without spend yet is known from its first reading on", () => {
    const last = firstReading(found({}, ["named"]));
    expect(bookedOf(bookedSince(last, found(costs, ["named"]), at(10), at(10.5)), "named")).toEqual({ 10: 400n });
  });
});

test("an hour that has booked before keeps what it has booked", () => {
  const hour = (amounts: Record<string, bigint>) => ({
    hour: at(1),
    booked: new Map(Object.entries(amounts).map(([scope, amount]) => [scope, amount as PicoUsd])),
  });
  expect(addedHours([hour({ a: 1n, b: 2n })], [hour({ b: 3n, c: 4n })])).toEqual([hour({ a: 1n, b: 5n, c: 4n })]);
});
