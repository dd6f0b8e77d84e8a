import { type Expected, forecastDaily } from "#core/forecast/forecast-daily.ts";
import type { Window } from "./windows.ts";

/** Percent of the actual values inside. */
export interface Coverage {
  readonly days80: number;
  readonly days95: number;
  readonly totals80: number;
  readonly totals95: number;
}

class Tally {
  inside80 = 0;
  inside95 = 0;
  count = 0;

  add(actual: number, { p025, p10, p90, p975 }: Expected): void {
    this.count++;
    if (actual >= p10 && actual <= p90) this.inside80++;
    if (actual >= p025 && actual <= p975) this.inside95++;
  }
}

/** Of each of the days, and of the totals of the first 10, 20 and 30. */
export function coverageOf(windows: readonly Window[]): Coverage {
  const ofDays = new Tally();
  const ofTotals = new Tally();
  for (const { history, actual } of windows) {
    const { days, totals } = forecastDaily(history, actual.length);
    let total = 0;
    for (const [ahead, day] of actual.entries()) {
      total += day;
      ofDays.add(day, days[ahead] as Expected);
      if ((ahead + 1) % 10 === 0) ofTotals.add(total, totals[ahead] as Expected);
    }
  }
  return {
    days80: (100 * ofDays.inside80) / ofDays.count,
    days95: (100 * ofDays.inside95) / ofDays.count,
    totals80: (100 * ofTotals.inside80) / ofTotals.count,
    totals95: (100 * ofTotals.inside95) / ofTotals.count,
  };
}
