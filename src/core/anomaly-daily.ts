import { meanOf, medianOf } from "./forecast/order-statistics.ts";

/** What a day was against what was usual. */
export interface DayVerdict {
  /** What such a weekday costs at the level of the last two weeks. */
  readonly expected: number;
  /** Cost − expected. */
  readonly excess: number;
  /** How unusual; above 1 it is an anomaly, when the excess is worth it. */
  readonly score: number;
  readonly isAnomaly: boolean;
}

const weekDays = 7;
const weeks = 8;
const usualDays = weeks * weekDays;
const levelDays = 14;
const spreadDays = 42;
const historyDaysMin = 14;
/** What a robust deviation is of the standard deviation of a normal distribution. */
const madToSigma = 1.4826;
/** A day 25 % off is usual even in a series that never moved: no scale of deviations is smaller. */
const spreadFloor = 0.25;
/** While there are fewer than two weeks of deviations to know better. */
const spreadUnknown = 0.3;
/** Half a false episode in 30 days on real series (docs/forecast.md). */
const scoreUnit = 1.9;
/** A weekday without spend counts as a tenth of an average day, so that ratios to it mean something. */
const weekdayShareMin = 0.1;
/** However low the last two weeks were: what lies idle for a week is not expected to stay so. */
const levelRatioMin = 0.3;
/** Days that are together unusual, though none of them is by itself: a step, the start of a leak. */
const runDays = 3;

type Cost = number | null;
const isKnown = (cost: Cost | undefined): cost is number => cost !== null && cost !== undefined;

/** The medians by weekday over 8 weeks before `day`: at 0 that of its own weekday, at 1 of the next. */
function weekdayMedians(costs: readonly Cost[], day: number): number[] {
  return Array.from({ length: weekDays }, (_, weekday) => {
    const same: number[] = [];
    for (let t = day - usualDays + weekday; t < day; t += weekDays) {
      const cost = costs[t];
      if (isKnown(cost)) same.push(cost);
    }
    return medianOf(same);
  });
}

interface Usual {
  readonly expected: number;
  /** What a deviation is relative to: a quiet Sunday is judged by the average day. */
  readonly base: number;
}

function usualOf(costs: readonly Cost[], day: number, excessMin: number): Usual {
  const medians = weekdayMedians(costs, day);
  const average = meanOf(medians);
  const typical = medians.map((median) => Math.max(median, weekdayShareMin * average, excessMin * weekdayShareMin));
  const ratios: number[] = [];
  for (let back = 1; back <= levelDays; back++) {
    const cost = costs[day - back];
    if (isKnown(cost)) ratios.push(cost / (typical[(levelDays - back) % weekDays] as number));
  }
  const ratio = ratios.length === 0 ? 1 : Math.max(levelRatioMin, medianOf(ratios));
  const expected = (typical[0] as number) * ratio;
  return { expected, base: Math.max(expected, average, excessMin) };
}

/** The scale of the last six weeks' deviations before `day`: their MAD about what was expected, and the floor. */
function spreadBefore(deviations: readonly (number | undefined)[], day: number): number {
  const known = deviations.slice(Math.max(0, day - spreadDays), day).filter((deviation) => deviation !== undefined);
  const spread = madToSigma * medianOf(known.map(Math.abs));
  return Math.hypot(spreadFloor, known.length < historyDaysMin ? Math.max(spread, spreadUnknown) : spread);
}

function scoreOf(deviations: readonly (number | undefined)[], day: number, deviation: number): number {
  const spread = spreadBefore(deviations, day);
  const alone = deviation / spread;
  if (alone <= 1) return alone / scoreUnit;
  const run = deviations.slice(day - runDays + 1, day).reduce((sum: number, each) => sum + (each ?? 0), deviation);
  return Math.max(alone, run / Math.sqrt(runDays) / spread) / scoreUnit;
}

/**
 * A verdict on each day of `costs` from index `from` on; undefined for an unknown day (null) and while fewer than two
 * weeks are known before it. 14 weeks of history before `from` are used; more changes nothing.
 *
 * The usual cost is the median of the same weekday in 8 weeks, moved to the level of the last two (the median of its
 * days against their weekdays), so that growth is no anomaly. A deviation counts relative to it, against the median
 * deviation of six weeks and a floor; and so do those of three days together, when the day itself is high. Only days
 * that cost more are anomalies, and only from an excess of `excessMin` (above 0, in the unit of `costs`) on.
 * Negative days (adjustments) count as zero.
 */
export function judgeDays(
  costs: readonly (number | null)[],
  from: number,
  excessMin: number,
): readonly (DayVerdict | undefined)[] {
  if (!(excessMin > 0)) throw new RangeError(`judgeDays: the least excess must be above 0, got ${excessMin}`);
  const booked = costs.map((cost) => (cost === null ? null : Math.max(0, cost)));
  const deviations: (number | undefined)[] = booked.map(() => undefined);
  const verdicts: (DayVerdict | undefined)[] = [];
  const firstKnown = booked.findIndex(isKnown);
  for (let day = Math.max(0, from - spreadDays); day < booked.length; day++) {
    const cost = booked[day];
    let verdict: DayVerdict | undefined;
    if (isKnown(cost) && day - firstKnown >= historyDaysMin) {
      const { expected, base } = usualOf(booked, day, excessMin);
      const excess = cost - expected;
      const score = scoreOf(deviations, day, excess / base);
      deviations[day] = excess / base;
      verdict = { expected, excess, score, isAnomaly: score > 1 && excess >= excessMin };
    }
    if (day >= from) verdicts.push(verdict);
  }
  return verdicts;
}
