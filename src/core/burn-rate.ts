import type { BudgetState } from "./budget-state.ts";
import { divHalfEven, type PicoUsd } from "./money.ts";
import { addDays, dayMs, hourMs, type Instant, startOfDay } from "./time.ts";

/** What a scope has booked, by the hour of booking. An hour that is absent has booked nothing. */
export interface BookedByHour {
  /** By the beginning of the hour. */
  readonly hours: ReadonlyMap<Instant, PicoUsd>;
  /** What of it is usage of the day before the hour's. */
  readonly late: ReadonlyMap<Instant, PicoUsd>;
  /** Nothing is known of what was booked before. */
  readonly since: Instant;
}

interface BurnWindow {
  readonly hours: 1 | 24 | 168;
  readonly booked: PicoUsd;
  /** For how many of these hours it is known what was booked; what is not known counts as nothing. */
  readonly knownHours: number;
  /** `booked` ÷ the hours known. */
  readonly perHour: PicoUsd;
  /** How many times the even rate that is; 0 of an amount of nothing. */
  readonly multiple: number;
}

export interface BurnRate {
  /** The rate that would use up the amount exactly at the period's end, over all of it. */
  readonly evenPerHour: PicoUsd;
  readonly windows: readonly BurnWindow[];
  /** When the amount is used up at the rate of the last 24 hours; null: already, not known, or not in this period. */
  readonly usedUpAt: Instant | null;
  /** The multiple that it burns at where an alert is due: of the last hour, or of the last day or week. */
  readonly fast: number | null;
  readonly slow: number | null;
}

/** 2 % of a month's budget in an hour: 0.02 × 720. */
export const FAST_MULTIPLE = 14.4;
/** 10 % of a month's budget in a day; over the last six hours too, so that what has ended is told no more. */
export const SLOW_MULTIPLE = 3;
/** The budget is used up after two thirds of its period: no week of working days and a weekend hides that. */
const LEAK_MULTIPLE = 1.5;
/** What costs less in the hour or the day is told to nobody: small budgets are watched by their thresholds. */
const BURN_USD_MIN = (5n * 10n ** 12n) as PicoUsd;

const recentMsMin = 15 * 60_000;
/** Of a rate that is known for less, nothing is extrapolated. */
const projectedHoursMin = 6;

const hourOf = (at: number) => Math.floor(at / hourMs) * hourMs;

/**
 * Booked in the `hours` hours before `now`. Bookings are known by the hour: of the hour that the window begins in, the
 * share that lies in it.
 */
function bookedIn(hours: ReadonlyMap<Instant, PicoUsd>, from: number, now: Instant): PicoUsd {
  let sum = 0n;
  for (const [hour, booked] of hours) {
    if (hour > now || hour + hourMs <= from) continue;
    const insideMs = hour >= from ? hourMs : hour + hourMs - from;
    sum += insideMs === hourMs ? booked : divHalfEven(booked * BigInt(Math.round(insideMs)), BigInt(hourMs));
  }
  return sum as PicoUsd;
}

interface Pace {
  readonly amount: PicoUsd;
  readonly periodHours: number;
}

/** How many times the even rate `booked` in so many hours is, to four decimals. */
function multipleOf(booked: PicoUsd, hours: number, { amount, periodHours }: Pace): number {
  if (amount <= 0n || hours <= 0) return 0;
  const share = Number((booked * 10n ** 12n) / amount) / 1e12;
  return Math.round((share / hours) * periodHours * 1e4) / 1e4;
}

function windowOf(size: BurnWindow["hours"], { hours, since }: BookedByHour, now: Instant, pace: Pace): BurnWindow {
  const knownHours = Math.max(0, Math.min(size, (now - since) / hourMs));
  const booked = bookedIn(hours, now - size * hourMs, now);
  const knownMs = BigInt(Math.max(1, Math.round(knownHours * hourMs)));
  const perHour = (knownHours === 0 ? 0n : divHalfEven(booked * BigInt(hourMs), knownMs)) as PicoUsd;
  return { hours: size, booked, knownHours, perHour, multiple: multipleOf(booked, knownHours, pace) };
}

/**
 * Only what this period has booked to its own days counts: what the last one was told of is not told again at its end,
 * and its last usage comes after midnight.
 */
