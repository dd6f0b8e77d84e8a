import { describe, expect, test } from "vitest";
import { burnReadings } from "#core/budget-alerts.ts";
import { budgetPeriod } from "#core/budget-period.ts";
import type { BudgetState } from "#core/budget-state.ts";
import { burnRate } from "#core/burn-rate.ts";
import type { Budget } from "#core/config.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import { hourMs, type Instant, type UsageDate } from "#core/time.ts";

const usd = (text: string | number) => parseUsd(String(text)) as PicoUsd;
const instant = (text: string) => Date.parse(text) as Instant;

interface Scene {
  readonly period?: Budget["period"];
  readonly amount?: string;
  readonly spent?: string;
  readonly now: string;
  /** Hours ago (0: the running one) and what each of them has booked, in USD. */
  readonly booked: readonly (readonly [from: number, to: number, usdPerHour: number])[];
  readonly knownHours?: number;
  /** What of the running hour is usage of the day before, in USD. */
  readonly late?: number;
}

/** A month's budget of 720 USD: the even rate is 1 USD an hour. */
function burnOf({ period = "month", amount = "720", spent = "100", now, booked, knownHours = 400, late = 0 }: Scene) {
  const at = instant(now);
  const running = Math.floor(at / hourMs) * hourMs;
  const hours = new Map<Instant, PicoUsd>();
  for (const [from, to, perHour] of booked) {
    for (let ago = from; ago <= to; ago++) hours.set((running - ago * hourMs) as Instant, usd(perHour));
  }
  const state: BudgetState = {
    budget: { id: "b", owner: "Ana", scope: {}, period, amount_usd: amount, when_used_up: "warn" },
    ...budgetPeriod(period, now.slice(0, 10) as UsageDate),
    ...{ amount: usd(amount), spent: usd(spent), spentToday: usd(0), byClass: new Map() },
    ...{ evaluated: "live", asOf: at },
  };
  const bookedOf = {
    ...{ hours, since: (at - knownHours * hourMs) as Instant },
    late: new Map([[running as Instant, usd(late)]]),
  };
  return { state, burn: burnRate(state, bookedOf, at) };
}

const kindsOf = ({ state, burn }: ReturnType<typeof burnOf>) => burnReadings(state, burn).map(({ rule }) => rule.kind);

describe("an alert is due", () => {
  test.each<[string, Scene, readonly string[]]>([
    ["never at the even rate", { now: "2026-11-20T12:30:00Z", booked: [[0, 200, 1]] }, []],
    ["never when nothing is booked", { now: "2026-11-20T12:30:00Z", booked: [] }, []],
    [
      "fast, by 2 % of a month's budget in minutes of the night",
      { now: "2026-11-20T03:20:00Z", booked: [[0, 0, 14.4]] },
      ["burn_rate_fast"],
    ],
    ["not yet by a cent less", { now: "2026-11-20T03:20:00Z", booked: [[0, 0, 14.39]] }, []],
    [
      "fast, on while the next hour is young",
      {
        now: "2026-11-20T04:05:00Z",
        booked: [
          [1, 1, 20],
          [0, 0, 2],
        ],
      },
      ["burn_rate_fast"],
    ],
    [
      "no more once the hour after the spike is quiet, nor slow because of that spike",
      {
        now: "2026-11-20T04:30:00Z",
        booked: [
          [1, 1, 200],
          [2, 150, 1],
          [0, 0, 0.5],
        ],
      },
      [],
    ],
    [
      "slow, by a day at three times the even rate",
      { now: "2026-11-20T12:00:00Z", booked: [[0, 24, 3.2]] },
      ["burn_rate_slow"],
    ],
    [
      "not slow when the last six hours were quiet",
      {
        now: "2026-11-20T12:00:00Z",
        booked: [
          [7, 24, 6],
          [0, 6, 0.1],
        ],
      },
      [],
    ],
    [
      "slow, by a leak of a week at one and a half times the even rate",
      { now: "2026-11-20T12:00:00Z", booked: [[0, 168, 1.6]], spent: "400" },
      ["burn_rate_slow"],
    ],
    [
      "not by a leak that does not use the budget up before the period's end",
      { now: "2026-11-28T12:00:00Z", booked: [[0, 168, 1.6]], spent: "400" },
      [],
    ],
    [
      "not at the start of a period by what the last one has booked",
      {
        now: "2026-12-01T00:30:00Z",
        spent: "3",
        booked: [
          [0, 0, 3],
          [1, 168, 30],
        ],
      },
      [],
    ],
    ["not by less than 5 USD", { now: "2026-11-20T03:20:00Z", amount: "30", booked: [[0, 0, 4.99]] }, []],
    [
      "not by usage of the last period that is booked in the first hour of this one",
      { now: "2026-12-01T00:05:00Z", spent: "0", booked: [[0, 0, 40]], late: 40 },
      [],
    ],
    [
      "fast, by what such an hour books beside it",
      { now: "2026-12-01T00:05:00Z", spent: "15", booked: [[0, 0, 55]], late: 40 },
      ["burn_rate_fast"],
    ],
    [
      "fast, by late usage within the period",
      { now: "2026-11-20T00:05:00Z", booked: [[0, 0, 40]], late: 40 },
      ["burn_rate_fast"],
    ],
    [
      "fast alone of a day's budget, of which an hour takes three fifths",
      { period: "day", amount: "24", spent: "15", now: "2026-11-20T12:10:00Z", booked: [[0, 0, 14.4]] },
      ["burn_rate_fast"],
    ],
    [
      "never slow of a day's budget",
      { period: "day", amount: "24", spent: "20", now: "2026-11-20T20:00:00Z", booked: [[0, 24, 5]] },
      [],
    ],
    [
      "never by a week's leak of a week's budget",
      { period: "week", amount: "168", spent: "100", now: "2026-11-22T12:00:00Z", booked: [[0, 168, 1.6]] },
      [],
    ],
  ])("%s", (_, scene, kinds) => {
    expect(kindsOf(burnOf(scene))).toEqual(kinds);
  });

  test("once, fast, of what burns fast for hours", () => {
    const scene = { now: "2026-11-20T12:30:00Z", booked: [[0, 30, 20]] } as const;
    expect(kindsOf(burnOf(scene))).toEqual(["burn_rate_fast"]);
  });

  test("minute by minute a spike of ten of them is told in one stretch", () => {
    const due = Array.from({ length: 36 * 60 }, (_, minute) => {
      const now = instant("2026-11-20T03:00:00Z") + minute * 60_000;
      const hour = Math.floor(minute / 60);
      // 30 USD between 03:50 and 04:00, and 0.5 an hour before and after.
      const spike = hour === 0 ? 3 * Math.max(0, Math.min(10, minute - 50)) : 30;
      const hours = Array.from({ length: hour + 1 }, (_, h): [number, number, number] => {
        const ago = hour - h;
        return [ago, ago, (h === 0 ? spike : 0) + 0.5];
      });
      return kindsOf(burnOf({ now: new Date(now).toISOString(), booked: hours }));
    });
    const stretches = due.filter((kinds, i) => kinds.length > 0 && (due[i - 1] ?? []).length === 0);
    expect(stretches).toEqual([["burn_rate_fast"]]);
    expect(new Set(due.flat())).toEqual(new Set(["burn_rate_fast"]));
  });
});

