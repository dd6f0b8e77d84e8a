import { type LineAtPrices, mixAtOldPrices } from "./bridge-mix.ts";
import { COST_CLASSES, type CostClass } from "./dimensions.ts";
import {
  isNamed,
  namedPercent,
  type Segment,
  type SegmentUsage,
  segmentKey,
  sumOver,
  tokensOf,
} from "./drivers/segment.ts";
import { divHalfEven, type PicoUsd, zeroUsd } from "./money.ts";

/** In the order in which one driver after the other takes its value of the second period. */
export const BRIDGE_PARTS = [
  "new_features",
  "ended_features",
  "length",
  "adoption",
  "requests_per_customer",
  "tokens_per_request",
  "mix",
  "price",
  "other",
] as const;
export type BridgePart = (typeof BRIDGE_PARTS)[number];

/** Exact: they sum to what the second period cost more than the first. */
type BridgeParts = Readonly<Record<BridgePart, PicoUsd>>;

export interface BridgePeriod {
  readonly days: number;
  readonly segments: readonly (Omit<SegmentUsage, "lines"> & { readonly lines: readonly LineAtPrices[] })[];
}

export interface BridgeStep {
  readonly fromCost: PicoUsd;
  readonly toCost: PicoUsd;
  readonly parts: BridgeParts;
}

export interface BridgeSegment extends Segment, BridgeStep {
  /** False: customers are not comparable, so adoption is zero and calls are the driver. */
  readonly byCustomers: boolean;
}

export interface Bridge {
  /** By what the difference is, the largest first. */
  readonly segments: readonly BridgeSegment[];
  /** Classes without spend in both periods are absent. */
  readonly byClass: ReadonlyMap<CostClass, BridgeStep>;
  readonly total: BridgeStep;
}

type Used = BridgePeriod["segments"][number];

const noParts = Object.fromEntries(BRIDGE_PARTS.map((part) => [part, zeroUsd])) as BridgeParts;

interface Volume {
  readonly customers: bigint;
  readonly requests: bigint;
  readonly tokens: bigint;
  readonly cost: bigint;
}

function volumeOf(segment: Used | undefined): Volume {
  const lines = segment?.lines ?? [];
  return {
    customers: segment?.activeCustomers ?? 0n,
    requests: sumOver(lines, ({ requests }) => requests),
    tokens: sumOver(lines, tokensOf),
    cost: sumOver(lines, ({ cost }) => cost),
  };
}

/** The differences of consecutive hypothetical costs, the first of which is the first period's. */
function partsOf(costs: readonly (readonly [BridgePart, bigint])[], start: bigint): BridgeParts {
  const parts: Record<string, bigint> = { ...noParts };
  let before = start;
  for (const [part, cost] of costs) {
    parts[part] = cost - before;
    before = cost;
  }
  return parts as BridgeParts;
}

/** Points by which the share of calls that name their customer may differ. */
const namedPointsMax = 10n;

/** Where senders have only begun to name customers, more known customers are no more customers. */
function isByCustomers(from: Used, to: Used): boolean {
  const points = namedPercent(to) - namedPercent(from);
  return isNamed(from) && isNamed(to) && points <= namedPointsMax && points >= -namedPointsMax;
}

interface Days {
  readonly from: bigint;
  readonly to: bigint;
}

/** Each hypothetical cost is the first period's times exact ratios, rounded once; that of the mix is rounded by line. */
function continued(from: Used, to: Used, days: Days): BridgeParts {
  const [old, now] = [volumeOf(from), volumeOf(to)];
  const scaled = (numerator: bigint, denominator: bigint) => divHalfEven(old.cost * numerator, denominator);
  const byCustomers = isByCustomers(from, to);
  const ofLength = scaled(days.to, days.from);
  const ofRequests = scaled(now.requests, old.requests);
  return partsOf(
    [
      ["length", ofLength],
      ["adoption", byCustomers ? scaled(days.to * now.customers, days.from * old.customers) : ofLength],
      ["requests_per_customer", ofRequests],
      ["tokens_per_request", old.tokens > 0n && now.tokens > 0n ? scaled(now.tokens, old.tokens) : ofRequests],
      ["mix", mixAtOldPrices(from.lines, to.lines)],
      ["price", now.cost],
    ],
    old.cost,
  );
}

/** What became of one segment. A period in which it has no line is one in which it was not there. */
function bridgeSegment(from: Used | undefined, to: Used | undefined, days: Days): BridgeSegment {
  const { feature, costClass } = (to ?? from) as Used;
  const [old, now] = [volumeOf(from), volumeOf(to)];
  const parts = (): BridgeParts => {
    if (from === undefined || from.lines.length === 0) return partsOf([["new_features", now.cost]], 0n);
    if (to === undefined || to.lines.length === 0) return partsOf([["ended_features", 0n]], old.cost);
    if (old.requests <= 0n || now.requests <= 0n) return partsOf([["other", now.cost]], old.cost);
    return continued(from, to, days);
  };
  return {
    ...{ feature, costClass, fromCost: old.cost as PicoUsd, toCost: now.cost as PicoUsd, parts: parts() },
    byCustomers: from !== undefined && to !== undefined && isByCustomers(from, to),
  };
}

function sumOfSteps(steps: readonly BridgeStep[]): BridgeStep {
  const parts = BRIDGE_PARTS.map((part) => [part, sumOver(steps, (step) => step.parts[part])]);
  return {
    fromCost: sumOver(steps, ({ fromCost }) => fromCost) as PicoUsd,
    toCost: sumOver(steps, ({ toCost }) => toCost) as PicoUsd,
    parts: Object.fromEntries(parts) as BridgeParts,
  };
}

const magnitude = ({ fromCost, toCost }: BridgeStep) => (toCost > fromCost ? toCost - fromCost : fromCost - toCost);

function largestFirst(a: BridgeSegment, b: BridgeSegment): number {
  const [ofA, ofB] = [magnitude(a), magnitude(b)];
  if (ofA !== ofB) return ofA > ofB ? -1 : 1;
  return segmentKey(a) < segmentKey(b) ? -1 : 1;
}

/**
 * Why the second period costs something else than the first: by sequential substitution, in the order of BRIDGE_PARTS,
 * for each feature in each cost class. The parts sum to the difference exactly, and the segments to the total.
 */
export function bridge(from: BridgePeriod, to: BridgePeriod): Bridge {
  const old = new Map(from.segments.map((segment) => [segmentKey(segment), segment]));
  const now = new Map(to.segments.map((segment) => [segmentKey(segment), segment]));
  const days: Days = { from: BigInt(from.days), to: BigInt(to.days) };
  const segments = [...new Set([...old.keys(), ...now.keys()])]
    .map((key) => bridgeSegment(old.get(key), now.get(key), days))
    .sort(largestFirst);
  const byClass = COST_CLASSES.flatMap((costClass): [CostClass, BridgeStep][] => {
    const ofClass = segments.filter((segment) => segment.costClass === costClass);
    return ofClass.length === 0 ? [] : [[costClass, sumOfSteps(ofClass)]];
  });
  return { segments, byClass: new Map(byClass), total: sumOfSteps(segments) };
}
