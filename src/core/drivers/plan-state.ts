import type { MonthDrivers } from "../forecast-drivers.ts";
import type { PicoUsd } from "../money.ts";
import { multipleOf, ratioOf, rounded, sumOfRatios, times, wholeRatio } from "../ratio.ts";
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

export interface PlannedMonth {
  readonly month: Month;
  readonly customers: bigint | null;
  readonly lines: readonly PlannedLine[];
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

const tokensIn = ({ usage, scale, tokens }: PlannedLine) => multipleOf(tokensOf(usage), times(scale, tokens));

function costIn({ usage, scale, tokens, price }: PlannedLine): bigint {
  const ofCalls = times(scale, price);
  return rounded(multipleOf(usage.cost, tokensOf(usage) > 0n ? times(ofCalls, tokens) : ofCalls));
}

export function driversOf({ customers, lines }: PlannedMonth): Drivers {
  return {
    activeCustomers: customers,
    requests: rounded(sumOfRatios(lines.map(({ usage, scale }) => multipleOf(usage.requests, scale)))),
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
      const scale = ratioOf(requests, reference);
      return {
        ...{ month, customers: activeCustomers },
        lines: lines.map((line) => ({ usage: line, scale, tokens: tokenFactor, price: wholeRatio })),
      };
    }),
  };
}
