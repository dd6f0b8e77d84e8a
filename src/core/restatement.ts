import type { ClaimedAttribution } from "./attribution.ts";
import { ATTRIBUTION_DIMENSIONS, type AttributionDimension, type CostClass, UNALLOCATED } from "./dimensions.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import type { Meter } from "./meters.ts";
import type { PicoUsd } from "./money.ts";
import { addUsd, zeroUsd } from "./money.ts";
import { dimensionsOf } from "./spend-cell.ts";

/**
 * What can be done to many events at once, each by an adjustment of its own. `assign` fills dimensions that are
 * unallocated; `reprice` rates again by the prices that hold now for the time of the usage; `reclassify` books to the
 * cost class that the company's table has now for the usage date; `void` takes back what a key has sent.
 */
export const RESTATEMENT_KINDS = ["assign", "reprice", "reclassify", "void"] as const;
export type RestatementKind = (typeof RESTATEMENT_KINDS)[number];

/** What `assign` fills. The purpose is never missing: one that is named replaces what stands. */
export type Assignment = Readonly<Pick<ClaimedAttribution, AttributionDimension | "purpose">>;

/** Of an assignment what an event with this attribution takes; undefined when it lacks none of its dimensions. */
export function assignmentTo({ attribution }: LedgerEntry, set: Assignment): ClaimedAttribution | undefined {
  const lacking = ATTRIBUTION_DIMENSIONS.filter((name) => set[name] !== undefined && attribution[name] === UNALLOCATED);
  if (lacking.length === 0) return undefined;
  const filled = Object.fromEntries(lacking.map((name) => [name, set[name]]));
  return { ...filled, ...(set.purpose && { purpose: set.purpose }) };
}

const inText = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);

/** What a report, or an explanation of its cost, can tell from another entry. */
const figuresOf = ({ attribution, costClass, charges, cost, listCost, ...entry }: LedgerEntry) =>
  JSON.stringify(
    [dimensionsOf({ ...entry, attribution, costClass, charges, cost, listCost }), attribution, charges, cost, listCost],
    inText,
  );

/** True when booking `b` instead of `a` would change no figure. */
export function isSameUsage(a: LedgerEntry, b: LedgerEntry): boolean {
  return figuresOf(a) === figuresOf(b);
}

/** Events of one kind, and what they cost before and after. Unpriced ones have no cost: they are counted. */
export interface RestatedGroup {
  readonly provider: string;
  readonly model: string;
  readonly costClass: CostClass;
  /** Null when they are voided. */
  readonly costClassAfter: CostClass | null;
  readonly events: number;
  readonly requests: number;
  readonly before: PicoUsd;
  readonly after: PicoUsd;
  readonly unpricedBefore: number;
  readonly unpricedAfter: number;
}

export interface RestatedEvent {
  readonly state: LedgerEntry;
  /** Undefined when it is voided. */
  readonly instead: LedgerEntry | undefined;
}

const isUnpriced = (entry: LedgerEntry | undefined) => (entry !== undefined && entry.cost === null ? 1 : 0);

/** Events that have no cost, and what they lack a price for. */
export interface UnpricedGroup {
  readonly provider: string;
  readonly model: string;
  /** None: they count nothing. */
  readonly meters: readonly Meter[];
  readonly events: number;
}

/** In the order in which they were met. */
export function unpricedGroups(events: readonly Omit<UnpricedGroup, "events">[]): UnpricedGroup[] {
  const groups = Map.groupBy(events, ({ provider, model, meters }) => JSON.stringify([provider, model, meters]));
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [{ ...first, events: 1 + others.length }] : []));
}

/** By provider and model as they stand, and by cost class before and after; in the order in which they were met. */
export function restatedGroups(events: readonly RestatedEvent[]): RestatedGroup[] {
  const groups = new Map<string, RestatedGroup>();
  for (const { state, instead } of events) {
    const { provider, model, costClass } = state;
    const costClassAfter = instead?.costClass ?? null;
    const key = JSON.stringify([provider, model, costClass, costClassAfter]);
    const group = groups.get(key);
    groups.set(key, {
      ...{ provider, model, costClass, costClassAfter },
      events: (group?.events ?? 0) + 1,
      requests: (group?.requests ?? 0) + state.requests,
      before: addUsd(group?.before ?? zeroUsd, state.cost ?? zeroUsd),
      after: addUsd(group?.after ?? zeroUsd, instead?.cost ?? zeroUsd),
      unpricedBefore: (group?.unpricedBefore ?? 0) + isUnpriced(state),
      unpricedAfter: (group?.unpricedAfter ?? 0) + isUnpriced(instead),
    });
  }
  return [...groups.values()];
}
