import type { AdoptionPlan } from "#core/adoption-plan.ts";
import { driverSeries } from "#core/drivers/driver-series.ts";
import { monthsFrom, nextMonth } from "#core/drivers/plan-months.ts";
import { plannedSegment } from "#core/drivers/plan-state.ts";
import { type PlannedAdoption, withAdoptionPlans } from "#core/drivers/planned-adoption.ts";
import { reconciledWith } from "#core/drivers/reconciled.ts";
import { isNamed, type Segment, type SegmentUsage, segmentKey, sumOver } from "#core/drivers/segment.ts";
import { forecastDrivers, type MonthDrivers, referenceDays } from "#core/forecast-drivers.ts";
import { lastSettledDay } from "#core/settled-day.ts";
import { addDays, type Instant, type Month, monthOf, type UsageDate, usageDateOf } from "#core/time.ts";
import type { AuditedDocuments } from "./ports/audited-documents.ts";
import type { ForecastStore } from "./ports/forecasts.ts";
import type { QueryEngine } from "./ports/query-engine.ts";
import { readDriverDays, readSegments } from "./read-drivers.ts";

const historyDays = 180;

export interface BaselineSegment {
  /** Of the reference days. */
  readonly usage: SegmentUsage;
  readonly months: readonly MonthDrivers[];
}

/** The months to come as they will be if nothing is changed. */
export interface Baseline extends PlannedAdoption {
  /** The last day that it knows. */
  readonly asOf: UsageDate;
  /** The first of the days on which mix and price rest. */
  readonly referenceFrom: UsageDate;
  readonly months: readonly Month[];
  readonly segments: readonly BaselineSegment[];
  /** Without calls in the reference days: nothing can be said of what each would cost. */
  readonly leftOut: readonly SegmentUsage[];
  /** The last day of the forecast that the months are reconciled with; null when none has been made. */
  readonly forecastAsOf: UsageDate | null;
  readonly withoutForecast: readonly Segment[];
}

export interface PlanMonthsDeps {
  readonly engine: QueryEngine;
  readonly adoptionPlans: Pick<AuditedDocuments<AdoptionPlan>, "list">;
  readonly forecasts: Pick<ForecastStore, "latest">;
  readonly clock: () => Instant;
}

/** From the month after the running one on, `count` months. */
export const makePlanMonths =
  ({ engine, adoptionPlans, forecasts, clock }: PlanMonthsDeps) =>
  async (count: number): Promise<Baseline> => {
    const now = clock();
    const asOf = lastSettledDay(now);
    const from = addDays(asOf, 1 - historyDays);
    const referenceFrom = addDays(asOf, 1 - referenceDays);
    const [days, used, plans, run] = await Promise.all([
      readDriverDays(engine, from, asOf),
      readSegments(engine, referenceFrom, asOf),
      adoptionPlans.list(),
      forecasts.latest(),
    ]);
    // Few calls that name their customer do not tell how many customers there are.
    const usages = used.map((usage) => (isNamed(usage) ? usage : { ...usage, activeCustomers: 0n }));
    const months = monthsFrom(nextMonth(monthOf(usageDateOf(now))), count);
    const series = driverSeries(days, from, asOf);
    const none = { requests: [], tokens: [], activeCustomers: [] };
    const isCalled = ({ lines }: SegmentUsage) => sumOver(lines, ({ requests }) => requests) > 0n;
    const segments = usages.filter(isCalled).map((usage) => ({
      usage,
      months: forecastDrivers(series.get(segmentKey(usage)) ?? none, {
        ...{ lastDay: asOf, months, referenceCustomers: usage.activeCustomers },
      }),
    }));
    const forecast = segments.map(({ usage, months: drivers }) => plannedSegment(usage, drivers));
    const { state, withoutForecast } =
      run === undefined ? { state: forecast, withoutForecast: [] } : reconciledWith(run, forecast);
    const adopted = withAdoptionPlans(
      state,
      plans.map(({ document }) => document),
    );
    const leftOut = usages.filter((usage) => !isCalled(usage));
    const forecastAsOf = run?.asOf ?? null;
    return { ...adopted, ...{ asOf, referenceFrom, months, segments, leftOut, forecastAsOf, withoutForecast } };
  };
