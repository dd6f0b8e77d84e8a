import type { ForecastRun, ScopeForecast } from "../forecast-run.ts";
import { makeTimes, noneRatio, ratioOf, wholeRatio } from "../ratio.ts";
import { scopeKey } from "../scope-key.ts";
import { daysBetween, type Month, type UsageDate } from "../time.ts";
import { daysOfMonth } from "./plan-months.ts";
import { driversOf, type PlannedMonth, type PlannedSegment } from "./plan-state.ts";
import type { Segment } from "./segment.ts";

/** Days beyond the forecast's are each as a mean day of the last four weeks that it has. */
const flatDays = 28;
const picoUsdPerUsd = 1e12;

interface Reconciled {
  readonly state: readonly PlannedSegment[];
  /** Those that the run has no forecast of: they stay as their own drivers have them. */
  readonly withoutForecast: readonly Segment[];
}

/** What the forecast expects of a month, in pico-dollars. */
function expectedIn(month: Month, { days }: ScopeForecast, asOf: UsageDate): bigint {
  const flat = days.slice(-flatDays).reduce((sum, { mean }) => sum + mean, 0) / flatDays;
  const means = daysOfMonth(month).map((day) => days[daysBetween(asOf, day) - 1]?.mean ?? flat);
  return BigInt(Math.round(means.reduce((sum, mean) => sum + mean, 0) * picoUsdPerUsd));
}

/** The month with its calls multiplied so that it costs what is expected; as it is where its calls cost nothing. */
function costing(month: PlannedMonth, expected: bigint): PlannedMonth {
  const running = { ...month, adopted: wholeRatio };
  const { cost } = driversOf(running);
  if (cost <= 0n) return month;
  if (expected <= 0n) return { ...month, adopted: noneRatio };
  const scaled = makeTimes(ratioOf(expected, cost));
  return { ...running, lines: month.lines.map((line) => ({ ...line, scale: scaled(line.scale) })) };
}

/**
 * The months so that each feature of a class costs what the forecast in force expects of it: there is one answer to what
 * a month will cost. Calls take the difference; customers, tokens per call and prices stay.
 */
export function reconciledWith(run: ForecastRun, state: readonly PlannedSegment[]): Reconciled {
  const forecasts = new Map(run.scopes.map((forecast) => [scopeKey(forecast.scope), forecast]));
  const forecastOf = ({ feature, costClass }: Segment) =>
    forecasts.get(scopeKey({ cost_class: [costClass], feature: [feature] }));
  return {
    state: state.map((segment) => {
      const forecast = forecastOf(segment);
      if (forecast === undefined) return segment;
      const months = segment.months.map((month) => costing(month, expectedIn(month.month, forecast, run.asOf)));
      return { ...segment, months };
    }),
    withoutForecast: state.filter((segment) => forecastOf(segment) === undefined),
  };
}
