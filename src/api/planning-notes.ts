import type { Baseline } from "#app/plan-months.ts";
import { sumOver } from "#core/drivers/segment.ts";
import { namedSegments } from "./named-segments.ts";

/** What a reader of a plan must know about where its figures come from. */
export function planningNotes({ segments, leftOut, unused, asOf, months, referenceFrom }: Baseline): string[] {
  const used = segments.map(({ usage }) => usage);
  const withoutCustomers = used.filter(({ activeCustomers }) => activeCustomers === 0n);
  const unpriced = used.filter(({ lines }) => sumOver(lines, (line) => line.unpricedRequests) > 0n);
  const flat = segments[0]?.months.filter(({ isFlat }) => isFlat).length ?? 0;
  const note = (found: typeof used | typeof leftOut, text: string) =>
    found.length === 0 ? [] : [`${namedSegments(found)}: ${text}`];
  return [
    `All amounts are in USD, each cost class apart. Mix and prices are those of ${referenceFrom} to ${asOf}.`,
    ...(flat === 0
      ? []
      : [
          `The last ${flat} of ${months.length} months lie beyond 90 days: their drivers are held, with low confidence.`,
        ]),
    ...note(withoutCustomers, "no usage names its customer, so the calls themselves are the driver."),
    ...note(unpriced, "some calls have no price, and are in no cost."),
    ...note(leftOut, "cost without calls in the reference days, left out: adjustments alone are no driver."),
    ...(unused.length === 0
      ? []
      : [`${unused.join(", ")}: an adoption plan is not used, since no usage of the feature names its customers.`]),
  ];
}
