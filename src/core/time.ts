/** A moment: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly unit: "epoch-ms" };
/** A UTC day, "2026-11-23". */
export type UsageDate = string & { readonly unit: "utc-date" };
/** A UTC month, "2026-11". */
export type Month = string & { readonly unit: "utc-month" };

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const instantPattern = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** In UTC: days of other years are not of ten characters. */
const earliestMs = Date.parse("0001-01-01T00:00:00Z");
const latestMs = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * An RFC 3339 date-time with its offset, cut to the millisecond; undefined for anything else, 30 February and years
 * before 1 or after 9999 included.
 */
export function parseInstant(text: string): Instant | undefined {
  if (!instantPattern.test(text) || parseUsageDate(text.slice(0, 10)) === undefined) return undefined;
  const millis = Date.parse(text.replace(/(\.\d{3})\d+/, "$1").toUpperCase());
  return millis >= earliestMs && millis <= latestMs ? (millis as Instant) : undefined;
}

export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** "2026-11-23 10:15 UTC", for people. */
export function minuteText(instant: Instant): string {
  const text = formatInstant(instant);
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
}

export function parseUsageDate(text: string): UsageDate | undefined {
  if (!datePattern.test(text)) return undefined;
  const millis = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 10) !== text) return undefined;
  return text as UsageDate;
}

let lastDay = { day: Number.NaN, date: "" as UsageDate };

/** The last one is remembered: usage comes in by the thousand, and most of it is of one day. */
export function usageDateOf(instant: Instant): UsageDate {
  const day = Math.floor(instant / dayMs);
  if (day !== lastDay.day) lastDay = { day, date: new Date(instant).toISOString().slice(0, 10) as UsageDate };
  return lastDay.date;
}

export function monthOf(date: UsageDate): Month {
  return date.slice(0, 7) as Month;
}

export function startOfDay(date: UsageDate): Instant {
  return Date.parse(`${date}T00:00:00Z`) as Instant;
}

export function addDays(date: UsageDate, days: number): UsageDate {
  return usageDateOf((startOfDay(date) + days * dayMs) as Instant);
}

/** Whole days from `a` to `b`; negative when `b` is earlier. */
export function daysBetween(a: UsageDate, b: UsageDate): number {
  return Math.round((startOfDay(b) - startOfDay(a)) / dayMs);
}

/** Every day from `from` to `to`, both included. */
export function eachDay(from: UsageDate, to: UsageDate): UsageDate[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, i) => addDays(from, i));
}
