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

export function bookedByScope(reading: SpendReading, hours: readonly BookedHour[]): BookedByScope {
  const byScope = new Map<string, Map<Instant, PicoUsd>>();
  for (const { hour, booked } of hours) {
    for (const [scope, amount] of booked) {
      const ofScope = byScope.get(scope) ?? new Map<Instant, PicoUsd>();
      byScope.set(scope, ofScope.set(hour, amount));
    }
  }
  const known = new Map<string, BookedByHour>();
  return {
    scopes: [...byScope.keys()],
    of(scope) {
      const remembered = known.get(scope);
      if (remembered !== undefined) return remembered;
      const since = reading.namedSince.get(scope) ?? (isWatched(JSON.parse(scope)) ? reading.since : undefined);
      if (since === undefined) return undefined;
      // Named, named no more, and named again: what is left of the first time is not all that was booked.
      // Bookings are known by the hour: what is known of the first one counts as if it were all.
      const from = hourOf(since);
      const found: BookedByHour = {
        hours: new Map([...(byScope.get(scope) ?? [])].filter(([hour]) => hour >= from)),
        since: from,
      };
      known.set(scope, found);
      return found;
    },
  };
}
