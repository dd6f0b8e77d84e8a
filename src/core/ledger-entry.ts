import type { Attribution, AttributionTrace } from "./attribution.ts";
import type { CostClass, PolicyStatus, PriceStatus, ServiceTier, Speed } from "./dimensions.ts";
import type { AdjustmentPart } from "./event-key.ts";
import type { Meter, Quantities } from "./meters.ts";
import type { PicoUsd, UnitPrice } from "./money.ts";
import type { Instant, Month, UsageDate } from "./time.ts";

/** One meter × one rate. `cost = costOf(quantity, unitPrice)`, `listCost = costOf(quantity, listUnitPrice)`. */
export interface Charge {
  readonly meter: Meter;
  /** Signed in a reversal. */
  readonly quantity: number;
  readonly listUnitPrice: UnitPrice;
  readonly unitPrice: UnitPrice;
  readonly listCost: PicoUsd;
  readonly cost: PicoUsd;
  /** The exact tier or meter had no rate, or the sender guessed the quantity. */
  readonly estimated: boolean;
  /** Two public sources differ on the list price. */
  readonly disputed: boolean;
}

/** What an adjustment entry is part of. */
export interface AdjustmentInfo {
  /** 1 for the first replacement of the event, 2 for the next, … */
  readonly number: number;
  readonly part: AdjustmentPart;
  /** The id that the request gave itself. */
  readonly requestId: string;
  readonly reason: string;
  /** The key that asked. */
  readonly by: string;
}

/**
 * What the ledger keeps: a usage event or an adjustment, attributed and priced. Immutable. An adjustment has the
 * `source` and `id` of the event it adjusts; a reversal has every quantity, charge and cost negated.
 */
export interface LedgerEntry {
  readonly v: 1;
  readonly kind: "usage" | "adjustment";
  /** `eventKey` or `adjustmentKey`. */
  readonly key: string;
  readonly source: string;
  readonly id: string;
  readonly contentHash: string;
  readonly time: Instant;
  readonly usageDate: UsageDate;
  readonly bookedMonth: Month;
  readonly receivedAt: Instant;
  /** The id of the ingest key that sent it. */
  readonly keyId: string;
  /** OpenTelemetry's name of the provider, or what was sent where it is none we know. */
  readonly provider: string;
  /** The catalogue's name of the model, or what was sent where the catalogue has none. */
  readonly model: string;
  /** As sent. */
  readonly requestedModel: string;
  readonly serviceTier: ServiceTier;
  readonly speed: Speed;
  readonly servingLocation?: string;
  readonly requests: number;
  readonly quantities: Quantities;
  readonly attribution: Attribution;
  readonly costClass: CostClass;
  readonly tags: Readonly<Record<string, string>>;
  readonly responseId?: string;
  readonly charges: readonly Charge[];
  /** Σ charges; null when unpriced. */
  readonly listCost: PicoUsd | null;
  readonly cost: PicoUsd | null;
  readonly priceStatus: PriceStatus;
  /** Of the rate card that priced it; "" when unpriced. */
  readonly priceVersion: string;
  readonly policyStatus: PolicyStatus;
  /** How attribution and policy came about, where it was not simply as sent. */
  readonly trace?: AttributionTrace;
  /** What the sender itself believes the event to have cost: compared, never booked. Negated in a reversal. */
  readonly senderCost?: PicoUsd;
  readonly adjustment?: AdjustmentInfo;
}

/** An entry as the change stream delivers it: at least once, ordered within its shard. */
export interface Change {
  readonly shard: string;
  /** 21 to 40 digits; compared as text after `paddedSequence`. */
  readonly sequence: string;
  readonly entry: LedgerEntry;
}

/** Sequence numbers are whole numbers of different lengths: as text they compare only when padded. */
export function paddedSequence(sequence: string): string {
  return sequence.padStart(40, "0");
}
