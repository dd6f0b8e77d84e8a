import { medianOf } from "./order-statistics.ts";
import { daysPerWeek } from "./weekday-shape.ts";

/** The history as the methods want it: from the first day with spend, no gap, none negative, the largest day 1. */
export interface Prepared {
  readonly days: Float64Array;
  /** What 1 stands for; 0 when nothing was ever spent. */
  readonly unit: number;
  readonly unknownDays: number;
  readonly hasNegatives: boolean;
}

function assertFinite(history: readonly (number | null)[]): void {
  for (const [day, cost] of history.entries()) {
    if (cost !== null && !Number.isFinite(cost)) throw new RangeError(`forecast: day ${day} of the history is ${cost}`);
  }
}

/** A negative day takes back spend of the days before it, the latest first; what it finds nothing for is dropped. */
function carryBack(days: (number | null)[]): void {
  let credit = 0;
  for (let t = days.length - 1; t >= 0; t--) {
    const cost = days[t] ?? null;
    if (cost === null) continue;
    const net = cost - credit;
    credit = Math.max(0, -net);
    days[t] = Math.max(0, net);
  }
}

/** An unknown day: the median of the same weekday in the four weeks around it, else of all known days. */
function fillGaps(days: readonly (number | null)[]): Float64Array {
  const isKnown = (cost: number | null | undefined): cost is number => cost !== null && cost !== undefined;
  const known = days.filter(isKnown);
  return Float64Array.from(days, (cost, t) => {
    if (cost !== null) return cost;
    const near = [-2, -1, 1, 2].map((week) => days[t + week * daysPerWeek]).filter(isKnown);
    return medianOf(near.length > 0 ? near : known);
  });
}

/** Throws a RangeError for a day that is no finite number. */
export function prepareHistory(history: readonly (number | null)[]): Prepared {
  assertFinite(history);
  const days = [...history];
  carryBack(days);
  const first = days.findIndex((cost) => cost !== null && cost > 0);
  const spent = first === -1 ? [] : days.slice(first);
  const filled = fillGaps(spent);
  const unit = filled.reduce((most, cost) => Math.max(most, cost), 0);
  return {
    days: filled.map((cost) => cost / unit),
    unit,
    unknownDays: spent.filter((cost) => cost === null).length,
    hasNegatives: history.some((cost) => cost !== null && cost < 0),
  };
}