function inPeriod({ hours, late }: BookedByHour, { from }: BudgetState): ReadonlyMap<Instant, PicoUsd> {
  const start = startOfDay(from);
  const isFirstDay = (hour: Instant) => hour < start + dayMs;
  const own = [...hours].filter(([hour]) => hour >= start);
  return new Map(
    own.map(([hour, booked]) => [hour, isFirstDay(hour) ? ((booked - (late.get(hour) ?? 0n)) as PicoUsd) : booked]),
  );
}

function fastOf(hours: ReadonlyMap<Instant, PicoUsd>, now: Instant, pace: Pace): number | null {
  const booked = bookedIn(hours, now - hourMs, now);
  const multiple = multipleOf(booked, 1, pace);
  if (booked < BURN_USD_MIN || multiple < FAST_MULTIPLE) return null;
  // The running hour so far, or 15 minutes: it is still going on.
  const recentMs = Math.max(recentMsMin, now - hourOf(now));
  const recent = multipleOf(bookedIn(hours, now - recentMs, now), recentMs / hourMs, pace);
  return recent < FAST_MULTIPLE ? null : multiple;
}

/** Hours that burnt fast were told of as such, and count no more. */
function withoutFastHours(hours: ReadonlyMap<Instant, PicoUsd>, pace: Pace): ReadonlyMap<Instant, PicoUsd> {
  const isSlow = (booked: PicoUsd) => booked < BURN_USD_MIN || multipleOf(booked, 1, pace) < FAST_MULTIPLE;
  return new Map([...hours].filter(([, booked]) => isSlow(booked)));
}

/** Over longer windows than the period there is no rate to compare. Windows that are not known whole count as they are. */
function slowOf(
  { budget }: BudgetState,
  hours: ReadonlyMap<Instant, PicoUsd>,
  now: Instant,
  pace: Pace,
): number | null {
  if (budget.period === "day") return null;
  const left = withoutFastHours(hours, pace);
  const bookedSince = (windowHours: number) => bookedIn(left, now - windowHours * hourMs, now);
  const [hours6, day, week] = [bookedSince(6), bookedSince(24), bookedSince(168)];
  if (day < BURN_USD_MIN) return null;
  const [of6, ofDay, ofWeek] = [multipleOf(hours6, 6, pace), multipleOf(day, 24, pace), multipleOf(week, 168, pace)];
  if (ofDay >= SLOW_MULTIPLE && of6 >= SLOW_MULTIPLE) return ofDay;
  const isLeak = budget.period !== "week" && ofWeek >= LEAK_MULTIPLE && ofDay >= LEAK_MULTIPLE;
  return isLeak ? ofWeek : null;
}

/** Whether it is known when the amount is used up, or that it is not. */
export function isProjectable({ windows }: Pick<BurnRate, "windows">): boolean {
  return windows.every(({ hours, knownHours }) => knownHours >= Math.min(hours, projectedHoursMin));
}

function usedUpAt({ amount, spent, to }: BudgetState, day: BurnWindow, now: Instant): Instant | null {
  if (spent >= amount) return null;
  if (day.knownHours < projectedHoursMin || day.perHour <= 0n) return null;
  const inMs = ((amount - spent) * BigInt(hourMs)) / day.perHour;
  const at = BigInt(now) + inMs;
  return at < BigInt(startOfDay(addDays(to, 1))) ? (Number(at) as Instant) : null;
}

/**
 * How fast a budget's scope books, and whether somebody must be told: fast, when an hour burns what a budget may in
 * half a day; or slow, of a leak of days that will use it up before its period's end. Never both.
 */
export function burnRate(state: BudgetState, booked: BookedByHour, now: Instant): BurnRate {
  const { amount, from, to } = state;
  const periodHours = (startOfDay(addDays(to, 1)) - startOfDay(from)) / hourMs;
  const pace = { amount, periodHours };
  const [hour, day, week] = ([1, 24, 168] as const).map((size) => windowOf(size, booked, now, pace)) as [
    BurnWindow,
    BurnWindow,
    BurnWindow,
  ];
  const exhausted = usedUpAt(state, day, now);
  const counted = inPeriod(booked, state);
  const fast = fastOf(counted, now, pace);
  const slow = fast !== null || (exhausted === null && state.spent < amount) ? null : slowOf(state, counted, now, pace);
  const evenPerHour = divHalfEven(amount, BigInt(Math.round(periodHours))) as PicoUsd;
  return { evenPerHour, windows: [hour, day, week], usedUpAt: exhausted, fast, slow };
}
