import type { DriverSeries } from "./drivers/driver-series.ts";
import { daysOfMonth } from "./drivers/plan-months.ts";
import type { Confidence } from "./forecast/confidence.ts";
import { forecastDaily, forecastMeans } from "./forecast/forecast-daily.ts";
import { ratioOf, wholeRatio } from "./ratio.ts";
import { daysBetween, type Month, type UsageDate } from "./time.ts";
import type { Ratio } from "./token-ratio.ts";

/** Days ahead that are forecast; all later ones are as the last four weeks of these. */
const forecastDays = 90;
const flatDays = 28;
/** The days before the plan on which mix, price and the reach of a day rest. */
export const referenceDays = 30;

const ratioScale = 1_000_000;

/** A month's drivers as they are expected, without mix and price: those stay. */
export interface MonthDrivers {
  readonly month: Month;
  /** Null when no usage names its customer. */
  readonly activeCustomers: bigint | null;
  readonly requests: bigint;
  /** Tokens per request against the reference days. */
  readonly tokenFactor: Ratio;
  readonly confidence: Confidence["level"];
  /** True when days beyond those that are forecast belong to it. */
  readonly isFlat: boolean;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

interface Ahead {
  /** Of the days of a month. */
  readonly total: (places: readonly number[]) => number;
}

function ahead(means: readonly number[]): Ahead {
  const flat = sum(means.slice(-flatDays)) / flatDays;
  return { total: (places) => sum(places.map((place) => means[place] ?? flat)) };
}

/** Of two ratios; as before where one of the four is no more than zero. */
function factorOf(tokens: number, requests: number, oldTokens: number, oldRequests: number): Ratio {
  if (Math.min(tokens, requests, oldTokens, oldRequests) <= 0) return wholeRatio;
  const factor = tokens / requests / (oldTokens / oldRequests);
  return ratioOf(BigInt(Math.round(factor * ratioScale)), BigInt(ratioScale));
}

/** So many days without a customer at the end are no weekend: the feature has stopped. */
const stoppedDays = 7;

/**
 * Somebody who is there on some days of a month is one of its customers: so many for each one on a mean day. The days
 * before a feature began, and those after it has stopped, are none of its days.
 */
function reachOf(activeCustomers: readonly number[], reference: bigint): number {
  const isActive = (count: number) => count > 0;
  const first = Math.max(activeCustomers.findIndex(isActive), activeCustomers.length - referenceDays);
  const last = activeCustomers.findLastIndex(isActive);
  const isStopped = activeCustomers.length - 1 - last >= stoppedDays;
  const days = activeCustomers.slice(Math.max(0, first), isStopped ? last + 1 : undefined);
  const total = sum(days);
  return total > 0 ? (Number(reference) * days.length) / total : 0;
}

/**
 * What the drivers of a segment will be, month by month, from its days up to `lastDay`.
 * @param referenceCustomers different customers of the last 30 days
 */
export function forecastDrivers(
  series: DriverSeries,
  { lastDay, months, referenceCustomers }: { lastDay: UsageDate; months: readonly Month[]; referenceCustomers: bigint },
): MonthDrivers[] {
  const daily = forecastDaily(series.requests, forecastDays);
  const requestsAhead = ahead(daily.days.map(({ mean }) => mean));
  const tokensAhead = ahead(forecastMeans(series.tokens, forecastDays));
  const customersAhead = ahead(forecastMeans(series.activeCustomers, forecastDays));
  const reach = reachOf(series.activeCustomers, referenceCustomers);
  const oldRequests = sum(series.requests.slice(-referenceDays));
  const oldTokens = sum(series.tokens.slice(-referenceDays));
  return months.map((month) => {
    const places = daysOfMonth(month).map((day) => daysBetween(lastDay, day) - 1);
    const requests = requestsAhead.total(places);
    const isFlat = places.some((place) => place >= forecastDays);
    const customers = Math.round((customersAhead.total(places) / places.length) * reach);
    return {
      ...{ month, requests: BigInt(Math.round(requests)) },
      activeCustomers: reach === 0 ? null : BigInt(Math.max(customers, requests > 0 ? 1 : 0)),
      tokenFactor: factorOf(tokensAhead.total(places), requests, oldTokens, oldRequests),
      ...{ confidence: isFlat ? "low" : daily.confidence.level, isFlat },
    };
  });
}
