import { attribute } from "#core/attribution.ts";
import { costClassOf } from "#core/cost-class.ts";
import type { AttributionDimension } from "#core/dimensions.ts";
import { contentOf, eventKey } from "#core/event-key.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { PriceWarning, Rated, Rater } from "#core/price-book.ts";
import { resolveProvider } from "#core/resolve-provider.ts";
import { type Instant, monthOf, usageDateOf } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import type { Caller } from "./caller.ts";

export type EventWarning = PriceWarning | "attribution_overridden" | "unknown_provider" | "unknown_model";

export interface PricedEvent {
  readonly entry: LedgerEntry;
  readonly warnings: readonly EventWarning[];
  /** Required dimensions that nobody filled: the event is quarantined. */
  readonly missing: readonly AttributionDimension[];
}

export interface Pricing {
  readonly rate: Rater;
  /** base64url */
  readonly sha256: (text: string) => string;
  readonly now: Instant;
}

function warningsOf(rated: Rated, overridden: boolean): readonly EventWarning[] {
  if (rated.priceStatus !== "unpriced" && !overridden) return rated.warnings;
  const warnings: EventWarning[] = [...rated.warnings];
  if (overridden) warnings.push("attribution_overridden");
  if (rated.modelUnknown) warnings.push(resolveProvider(rated.provider) ? "unknown_model" : "unknown_provider");
  return warnings;
}

/** Makes of what a sender said the entry that the ledger keeps. */
export function priceEvent(event: UsageEvent, caller: Caller, { rate, sha256, now }: Pricing): PricedEvent {
  const { attribution, missing, overridden } = attribute(event.claimed, caller.attribution);
  const rated = rate(event);
  const usageDate = usageDateOf(event.time);
  const entry: { -readonly [K in keyof LedgerEntry]: LedgerEntry[K] } = {
    v: 1,
    kind: "usage",
    key: eventKey(event.source, event.id),
    source: event.source,
    id: event.id,
    contentHash: sha256(contentOf(event)),
    time: event.time,
    usageDate,
    bookedMonth: monthOf(usageDate),
    receivedAt: now,
    keyId: caller.keyId,
    provider: rated.provider,
    model: rated.model,
    requestedModel: event.model,
    serviceTier: event.serviceTier,
    speed: event.speed,
    requests: event.requests,
    quantities: event.quantities,
    attribution,
    costClass: costClassOf(attribution),
    tags: event.tags,
    charges: rated.charges,
    listCost: rated.listCost,
    cost: rated.cost,
    priceStatus: rated.priceStatus,
    priceVersion: rated.priceVersion,
    policyStatus: "ungoverned",
  };
  if (event.servingLocation !== undefined) entry.servingLocation = event.servingLocation;
  if (event.responseId !== undefined) entry.responseId = event.responseId;
  return { entry, warnings: warningsOf(rated, overridden.length > 0), missing };
}
