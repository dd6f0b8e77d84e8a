import type { ClaimedAttribution } from "./attribution.ts";
import type { CompiledConfig } from "./compile-config.ts";
import { correctAttribution } from "./correct-attribution.ts";
import { atNoCost } from "./covered-sources.ts";
import type { ServiceTier } from "./dimensions.ts";
import { type AdjustmentPart, adjustmentKey } from "./event-key.ts";
import type { FieldError } from "./field-error.ts";
import { type UnitPrices, withUnitPrices } from "./given-prices.ts";
import { withTrace, withVerdict } from "./judge-entry.ts";
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

/**
 * What is decided anew and nothing else: the price by the rates that hold now for its time, or the cost class by the
 * table that holds now for its day.
 */
export type Restatement = { readonly rerate: true } | { readonly reclassify: true };

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
    ...(state.senderCost !== undefined && { senderCost: negateUsd(state.senderCost) }),
  };
}

/**
 * What to rate. Where the correction names neither provider nor model it is the pair that was found: the entry does not
 * keep which gateway was sent, and its model's name may say nothing beside the provider's. Quantities that
 * nobody corrects stay guessed.
 */
export function eventOf(state: LedgerEntry, correction: Correction): UsageEvent {
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
    quantitiesEstimated: state.trace?.isGuessed === true && correction.quantities === undefined,
  };
}

export type Rebooking =
  | { readonly ok: true; readonly entry: LedgerEntry }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/** What decides now: the rates and the company's rules. */
export interface InForce {
  readonly rate: Rater;
  readonly rules: CompiledConfig;
}

/**
 * What stands instead, at the time of the original: attributed, classified and judged by the rules that hold now for
 * that day. Only who an event is for: its price stays. Anything else: it is rated again, by the rates that hold now.
 */
export function rebookingOf(
  state: LedgerEntry,
  change: Correction | Restatement,
  order: AdjustmentOrder,
  inForce: InForce,
): Rebooking {
  const entry = adjustmentOf(state, order, "rebooking");
  const { costClassOf } = inForce.rules;
  if ("reclassify" in change) {
    return { ok: true, entry: { ...entry, costClass: costClassOf(state.attribution, state.usageDate) } };
  }
  return "rerate" in change ? rerated(entry, {}, inForce) : corrected(entry, change, inForce);
}

function corrected(standing: LedgerEntry, correction: Correction, inForce: InForce): Rebooking {
  const { rules } = inForce;
  const { attribution: changed, ...others } = correction;
  const meant = correctAttribution(standing, changed ?? {}, rules.registry);
  if (!meant.ok) return meant;
  const { attribution, trace } = meant;
  const costClass = rules.costClassOf(attribution, standing.usageDate);
  const entry = withTrace({ ...standing, attribution, costClass }, trace);
  const keepsPrice = changed !== undefined && Object.keys(others).length === 0;
  const priced: Rebooking = keepsPrice ? { ok: true, entry } : rerated(entry, correction, inForce);
  return priced.ok ? { ok: true, entry: withVerdict(priced.entry, rules.verdict) } : priced;
}

function rerated(standing: LedgerEntry, correction: Correction, { rate, rules }: InForce): Rebooking {
  const event = eventOf(standing, correction);
  const coveredBy = rules.coveredBy(standing.source, standing.usageDate);
  const rated = rate(event);
  const given = withUnitPrices(coveredBy === undefined ? rated : atNoCost(rated), event, correction.unitPrices ?? {});
  if (!given.ok) return given;
  const requestedModel = correction.model ?? standing.requestedModel;
  const entry = { ...standing, ...priced(event, given.rated), requestedModel };
  return {
    ok: true,
    entry: withTrace(entry, { ...standing.trace, coveredBy, isGuessed: event.quantitiesEstimated || undefined }),
  };
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
