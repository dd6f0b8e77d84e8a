import type { Attributed } from "#core/attribute-usage.ts";
import { attributionErrors } from "#core/attribution-errors.ts";
import type { Enforcement } from "#core/config.ts";
import { atNoCost } from "#core/covered-sources.ts";
import { UNALLOCATED } from "#core/dimensions.ts";
import { contentOf, eventKey } from "#core/event-key.ts";
import type { FieldError } from "#core/field-error.ts";
import { tidyTrace } from "#core/judge-entry.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { PriceWarning, Rated, Rater } from "#core/price-book.ts";
import { resolveProvider } from "#core/resolve-provider.ts";
import { type Instant, monthOf, usageDateOf } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import type { Caller } from "./caller.ts";
import type { CompanyRules } from "./company-rules.ts";

export type EventWarning =
  | PriceWarning
  | "attribution_overridden"
  | "attribution_unregistered"
  | "attribution_incomplete"
  | "model_unapproved"
  | "unknown_provider"
  | "unknown_model";

export interface PricedEvent {
  readonly entry: LedgerEntry;
  readonly warnings: readonly EventWarning[];
  /** What becomes of it: taken, though perhaps incomplete, kept in quarantine, or refused. */
  readonly fate: "taken" | "quarantined" | "refused";
  /** Of one that is not taken: why its attribution is incomplete. */
  readonly errors: readonly FieldError[];
}

export interface Pricing {
  readonly rate: Rater;
  readonly rules: CompanyRules;
  /** base64url */
  readonly sha256: (text: string) => string;
  readonly now: Instant;
}

const FATE: Readonly<Record<Enforcement, PricedEvent["fate"]>> = {
  observe: "taken",
  quarantine: "quarantined",
  reject: "refused",
};

/** Usage that names no environment is treated as production: leaving it out evades nothing. */
function fateOf({ attribution, missing }: Attributed, { config }: CompanyRules): PricedEvent["fate"] {
  if (missing.length === 0) return "taken";
  const { environment } = attribution;
  return FATE[config.enforcement[environment === UNALLOCATED ? "production" : environment]];
}

function warningsOf(rated: Rated, { missing, overridden, trace }: Attributed, entry: LedgerEntry, isTaken: boolean) {
  const isApproved = entry.policyStatus !== "unapproved";
  const isAttributed = trace === undefined && overridden.length === 0 && missing.length === 0;
  if (rated.priceStatus !== "unpriced" && isAttributed && isApproved) return rated.warnings;
  const warnings: EventWarning[] = [...rated.warnings];
  if (overridden.length > 0) warnings.push("attribution_overridden");
  if (trace?.unregistered !== undefined) warnings.push("attribution_unregistered");
  if (missing.length > 0 && isTaken) warnings.push("attribution_incomplete");
  if (!isApproved) warnings.push("model_unapproved");
  if (rated.modelUnknown) warnings.push(resolveProvider(rated.provider) ? "unknown_model" : "unknown_provider");
  return warnings;
}

/** Makes of what a sender said the entry that the ledger keeps: attributed, classified, priced and judged. */
export function priceEvent(event: UsageEvent, caller: Caller, { rate, rules, sha256, now }: Pricing): PricedEvent {
  const { compiled } = rules;
  const usageDate = usageDateOf(event.time);
  const coveredBy = compiled.coveredBy(event.source, usageDate);
  const rated = coveredBy === undefined ? rate(event) : atNoCost(rate(event));
  const attributed = compiled.attribute(event, caller, rated);
  const { attribution } = attributed;
  const { status: policyStatus, policy } = compiled.verdict({
    provider: rated.provider,
    model: rated.model,
    environment: attribution.environment,
    team: attribution.team,
    usageDate,
    unitPrices: rated.charges,
  });
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
    costClass: compiled.costClassOf(attribution, usageDate),
    tags: event.tags,
    charges: rated.charges,
    listCost: rated.listCost,
    cost: rated.cost,
    priceStatus: rated.priceStatus,
    priceVersion: rated.priceVersion,
    policyStatus,
  };
  if (event.servingLocation !== undefined) entry.servingLocation = event.servingLocation;
  if (event.responseId !== undefined) entry.responseId = event.responseId;
  if (event.senderCost !== undefined) entry.senderCost = event.senderCost;
  const isGuessed = event.quantitiesEstimated ? true : undefined;
  const trace = tidyTrace({ ...attributed.trace, policy, coveredBy, isGuessed });
  if (trace !== undefined) entry.trace = trace;
  const fate = fateOf(attributed, rules);
  const errors = fate === "taken" ? [] : attributionErrors(attribution, trace, compiled.registry);
  return { entry, warnings: warningsOf(rated, attributed, entry, fate === "taken"), fate, errors };
}
