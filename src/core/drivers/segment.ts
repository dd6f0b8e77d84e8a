import type { CostClass, ServiceTier } from "../dimensions.ts";
import type { Meter } from "../meters.ts";
import type { PicoUsd } from "../money.ts";

/** Where and with which model: what a segment's mix is made of. */
export interface LinePlace {
  readonly region: string;
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: ServiceTier;
}

/** What a segment has used in one place: exact sums of some days. */
export interface UsageLine extends LinePlace {
  readonly requests: bigint;
  /** Of them: without a price, so that their cost is not known. */
  readonly unpricedRequests: bigint;
  readonly quantities: Readonly<Partial<Record<Meter, bigint>>>;
  readonly cost: PicoUsd;
}

/** A feature in one cost class: the unit of drivers, since classes are never mixed. */
export interface Segment {
  readonly feature: string;
  readonly costClass: CostClass;
}

/** The drivers of a segment's cost in some days. */
export interface SegmentUsage extends Segment {
  /** Different customers; 0 when no usage names one: then the calls themselves are the driver. */
  readonly activeCustomers: bigint;
  /** Calls that name their customer. */
  readonly namedRequests: bigint;
  readonly lines: readonly UsageLine[];
}

const percent = 100n;

/** Of its calls, how many in a hundred name their customer. */
export function namedPercent({ namedRequests, lines }: Pick<SegmentUsage, "namedRequests" | "lines">): bigint {
  const requests = sumOver(lines, (line) => line.requests);
  return requests > 0n ? (namedRequests * percent) / requests : 0n;
}

/** Of fewer, the customers that are known are no measure of those that are there. */
const namedPercentMin = 50n;

export const isNamed = (usage: SegmentUsage) => usage.activeCustomers > 0n && namedPercent(usage) >= namedPercentMin;

/** Injective. */
export const segmentKey = ({ feature, costClass }: Segment) => JSON.stringify([feature, costClass]);

/** Injective. */
export const lineKey = ({ region, provider, model, serviceTier }: LinePlace) =>
  JSON.stringify([region, provider, model, serviceTier]);

/** All tokens, of whatever meter: what images, searches and seconds count is no token. */
export function tokensOf({ quantities }: Pick<UsageLine, "quantities">): bigint {
  let tokens = 0n;
  for (const [meter, quantity] of Object.entries(quantities)) if (meter.endsWith("_tokens")) tokens += quantity;
  return tokens;
}

export function sumOver<T>(items: readonly T[], of: (item: T) => bigint): bigint {
  return items.reduce((sum, item) => sum + of(item), 0n);
}
