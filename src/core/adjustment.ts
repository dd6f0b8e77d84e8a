import { type Attribution, attribute, type ClaimedAttribution } from "./attribution.ts";
import { costClassOf } from "./cost-class.ts";
import { type ServiceTier, UNALLOCATED } from "./dimensions.ts";
import { type AdjustmentPart, adjustmentKey } from "./event-key.ts";
import type { FieldError } from "./field-error.ts";
import { type UnitPrices, withUnitPrices } from "./given-prices.ts";
import type { AdjustmentInfo, LedgerEntry } from "./ledger-entry.ts";
import type { Quantities } from "./meters.ts";
import { negateUsd, type PicoUsd } from "./money.ts";
import type { Rated, Rater } from "./price-book.ts";
import type { Instant } from "./time.ts";
import type { UsageEvent } from "./usage-event.ts";

/** What is to be different. What is left out stays as it stands. */
export interface Correction {
  /** All of them: a meter that is left out is zero. */
  readonly quantities?: Quantities;
  readonly requests?: number;
  readonly attribution?: ClaimedAttribution;
  readonly provider?: string;
  readonly model?: string;
  readonly serviceTier?: ServiceTier;
  /** Of these meters, instead of what the rates say. */
  readonly unitPrices?: UnitPrices;
}

/** The request for an adjustment: who, when, why, and the hash of what was asked. */
export interface AdjustmentOrder extends Omit<AdjustmentInfo, "part"> {
  readonly contentHash: string;
  readonly receivedAt: Instant;
}

function adjustmentOf(state: LedgerEntry, order: AdjustmentOrder, part: AdjustmentPart): LedgerEntry {
  const { number, requestId, reason, by } = order;
  return {
    ...state,
    kind: "adjustment",
    key: adjustmentKey(state.source, state.id, number, part),
    contentHash: order.contentHash,
    receivedAt: order.receivedAt,
    keyId: by,
    adjustment: { number, part, requestId, reason, by },
  };
}

/** 0 stays 0, and never becomes -0. */
const negate = (count: number) => 0 - count;
const negateOrNull = (amount: PicoUsd | null) => (amount === null ? null : negateUsd(amount));

/** Takes back what stands, to the pico-dollar. */
export function reversalOf(state: LedgerEntry, order: AdjustmentOrder): LedgerEntry {
  return {
    ...adjustmentOf(state, order, "reversal"),
    requests: negate(state.requests),
    quantities: Object.fromEntries(Object.entries(state.quantities).map(([meter, count]) => [meter, negate(count)])),
    charges: state.charges.map((charge) => ({
      ...charge,
      quantity: negate(charge.quantity),
      listCost: negateUsd(charge.listCost),
      cost: negateUsd(charge.cost),
    })),
    listCost: negateOrNull(state.listCost),
    cost: negateOrNull(state.cost),
  };
}

/** The values that somebody has filled. */
function claimedBy(attribution: Attribution): ClaimedAttribution {
  return Object.fromEntries(Object.entries(attribution).filter(([, value]) => value !== UNALLOCATED));
}

/**
 * What to rate. Where the correction names neither provider nor model it is the pair that was found: the entry does not
 * keep which gateway was sent, and its model's name may say nothing beside the provider's. The entry says only of
 * charges whether they are estimated: quantities that nobody corrects stay guessed where all charges were.
 */
function eventOf(state: LedgerEntry, correction: Correction): UsageEvent {
  const guessed = state.charges.length > 0 && state.charges.every((charge) => charge.estimated);
  const model = correction.provider === undefined ? state.model : state.requestedModel;
  return {
    source: state.source,
    id: state.id,
    time: state.time,
    provider: correction.provider ?? state.provider,
    model: correction.model ?? model,
    serviceTier: correction.serviceTier ?? state.serviceTier,
    speed: state.speed,
    ...(state.servingLocation !== undefined && { servingLocation: state.servingLocation }),
    requests: correction.requests ?? state.requests,
    quantities: correction.quantities ?? state.quantities,
    claimed: {},
    tags: state.tags,
    ...(state.responseId !== undefined && { responseId: state.responseId }),
    quantitiesEstimated: guessed && correction.quantities === undefined,
  };
}

export type Rebooking =
  | { readonly ok: true; readonly entry: LedgerEntry }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * What stands instead, at the time of the original. Only who an event is for: its price stays. Anything else: it is
 * rated again, by the rates that hold now for its time.
 */
export function rebookingOf(
  state: LedgerEntry,
  correction: Correction,
  order: AdjustmentOrder,
  rate: Rater,
): Rebooking {
  const claimed = { ...claimedBy(state.attribution), ...correction.attribution };
  const { attribution } = attribute(claimed, { fixed: {}, defaults: {} });
  const entry = { ...adjustmentOf(state, order, "rebooking"), attribution, costClass: costClassOf(attribution) };
  const { attribution: _, ...others } = correction;
  if (correction.attribution !== undefined && Object.keys(others).length === 0) return { ok: true, entry };

  const event = eventOf(state, correction);
  const requestedModel = correction.model ?? state.requestedModel;
  const rated = withUnitPrices(rate(event), event, correction.unitPrices ?? {});
  return rated.ok ? { ok: true, entry: { ...entry, ...priced(event, rated.rated), requestedModel } } : rated;
}

function priced(event: UsageEvent, rated: Rated) {
  return {
    provider: rated.provider,
    model: rated.model,
    serviceTier: event.serviceTier,
    requests: event.requests,
    quantities: event.quantities,
    charges: rated.charges,
    listCost: rated.listCost,
    cost: rated.cost,
    priceStatus: rated.priceStatus,
    priceVersion: rated.priceVersion,
  } satisfies Partial<LedgerEntry>;
}
