import type { Caller } from "#app/caller.ts";
import type { Baseline, BaselineSegment, makePlanMonths } from "#app/plan-months.ts";
import type { WireDriversReport } from "#contract/drivers.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { driversOf } from "#core/drivers/plan-state.ts";
import { segmentKey, sumOver } from "#core/drivers/segment.ts";
import { formatUsd, type PicoUsd } from "#core/money.ts";
import { largestSegments } from "./largest-segments.ts";
import { planningNotes } from "./planning-notes.ts";
import { driverMonths, referenceDrivers, shownDrivers, shownLine } from "./shown-drivers.ts";

export interface DriversDeps {
  readonly planMonths: ReturnType<typeof makePlanMonths>;
}

export const monthsByDefault = 12;

function shownSegments(baseline: Baseline, feature: string | undefined): Pick<WireDriversReport, "segments" | "rest"> {
  const planned = new Map(baseline.state.map((segment) => [segmentKey(segment), segment]));
  const monthOf = driverMonths(baseline);
  const asked = baseline.segments.filter(({ usage }) => feature === undefined || usage.feature === feature);
  const { shown, rest } = largestSegments(asked, (segment) => referenceDrivers(segment).cost);
  const costIn = ({ usage }: BaselineSegment, place: number) => {
    const month = planned.get(segmentKey(usage))?.months[place];
    return month === undefined ? 0n : driversOf(month).cost;
  };
  const usd = (amount: bigint) => formatUsd(amount as PicoUsd);
  return {
    segments: shown.map((segment) => {
      const { usage } = segment;
      const months = planned.get(segmentKey(usage))?.months ?? [];
      return {
        ...{ feature: usage.feature, cost_class: usage.costClass, named_requests: Number(usage.namedRequests) },
        reference: shownDrivers(referenceDrivers(segment)),
        lines: feature === undefined ? [] : usage.lines.map(shownLine),
        months: months.map((month) => ({
          ...monthOf(usage, month.month),
          drivers: shownDrivers(driversOf(month)),
        })),
      };
    }),
    rest:
      rest.length === 0
        ? null
        : {
            segments: rest.length,
            reference_cost_usd: usd(sumOver(rest, (segment) => referenceDrivers(segment).cost)),
            months: baseline.months.map((month, place) => ({
              ...{ month, cost_usd: usd(sumOver(rest, (segment) => costIn(segment, place))) },
            })),
          },
  };
}

export const makeDriversHandler =
  ({ planMonths }: DriversDeps): Handlers<Routes, Caller>["readDrivers"] =>
  async ({ query: { months = monthsByDefault, feature } }) => {
    const baseline = await planMonths(months);
    return {
      status: 200,
      body: {
        ...{ currency: "USD", as_of: baseline.asOf },
        reference: { from: baseline.referenceFrom, to: baseline.asOf },
        ...shownSegments(baseline, feature),
        notes: planningNotes(baseline),
      },
    };
  };
