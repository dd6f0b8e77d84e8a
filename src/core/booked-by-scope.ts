import { type BookedHour, hourOf, type SpendReading } from "./booked-hours.ts";
import type { BookedByHour } from "./burn-rate.ts";
import type { PicoUsd } from "./money.ts";
import { isWatched } from "./scope-costs.ts";
import type { Instant } from "./time.ts";

/** What each scope has booked, hour by hour. */
export interface BookedByScope {
  /** Scopes that have booked anything, by their keys. */
  readonly scopes: readonly string[];
  /** Of a scope that was never read, nothing is known yet. */
  of(scope: string): BookedByHour | undefined;
}

type Amounts = ReadonlyMap<string, PicoUsd>;

function hoursByScope(hours: readonly (readonly [Instant, Amounts])[]): ReadonlyMap<string, Map<Instant, PicoUsd>> {
  const byScope = new Map<string, Map<Instant, PicoUsd>>();
  for (const [hour, amounts] of hours) {
    for (const [scope, amount] of amounts) {
      const ofScope = byScope.get(scope) ?? new Map<Instant, PicoUsd>();
      byScope.set(scope, ofScope.set(hour, amount));
    }
  }
  return byScope;
}

export function bookedByScope(reading: SpendReading, hours: readonly BookedHour[]): BookedByScope {
  const byScope = hoursByScope(hours.map(({ hour, booked }) => [hour, booked]));
  const lateByScope = hoursByScope(hours.map(({ hour, late }) => [hour, late]));
  const remembered = new Map<string, BookedByHour>();
  return {
    scopes: [...byScope.keys()],
    of(scope) {
      const before = remembered.get(scope);
      if (before !== undefined) return before;
      const since = reading.namedSince.get(scope) ?? (isWatched(JSON.parse(scope)) ? reading.since : undefined);
      if (since === undefined) return undefined;
      // Named, named no more, and named again: what is left of the first time is not all that was booked.
      const known = (hours: ReadonlyMap<Instant, PicoUsd> = new Map()) =>
        new Map([...hours].filter(([hour]) => hour >= hourOf(since)));
      const found: BookedByHour = {
        hours: known(byScope.get(scope)),
        late: known(lateByScope.get(scope)),
        since,
      };
      remembered.set(scope, found);
      return found;
    },
  };
}
