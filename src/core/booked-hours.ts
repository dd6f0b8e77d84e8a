import { addUsd, type PicoUsd, zeroUsd } from "./money.ts";
import { dayMs, hourMs, type Instant, startOfDay, type UsageDate, usageDateOf } from "./time.ts";

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
  /** The last stretch in which nobody looked, for as long as what is found may have come in it. */
  readonly rest?: Rest;
}

interface Rest {
  readonly from: Instant;
  readonly to: Instant;
}

/** What was booked in an hour, by scope. */
export interface BookedHour {
  /** Its beginning. */
  readonly hour: Instant;
  readonly booked: ReadonlyMap<string, PicoUsd>;
  /** What of it is usage of the day before the hour's; a scope that is absent has none. */
  readonly late: ReadonlyMap<string, PicoUsd>;
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
/** What has waited for the end of a rest comes within so long after it. */
const afterRestMs = hourMs;
/** A reading that is as it was is stored again after so long: so a rest is told from a quiet time. */
const storedAgainMs = 30 * 60_000;
/** As many amounts does a change book at once, some 30 bytes each when stored. A rest has 48 hours at most. */
const amountsMax = 30_000;

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

/** The rest that what is found now may have come in; undefined while somebody looks. */
function restOf(last: SpendReading, now: Instant): Rest | undefined {
  if (now - last.at > restMsMax) return { from: last.at, to: now };
  return last.rest !== undefined && now >= last.rest.to && now - last.rest.to < afterRestMs ? last.rest : undefined;
}

/**
 * The hours in which a usage day's difference was booked: the running one; after a rest evenly those of the usage day
 * that lie in the rest or after it, if any do.
 */
function hoursOf(difference: PicoUsd, day: UsageDate, rest: Rest | undefined, now: Instant) {
  const from = rest && Math.max(rest.from, startOfDay(day));
  const to = Math.min(now, startOfDay(day) + dayMs);
  return from !== undefined && to > from ? spreadOver(difference, from, to) : [[hourOf(now), difference] as const];
}

/** Not of a scope named anew, whose days may have cost something long before, nor of one that is named no more. */
function isKnown(last: SpendReading, scope: string, named: ReadonlySet<string>): boolean {
  return named.has(scope) === last.namedSince.has(scope);
}

type Sums = Map<string, PicoUsd>;

function addTo<K>(sums: Map<K, PicoUsd>, key: K, amount: PicoUsd): void {
  sums.set(key, addUsd(sums.get(key) ?? zeroUsd, amount));
}

interface Difference {
  readonly scope: string;
  readonly day: UsageDate;
  readonly difference: PicoUsd;
}

interface Part extends Difference {
  readonly hour: Instant;
}

function bookedHour(hour: Instant, parts: readonly Part[]): BookedHour {
  const [booked, late]: [Sums, Sums] = [new Map(), new Map()];
  const ownDay = usageDateOf(hour);
  for (const { scope, day, difference } of parts) {
    addTo(booked, scope, difference);
    if (day < ownDay) addTo(late, scope, difference);
  }
  return { hour, booked, late };
}

/** Costs as they were before these parts were booked. */
function without(costs: ScopeCosts, parts: readonly Part[]): ScopeCosts {
  const left = new Map(costs);
  for (const [scope, ofScope] of Map.groupBy(parts, (part) => part.scope)) {
    const days = new Map(costs.get(scope));
    for (const { day, difference } of ofScope) addTo(days, day, -difference as PicoUsd);
    left.set(scope, days);
  }
  return left;
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
  /** There is more than is stored at once: this is as if it had been read earlier, and the rest is to be booked next. */
  readonly isPart: boolean;
}

/**
 * What has been booked since the last reading; undefined when nothing was, no scope is new and the reading is young. The
 * first reading books nothing: it is what the next is compared with; likewise the first of a scope that somebody names
 * anew.
 */
export function bookedSince(last: SpendReading | undefined, found: FoundCosts, now: Instant): BookedChange | undefined {
  const named = new Map(found.named.map((scope) => [scope, last?.namedSince.get(scope) ?? now]));
  const reading: SpendReading = {
    version: (last?.version ?? 0) + 1,
    at: now,
    since: last?.since ?? now,
    from: found.from,
    costs: found.costs,
    namedSince: named,
  };
  if (last === undefined) return { reading, booked: [], isPart: false };
  const rest = restOf(last, now);
  const parts = [...differences(last, found)].flatMap(({ scope, day, difference }) =>
    hoursOf(difference, day, rest, now).map(([hour, part]): Part => ({ scope, day, hour, difference: part })),
  );
  const isNew = found.named.some((scope) => !last.namedSince.has(scope));
  if (parts.length === 0 && !isNew && now - last.at < storedAgainMs) return undefined;
  return changeOf({ ...reading, ...(rest && { rest }) }, parts);
}

function changeOf(reading: SpendReading, parts: readonly Part[]): BookedChange {
  const byHour = [...Map.groupBy(parts, ({ hour }) => hour)].sort(([a], [b]) => a - b);
  const hoursAtOnce = Math.max(1, Math.floor(amountsMax / Math.max(1, reading.costs.size)));
  const booked = byHour.slice(0, hoursAtOnce).map(([hour, ofHour]) => bookedHour(hour, ofHour));
  const left = byHour.slice(hoursAtOnce);
  const [next] = left;
  if (next === undefined) return { reading, booked, isPart: false };
  const costs = without(
    reading.costs,
    left.flatMap(([, ofHour]) => ofHour),
  );
  const rest = { from: next[0], to: reading.at };
  return { reading: { ...reading, at: next[0], costs, rest }, booked, isPart: true };
}

function addedSums(known: ReadonlyMap<string, PicoUsd> | undefined, added: ReadonlyMap<string, PicoUsd>) {
  const sums: Sums = new Map(known);
  for (const [scope, amount] of added) addTo(sums, scope, amount);
  return sums;
}

/** These hours with what has been booked in addition, each whole; hours in which nothing was are left out. */
export function addedHours(known: readonly BookedHour[], added: readonly BookedHour[]): readonly BookedHour[] {
  const byHour = new Map(known.map((one) => [one.hour, one]));
  return added.map(({ hour, booked, late }) => {
    const before = byHour.get(hour);
    return { hour, booked: addedSums(before?.booked, booked), late: addedSums(before?.late, late) };
  });
}
