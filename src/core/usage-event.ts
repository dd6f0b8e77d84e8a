import type { EventAttribution } from "./attribution.ts";
import type { ServiceTier, Speed } from "./dimensions.ts";
import type { Quantities } from "./meters.ts";
import type { PicoUsd } from "./money.ts";
import type { Instant } from "./time.ts";

/** One AI call, or a group of `requests` calls, as its sender told it: parsed, its usage in disjoint meters. */
export interface UsageEvent {
  readonly source: string;
  readonly id: string;
  readonly time: Instant;
  /** As sent; `resolveProvider` knows the spellings. */
  readonly provider: string;
  readonly model: string;
  readonly serviceTier: ServiceTier;
  readonly speed: Speed;
  /** Where the model ran: "us", "eu", "us-east-1", "global"…; undefined when nobody said. */
  readonly servingLocation?: string;
  /** Calls in the event, at least 1. Not repeated in `quantities`. */
  readonly requests: number;
  /** Never holds `requests`. */
  readonly quantities: Quantities;
  readonly claimed: EventAttribution;
  readonly tags: Readonly<Record<string, string>>;
  /** The provider's own id of the call. */
  readonly responseId?: string;
  /** The sender guessed the quantities: every charge is estimated. */
  readonly quantitiesEstimated: boolean;
  /** What the sender itself believes it to have cost. No part of its content: it is compared, never booked. */
  readonly senderCost?: PicoUsd;
}
