import type { MonthDrivers } from "../forecast-drivers.ts";
import type { PicoUsd } from "../money.ts";
import { multipleOf, noneRatio, productOf, ratioOf, rounded, sumOfRatios, wholeRatio } from "../ratio.ts";
import type { Month } from "../time.ts";
import type { Ratio } from "../token-ratio.ts";
import { type Segment, type SegmentUsage, sumOver, tokensOf, type UsageLine } from "./segment.ts";

/** A part of a segment's mix in a month, as multiples of what it was in the reference days. */
export interface PlannedLine {
  readonly usage: UsageLine;
  /** Of its calls. */
  readonly scale: Ratio;
  /** Of its tokens per request; a line without tokens has no use for it. */
  readonly tokens: Ratio;
  /** Of its price. */
  readonly price: Ratio;
}

/** A month of a segment: its lines are those of its base customers, whom adoption multiplies, by nothing when it is paused. */
export interface PlannedMonth {
  readonly month: Month;
  /** Null: no usage names its customer. */
  readonly baseCustomers: bigint | null;
  readonly adopted: Ratio;
  readonly lines: readonly PlannedLine[];
}

export function customersOf({ baseCustomers, adopted }: PlannedMonth): bigint | null {
  return baseCustomers === null ? null : rounded(multipleOf(baseCustomers, adopted));
}

export interface PlannedSegment extends Segment {
  readonly months: readonly PlannedMonth[];
}

/** What a month comes to: each driver, and their product. */
export interface Drivers {
  /** Null: no usage names its customer, the calls themselves are the driver. */
  readonly activeCustomers: bigint | null;
  readonly requests: bigint;
  readonly tokens: bigint;
  /** Exact up to one rounding for each line of the mix, half even. */
  readonly cost: PicoUsd;
}

export function driversOf(month: PlannedMonth): Drivers {
  const { adopted, lines } = month;
  const requestsIn = ({ usage, scale }: PlannedLine) => productOf(usage.requests, [scale, adopted]);
  const tokensIn = ({ usage, scale, tokens }: PlannedLine) => productOf(tokensOf(usage), [scale, tokens, adopted]);
  const costIn = ({ usage, scale, tokens, price }: PlannedLine) =>
    rounded(productOf(usage.cost, [scale, price, adopted, ...(tokensOf(usage) > 0n ? [tokens] : [])]));
  return {
    activeCustomers: customersOf(month),
    requests: rounded(sumOfRatios(lines.map(requestsIn))),
    tokens: rounded(sumOfRatios(lines.map(tokensIn))),
    cost: sumOver(lines, costIn) as PicoUsd,
  };
}

/** A segment as it will be if nothing is changed. Its calls of the reference days must be more than none. */
export function plannedSegment(usage: SegmentUsage, months: readonly MonthDrivers[]): PlannedSegment {
  const { feature, costClass, lines } = usage;
  const reference = sumOver(lines, ({ requests }) => requests);
  return {
    ...{ feature, costClass },
    months: months.map(({ month, activeCustomers, requests, tokenFactor }) => {
      const isPaused = requests === 0n || activeCustomers === 0n;
      const scale = isPaused ? wholeRatio : ratioOf(requests, reference);
      return {
        month,
        // Of a month without use, what its customers would use is what they did.
        baseCustomers: activeCustomers === null || activeCustomers > 0n ? activeCustomers : usage.activeCustomers,
        adopted: isPaused ? noneRatio : wholeRatio,
        lines: lines.map((line) => ({ usage: line, scale, tokens: tokenFactor, price: wholeRatio })),
      };
    }),
  };
}
