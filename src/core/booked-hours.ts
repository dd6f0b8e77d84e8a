import { addUsd, type PicoUsd, zeroUsd } from "./money.ts";
import { dayMs, hourMs, type Instant, startOfDay, type UsageDate } from "./time.ts";

/** By scope (`scopeKey`) and usage day: what its cells cost. A day that is absent costs nothing. */
export type ScopeCosts = ReadonlyMap<string, ReadonlyMap<UsageDate, PicoUsd>>;

/** What an evaluation has found in the spend cells of the days that may still move. */
export interface SpendReading {
  /** 1 when first stored, and one more with each reading stored. */
  readonly version: number;
  readonly at: Instant;
  /** When the first reading was made: of what was booked before nothing is known. */
  readonly since: Instant;
  /** The first usage day that was read. */
  readonly from: UsageDate;
  readonly costs: ScopeCosts;
  /** Scopes that somebody has named, each with the moment from which on its bookings are known. */
  readonly namedSince: ReadonlyMap<string, Instant>;
}

/** What was booked in an hour, by scope. */
export interface BookedHour {
  /** Its beginning. */
  readonly hour: Instant;
  readonly booked: ReadonlyMap<string, PicoUsd>;
}

/** Cells as they are now. */
export interface FoundCosts {
  /** The first usage day that was read. */
  readonly from: UsageDate;
  readonly costs: ScopeCosts;
  /** Scopes that are read because somebody has named them. All others are told of as soon as they cost anything. */
  readonly named: readonly string[];
}

/** Further back nobody asks. */
export const BOOKED_KEPT_MS = 15 * dayMs;

/** Evaluations come every minute: after a longer rest nobody knows in which hour something was booked. */
const restMsMax = hourMs;

export const hourOf = (at: number): Instant => (Math.floor(at / hourMs) * hourMs) as Instant;

/** Parts of an amount by hour, as large as the hours' parts of the time; what division leaves goes into the last. */
function spreadOver(amount: PicoUsd, from: number, to: number): readonly (readonly [Instant, PicoUsd])[] {
  const parts: [Instant, PicoUsd][] = [];
  let left: bigint = amount;
  for (let at = from; at < to; at = hourOf(at) + hourMs) {
    const end = Math.min(to, hourOf(at) + hourMs);
    const part = end === to ? left : (amount * BigInt(end - at)) / BigInt(to - from);
    parts.push([hourOf(at), part as PicoUsd]);
    left -= part;
  }
  return parts;
}

/**
 * The hours in which a usage day's difference was booked: the running one; after a rest evenly those of the usage day
 * that lie in the rest, if any do.
 */
function hoursOf(difference: PicoUsd, day: UsageDate, lookedAt: Instant, now: Instant) {
  const from = Math.max(lookedAt, startOfDay(day));
  const to = Math.min(now, startOfDay(day) + dayMs);
  const rested = now - lookedAt > restMsMax && to > from;
  return rested ? spreadOver(difference, from, to) : [[hourOf(now), difference] as const];
}

/** Not of a scope named anew, whose days may have cost something long before, nor of one that is named no more. */
function isKnown(last: SpendReading, scope: string, named: ReadonlySet<string>): boolean {
  return named.has(scope) === last.namedSince.has(scope);
}

function addBooked(hours: Map<Instant, Map<string, PicoUsd>>, hour: Instant, scope: string, booked: PicoUsd): void {
  const ofHour = hours.get(hour) ?? new Map<string, PicoUsd>();
  hours.set(hour, ofHour.set(scope, addUsd(ofHour.get(scope) ?? zeroUsd, booked)));
}

interface Difference {
  readonly scope: string;
  readonly day: UsageDate;
  readonly difference: PicoUsd;
}

/** Of days that the last reading has read, or that have begun since; scopes and days that are gone cost nothing. */
function* differences(last: SpendReading, { from, costs, named }: FoundCosts): Generator<Difference> {
  const first = from > last.from ? from : last.from;
  const names = new Set(named);
  for (const scope of new Set([...costs.keys(), ...last.costs.keys()])) {
    if (!isKnown(last, scope, names)) continue;
    const [before, now] = [last.costs.get(scope), costs.get(scope)];
    for (const day of new Set([...(now?.keys() ?? []), ...(before?.keys() ?? [])])) {
      if (day < first) continue;
      const difference = ((now?.get(day) ?? zeroUsd) - (before?.get(day) ?? zeroUsd)) as PicoUsd;
      if (difference !== 0n) yield { scope, day, difference };
    }
  }
}

export interface BookedChange {
  /** To be stored together with what was booked. */
  readonly reading: SpendReading;
  /** What has been booked since the last reading: to be added to these hours. */
  readonly booked: readonly BookedHour[];
}

/**
 * What has been booked since the last reading; undefined when nothing was, and no scope is new. The first reading books
 * nothing: it is what the next is compared with; likewise the first of a scope that somebody names anew.
 *
 * @param lookedAt when the cells were last seen to be as the last reading has them, at the earliest that reading's `at`
 */
export function bookedSince(
  last: SpendReading | undefined,
  found: FoundCosts,
  lookedAt: Instant,
  now: Instant,
): BookedChange | undefined {
  const named = new Map(found.named.map((scope) => [scope, last?.namedSince.get(scope) ?? now]));
  const reading: SpendReading = {
    version: (last?.version ?? 0) + 1,
    at: now,
    since: last?.since ?? now,
    from: found.from,
    costs: found.costs,
    namedSince: named,
  };
  if (last === undefined) return { reading, booked: [] };
  const hours = new Map<Instant, Map<string, PicoUsd>>();
  for (const { scope, day, difference } of differences(last, found)) {
    for (const [hour, part] of hoursOf(difference, day, lookedAt, now)) addBooked(hours, hour, scope, part);
  }
  const isNew = found.named.some((scope) => !last.namedSince.has(scope));
  if (hours.size === 0 && !isNew) return undefined;
  return { reading, booked: [...hours].map(([hour, booked]) => ({ hour, booked })) };
}

/** These hours with what has been booked in addition, each whole; hours in which nothing was are left out. */
export function addedHours(known: readonly BookedHour[], added: readonly BookedHour[]): readonly BookedHour[] {
  const byHour = new Map(known.map((one) => [one.hour, one.booked]));
  return added.map(({ hour, booked }) => {
    const sums = new Map(byHour.get(hour));
    for (const [scope, amount] of booked) sums.set(scope, addUsd(sums.get(scope) ?? zeroUsd, amount));
    return { hour, booked: sums };
  });
}
