import { describe, expect, test } from "vitest";
import { bookedByScope } from "#core/booked-by-scope.ts";
import type { BookedHour, SpendReading } from "#core/booked-hours.ts";
import type { PicoUsd } from "#core/money.ts";
import { findRunaways } from "#core/runaways.ts";
import { scopeKey } from "#core/scope-key.ts";
import { hourMs, type Instant, type UsageDate } from "#core/time.ts";

const start = Date.UTC(2026, 10, 20) as Instant;
const at = (hour: number) => (start + hour * hourMs) as Instant;
const running = at(50);

const all = "{}";
const feature = (name: string) => scopeKey({ feature: [name] });
const team = (name: string) => scopeKey({ team: [name] });

const booked = (usd: Record<string, number>): BookedHour["booked"] =>
  new Map(Object.entries(usd).map(([scope, amount]) => [scope, (BigInt(amount) * 10n ** 12n) as PicoUsd]));

/** Hours since `since` that each booked the same, and the running one. */
function known(usual: Record<string, number>, now: Record<string, number>, since = start) {
  const reading: SpendReading = {
    ...{ version: 1, at: running, since, from: "2026-11-21" as UsageDate, costs: new Map() },
    namedSince: new Map([[scopeKey({ region: ["eu"] }), since]]),
  };
  const hours = Array.from({ length: 50 }, (_, hour) => ({ hour: at(hour), booked: booked(usual), late: new Map() }));
  return bookedByScope(reading, [...hours, { hour: running, booked: booked(now), late: new Map() }]);
}

const teams = new Map([
  ["chat", new Set(["search", "support"])],
  ["tags", new Set(["search"])],
]);

const usual = { [all]: 10, [team("search")]: 6, [feature("tags")]: 2, [feature("chat")]: 8 };

describe("what runs away in an hour", () => {
  test("is nothing where an hour books what it usually does", () => {
    expect(findRunaways(known(usual, usual), teams, running)).toEqual([]);
  });

  test("is told of the feature, which its team and all spend name as what tells", () => {
    const now = { [all]: 110, [team("search")]: 106, [feature("tags")]: 102, [feature("chat")]: 8 };
    const found = findRunaways(known(usual, now), teams, running);
    const id = `["2026-11-22",${running},"{\\"feature\\":[\\"tags\\"]}"]`;
    expect(found.map(({ scope, toldBy }) => [scope, toldBy])).toEqual([
      [{}, id],
      [{ team: ["search"] }, id],
      [{ feature: ["tags"] }, null],
    ]);
    expect(found[2]).toMatchObject({ id, grain: "hourly", hour: running, usageDate: "2026-11-22" });
    expect(found[2]).toMatchObject({ cost: 102n * 10n ** 12n, expected: 2n * 10n ** 12n, excess: 100n * 10n ** 12n });
    expect(found[0]?.explanations[0]).toMatchObject({ dimension: "feature", contributors: [{ value: "tags" }] });
    expect(found[1]?.explanations).toMatchObject([{ dimension: "feature", contributors: [{ value: "tags" }] }]);
  });

  test("is told of all spend where nothing narrower makes up most of it", () => {
    const now = { [all]: 310, [team("search")]: 106, [feature("tags")]: 102, [feature("chat")]: 208 };
    const found = findRunaways(known(usual, now), teams, running);
    expect(found.filter(({ toldBy }) => toldBy === null).map(({ scope }) => scope)).toEqual([
      {},
      { feature: ["tags"] },
      { feature: ["chat"] },
    ]);
  });

  test("is not known before a day of whole hours is", () => {
    const now = { ...usual, [all]: 110, [feature("tags")]: 102, [team("search")]: 106 };
    expect(findRunaways(known(usual, now, at(25.5)), teams, running)).toHaveLength(3);
    expect(findRunaways(known(usual, now, at(26)), teams, running)).toEqual([]);
  });

  test("is not what a correction moves from one scope to another", () => {
    const moved = { ...usual, [feature("tags")]: 502, [feature("chat")]: -492 };
    expect(findRunaways(known(usual, moved), teams, running)).toEqual([]);
  });

  test("is not looked for in the scopes of budgets, nor in cost classes", () => {
    const now = { [scopeKey({ region: ["eu"] })]: 500, [scopeKey({ cost_class: ["rnd"] })]: 500 };
    expect(findRunaways(known({}, now), teams, running)).toEqual([]);
  });
});