describe("the burn rate", () => {
  test("is told over an hour, a day and a week, against the even rate", () => {
    const { burn } = burnOf({
      now: "2026-11-20T12:00:00Z",
      booked: [
        [1, 24, 2],
        [25, 168, 1],
      ],
    });
    expect(burn.evenPerHour).toBe(usd(1));
    expect(burn.windows).toEqual([
      { hours: 1, booked: usd(2), knownHours: 1, perHour: usd(2), multiple: 2 },
      { hours: 24, booked: usd(48), knownHours: 24, perHour: usd(2), multiple: 2 },
      { hours: 168, booked: usd(192), knownHours: 168, perHour: usd("1.142857142857"), multiple: 1.1429 },
    ]);
  });

  test("of a window that is known in part is that of what is known", () => {
    const { burn } = burnOf({ now: "2026-11-20T12:00:00Z", booked: [[1, 12, 2]], knownHours: 12 });
    expect(burn.windows[1]).toEqual({ hours: 24, booked: usd(24), knownHours: 12, perHour: usd(2), multiple: 2 });
  });

  test("takes of the hour before as much as lies in the last sixty minutes", () => {
    const { burn } = burnOf({
      now: "2026-11-20T12:15:00Z",
      booked: [
        [0, 0, 1],
        [1, 1, 8],
      ],
    });
    expect(burn.windows[0]?.booked).toBe(usd(7));
  });

  test.each<[string, Scene, string | null]>([
    // 620 USD are left: 310 hours at 2 USD an hour.
    [
      "the hour at which it uses up the amount",
      { now: "2026-11-10T12:00:00Z", booked: [[1, 24, 2]] },
      "2026-11-23T10:00:00.000Z",
    ],
    ["nothing when the period ends before", { now: "2026-11-20T12:00:00Z", booked: [[1, 24, 2]] }, null],
    ["nothing while nothing is spent", { now: "2026-11-20T12:00:00Z", booked: [] }, null],
    ["nothing from two hours of knowledge", { now: "2026-11-10T12:00:00Z", booked: [[1, 2, 9]], knownHours: 2 }, null],
    ["nothing when it is used up already", { now: "2026-11-20T12:00:00Z", spent: "720", booked: [[1, 24, 2]] }, null],
  ])("foretells %s", (_, scene, at) => {
    const { usedUpAt } = burnOf(scene).burn;
    expect(usedUpAt === null ? null : new Date(usedUpAt).toISOString()).toBe(at);
  });
});
