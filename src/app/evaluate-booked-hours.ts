import { type BookedByScope, bookedByScope } from "#core/booked-by-scope.ts";
import {
  addedHours,
  BOOKED_KEPT_MS,
  type BookedHour,
  bookedSince,
  hourOf,
  type SpendReading,
} from "#core/booked-hours.ts";
import { aheadMsMax, earliestOpenDate } from "#core/event-window.ts";
import type { ScopeSums } from "#core/scope-costs.ts";
import type { SpendCell } from "#core/spend-cell.ts";
import { hourMs, type Instant, usageDateOf } from "#core/time.ts";
import type { BookedHours } from "./ports/booked-hours.ts";
import type { SpendStore } from "./ports/spend.ts";
import { Unavailable } from "./unavailable.ts";

export interface MeasureBookedDeps {
  readonly spend: Pick<SpendStore, "read">;
  readonly booked: BookedHours;
  readonly clock: () => Instant;
}

/** What is known of what was booked, up to now. */
export interface Booked {
  /** One more whenever anything was booked, a scope is new, or half an hour has passed. */
  readonly version: number;
  readonly byScope: BookedByScope;
  /** The cells of the open days, as they were read. */
  readonly cells: readonly SpendCell[];
}

/** Each lost to another evaluator, which has booked the same. */
const attemptsMax = 5;

/**
 * Reads the cells of the open days and books what is new in them. What has been read before is remembered: of a process
 * that goes on, only the last hours are read again. Two at once, or one killed anywhere, book nothing twice.
 */
export function makeMeasureBooked({ spend, booked, clock }: MeasureBookedDeps) {
  /** The hours as of a version of the reading; what is past does not change. */
  let known: { readonly version: number; readonly hours: readonly BookedHour[] } = { version: 0, hours: [] };
  let grouped: { readonly version: number; readonly byScope: BookedByScope } | undefined;

  /** Once the reading is read: hours that another evaluator writes in between belong to a later version. */
  async function hoursAt(version: number, now: Instant): Promise<readonly BookedHour[]> {
    const earliest = hourOf(now - BOOKED_KEPT_MS);
    if (known.version !== version) {
      // A rest is spread over the hours since the reading before, at most two days.
      const from = known.hours.length === 0 ? earliest : Math.max(earliest, hourOf(now) - 72 * hourMs);
      const kept = known.hours.filter(({ hour }) => hour < from);
      known = { version, hours: [...kept, ...(await booked.hours(from as Instant))] };
    }
    return known.hours.filter(({ hour }) => hour >= earliest);
  }

  function bookedAt(reading: SpendReading, hours: readonly BookedHour[], cells: readonly SpendCell[]): Booked {
    const { version } = reading;
    if (grouped?.version !== version) grouped = { version, byScope: bookedByScope(reading, hours) };
    return { ...grouped, cells };
  }

  async function attempt(sums: ScopeSums): Promise<Booked | "lost" | "part"> {
    const last = await booked.last();
    const hours = last === undefined ? [] : await hoursAt(last.version, clock());
    const now = clock();
    const from = earliestOpenDate(now);
    const cells = await spend.read(from, usageDateOf((now + aheadMsMax) as Instant));
    const change = bookedSince(last, { from, costs: sums.costsOf(cells), named: sums.named }, now);
    if (change === undefined) return last === undefined ? "lost" : bookedAt(last, hours, cells);
    const { reading, isPart } = change;
    const added = addedHours(hours, change.booked);
    if ((await booked.put(reading, added)) === "stale") return "lost";
    const changed = new Set(added.map(({ hour }) => hour));
    const all = [...hours.filter(({ hour }) => !changed.has(hour)), ...added].sort((a, b) => a.hour - b.hour);
    known = { version: reading.version, hours: all };
    return isPart ? "part" : bookedAt(reading, all, cells);
  }

  return async (sums: ScopeSums): Promise<Booked> => {
    for (let lost = 0; lost < attemptsMax; ) {
      const measured = await attempt(sums);
      if (measured === "lost") lost++;
      else if (measured !== "part") return measured;
    }
    throw new Unavailable("booked hours", { cause: new Error(`${attemptsMax} other evaluators booked in turn`) });
  };
}
