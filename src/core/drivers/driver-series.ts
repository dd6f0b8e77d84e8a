import { daysBetween, eachDay, type UsageDate } from "../time.ts";
import { type Segment, segmentKey } from "./segment.ts";

/** A day's drivers of one segment. */
export interface DriverDay extends Segment {
  readonly usageDate: UsageDate;
  readonly requests: bigint;
  readonly tokens: bigint;
  /** Different customers of that day; they do not add up over days. */
  readonly activeCustomers: bigint;
}

/** One value a day, the oldest first. */
export interface DriverSeries {
  readonly requests: readonly number[];
  readonly tokens: readonly number[];
  readonly activeCustomers: readonly number[];
}

/** The series of each segment by its key: a day without a row is one without usage. */
export function driverSeries(
  days: readonly DriverDay[],
  from: UsageDate,
  to: UsageDate,
): ReadonlyMap<string, DriverSeries> {
  const length = eachDay(from, to).length;
  const empty = () => new Array<number>(length).fill(0);
  const series = new Map<string, { requests: number[]; tokens: number[]; activeCustomers: number[] }>();
  for (const day of days) {
    const key = segmentKey(day);
    const known = series.get(key) ?? { requests: empty(), tokens: empty(), activeCustomers: empty() };
    const place = daysBetween(from, day.usageDate);
    known.requests[place] = Number(day.requests);
    known.tokens[place] = Number(day.tokens);
    known.activeCustomers[place] = Number(day.activeCustomers);
    series.set(key, known);
  }
  return series;
}
