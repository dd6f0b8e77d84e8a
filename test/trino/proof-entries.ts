import type { LedgerEntry } from "#core/ledger-entry.ts";
import { METERS } from "#core/meters.ts";
import type { PicoUsd } from "#core/money.ts";
import { addDays, dayMs, formatInstant, type Instant, startOfDay, type UsageDate } from "#core/time.ts";
import { entry } from "../lake/entries.ts";

/** The same numbers in every run: x → 69069 x + 1 modulo 2^32, its upper half. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 69_069) + 1) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const teams = ["search", 'it\'s "quoted"', "поиск", "検索🦜", "a,b={c}"];
const tags = [{}, { sprint: "42" }, { ключ: "", __proto__x: "a,b={c}", "it's": "\\é漢🦜" }];
const quantities = METERS.filter((meter) => meter !== "requests");
const allMeters = Object.fromEntries(quantities.map((meter, i) => [meter, i + 1]));

/** So many entries over so many days, the last of them `lastDay`: values that a careless statement would confuse. */
export function entriesOver(days: number, lastDay: UsageDate, count: number): LedgerEntry[] {
  const next = numbers(days + count);
  return Array.from({ length: count }, (_, i): LedgerEntry => {
    const day = addDays(lastDay, -(i % days));
    const made = entry({
      id: `event-${i}`,
      source: i % 7 === 0 ? "it's another app" : "app",
      time: formatInstant((startOfDay(day) + next(dayMs)) as Instant),
      team: teams[next(teams.length)] ?? "",
      feature: `feature-${next(4)}`,
      cost: next(10) === 0 ? null : BigInt(next(2 ** 31)) * BigInt(next(2 ** 31)) + BigInt(next(1000)),
      input: next(10 ** 9),
      output: next(3) * 1000,
      ...(next(4) > 0 && { customer: `kunde-${next(20)}-ü` }),
    });
    return {
      ...made,
      model: `model-${next(5)}`,
      tags: tags[next(tags.length)] ?? {},
      requests: 1 + next(1000),
      quantities: next(20) === 0 ? allMeters : made.quantities,
      ...(next(2) === 0 && { servingLocation: "eu", responseId: `chatcmpl-'"\\é漢-${i}` }),
    };
  });
}

/** Amounts that a float, a 64-bit integer or a sum of less than 38 digits would not hold, in teams of their own. */
export function extremes(time: string): LedgerEntry[] {
  const amounts = [10n ** 36n - 1n, -(10n ** 36n - 1n), 92_233_720_368_547_758_080_000_000_001n, 1n, 0n];
  return amounts.map((cost, i) => ({
    ...entry({ id: `extreme-${i}`, team: `extreme-${i}`, time, cost: 0n, input: Number.MAX_SAFE_INTEGER }),
    cost: cost as PicoUsd,
    listCost: -cost as PicoUsd,
    tags: { "": "", "'": "''", "🦜": "\u200b" },
  }));
}
