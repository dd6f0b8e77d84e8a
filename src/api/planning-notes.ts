import type { Baseline } from "#app/plan-months.ts";
import { type Segment, type SegmentUsage, sumOver } from "#core/drivers/segment.ts";
import { namedSegments } from "./named-segments.ts";

function reconciliation({ forecastAsOf, withoutForecast }: Baseline): string[] {
  if (forecastAsOf === null) {
    return ["No forecast has been made yet: each month is the product of its own drivers, forecast one by one."];
  }
  const stated = `Calls are scaled so that each feature of a class costs what the forecast as of ${forecastAsOf} expects of it; days beyond its 90 are each as a mean day of its last four weeks.`;
  const apart = `${namedSegments(withoutForecast)}: not in that forecast, so each month is the product of its own drivers.`;
  return withoutForecast.length === 0 ? [stated] : [stated, apart];
}

/** What a reader of a plan must know about where its figures come from. */
export function planningNotes(baseline: Baseline): string[] {
  const { segments, leftOut, unused, overlaps, asOf, months, referenceFrom } = baseline;
  const used = segments.map(({ usage }) => usage);
  const isUnnamed = ({ namedRequests }: SegmentUsage) => namedRequests === 0n;
  const withoutCustomers = used.filter((usage) => usage.activeCustomers === 0n && isUnnamed(usage));
  const partlyNamed = used.filter((usage) => usage.activeCustomers === 0n && !isUnnamed(usage));
  const unpriced = used.filter(({ lines }) => sumOver(lines, (line) => line.unpricedRequests) > 0n);
  const flat = segments[0]?.months.filter(({ isFlat }) => isFlat).length ?? 0;
  const note = (found: readonly Segment[], text: string) =>
    found.length === 0 ? [] : [`${namedSegments(found)}: ${text}`];
  return [
    `All amounts are in USD, each cost class apart. Mix and prices are those of ${referenceFrom} to ${asOf}.`,
    ...(flat === 0
      ? []
      : [
          `The last ${flat} of ${months.length} months lie beyond 90 days: their drivers are held, with low confidence.`,
        ]),
    ...reconciliation(baseline),
    ...note(withoutCustomers, "no usage names its customer, so the calls themselves are the driver."),
    ...note(partlyNamed, "fewer than half of the calls name their customer, so the calls themselves are the driver."),
    ...note(unpriced, "some calls have no price, and are in no cost."),
    ...note(leftOut, "cost without calls in the reference days, left out: adjustments alone are no driver."),
    ...(overlaps.length === 0
      ? []
      : [`Several adoption plans have the same month: ${overlaps.slice(0, 5).join(", ")}.`]),
    ...(unused.length === 0
      ? []
      : [`${unused.join(", ")}: an adoption plan is not used, since no usage of the feature names its customers.`]),
  ];
}
