import { judgeDays } from "#core/anomaly-daily.ts";
import { medianOf } from "#core/forecast/order-statistics.ts";
import { meanOf } from "./protocol.ts";

/** How unusual each day of `costs` is from index `from` on. */
export type Detector = (costs: readonly number[], from: number) => readonly number[];

/** No series here is small change: what a floor in money would hide is left to be found. */
const excessMin = Number.MIN_VALUE * 2 ** 100;

const perDay =
  (score: (before: readonly number[], cost: number) => number): Detector =>
  (costs, from) =>
    costs.slice(from).map((cost, ahead) => score(costs.slice(0, from + ahead), cost));

const deviationOf30Days = perDay((before, cost) => {
  const month = before.slice(-30);
  const mean = meanOf(month);
  return (cost - mean) / (Math.sqrt(meanOf(month.map((day) => (day - mean) ** 2))) + 1e-9);
});

/** `floor`: the least deviation, as a share of the median. */
const weekdayMad = (floor: number): Detector =>
  perDay((before, cost) => {
    const same = Array.from({ length: 8 }, (_, week) => before.at(-7 * (week + 1)) as number);
    const median = medianOf(same);
    const deviation = 1.4826 * medianOf(same.map((day) => Math.abs(day - median)));
    return (cost - median) / Math.max(deviation, floor * median, 1e-9);
  });

const weekOverWeek = perDay((before, cost) => cost / ((before.at(-7) as number) + 1e-9));

const ours: Detector = (costs, from) => judgeDays(costs, from, excessMin).map((verdict) => verdict?.score ?? 0);

export const detectors: Readonly<Record<string, Detector>> = {
  "mean + k σ of 30 days": deviationOf30Days,
  "weekday median/MAD, floor 5 %": weekdayMad(0.05),
  "weekday median/MAD, floor 20 %": weekdayMad(0.2),
  "week over week": weekOverWeek,
  "ai-finops": ours,
};
