import type { Expected } from "./forecast/forecast-daily.ts";
import type { ScopeForecast } from "./forecast-run.ts";
import { divHalfEven, type PicoUsd, zeroUsd } from "./money.ts";
import { roundedUsd } from "./rounded-usd.ts";
import { daysBetween, type UsageDate } from "./time.ts";

/** What is spent and what is expected of the days that are left, up to a period's end; none is below what is spent. */
export interface PeriodEnd {
  readonly mean: PicoUsd;
  /** The 80 % interval. */
  readonly p10: PicoUsd;
  readonly p90: PicoUsd;
  /** The 95 % interval. */
  readonly p025: PicoUsd;
  readonly p975: PicoUsd;
}

interface SpentSoFar {
  /** In the period, today included. */
  readonly spent: PicoUsd;
  readonly spentToday: PicoUsd;
}

const picoUsdPerMicroUsd = 1_000_000n;

/** Forecasts are ordinary numbers; one beyond what money can hold is taken as nothing. */
export const expectedCost = (amount: number): PicoUsd => roundedUsd(Math.max(0, amount)) ?? zeroUsd;

const larger = (a: bigint, b: bigint) => (a > b ? a : b);

/** No expectation is as exact as a booking: to the millionth of a dollar. */
const rounded = (cost: bigint) => divHalfEven(cost, picoUsdPerMicroUsd) * picoUsdPerMicroUsd;

/**
 * Of `days` days, after `past` days of the forecast that are over. Intervals are forecast of totals from the first day
 * on: that of a later stretch is taken to be as wide, relative to what it is expected to cost.
 */
function expectedOf(totals: readonly Expected[], past: number, days: number): Omit<Expected, "p50"> {
  const whole = totals[past + days - 1];
  const mean = (whole?.mean ?? 0) - (totals[past - 1]?.mean ?? 0);
  const share = whole === undefined || whole.mean === 0 ? 1 : mean / whole.mean;
  const at = (name: keyof Expected) => (whole?.[name] ?? 0) * share;
  return { mean, p025: at("p025"), p10: at("p10"), p90: at("p90"), p975: at("p975") };
}

/** Undefined where the forecast does not reach the period's last day. Today counts with no less than it has cost. */
export function expectedAtEnd(
  forecast: Pick<ScopeForecast, "days" | "totals">,
  { spent, spentToday }: SpentSoFar,
  { asOf, today, to }: { readonly asOf: UsageDate; readonly today: UsageDate; readonly to: UsageDate },
): PeriodEnd | undefined {
  const past = Math.max(0, daysBetween(asOf, today) - 1);
  const left = daysBetween(today, to) + 1;
  if (past + left > forecast.totals.length) return undefined;
  const expected = expectedOf(forecast.totals, past, left);
  const more = larger(spentToday - expectedCost(forecast.days[past]?.mean ?? 0), 0n);
  const at = (name: keyof PeriodEnd) =>
    larger(rounded(spent - spentToday + more + expectedCost(expected[name])), spent) as PicoUsd;
  return { mean: at("mean"), p10: at("p10"), p90: at("p90"), p025: at("p025"), p975: at("p975") };
}
