import { attributionErrors } from "#core/attribution-errors.ts";
import type { CompiledConfig } from "#core/compile-config.ts";
import type { PriceStatus } from "#core/dimensions.ts";
import { liveWindowError } from "#core/event-window.ts";
import type { FieldError } from "#core/field-error.ts";
import type { PicoUsd } from "#core/money.ts";
import type { Rater } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { appendEvents } from "./append-events.ts";
import type { Caller } from "./caller.ts";
import type { CompanyRules } from "./company-rules.ts";
import { differingFields } from "./differing-fields.ts";
import type { AppendOutcome, Ledger } from "./ports/ledger.ts";
import { type EventWarning, type PricedEvent, type Pricing, priceEvent } from "./price-event.ts";

export interface IngestDeps {
  readonly ledger: Ledger;
  readonly rater: () => Promise<Rater>;
  readonly rules: () => Promise<CompanyRules>;
  readonly clock: () => Instant;
  /** base64url */
  readonly sha256: (text: string) => string;
}

export interface IngestResult {
  readonly id: string;
  readonly status: "accepted" | "duplicate" | "conflict" | "quarantined" | "rejected" | "unavailable";
  readonly cost: PicoUsd | null;
  /** Null when rejected, in conflict or unavailable. Of a duplicate: what stands in the ledger. */
  readonly priceStatus: PriceStatus | null;
  readonly warnings: readonly EventWarning[];
  /** Why it is rejected or conflicts; of an event in quarantine, or a duplicate, the dimensions it lacks. */
  readonly errors: readonly FieldError[];
}

const none: readonly never[] = [];

export function rejected(id: string, errors: readonly FieldError[]): IngestResult {
  return { id, status: "rejected", cost: null, priceStatus: null, warnings: none, errors };
}

function unavailable(id: string): IngestResult {
  return { id, status: "unavailable", cost: null, priceStatus: null, warnings: none, errors: none };
}

/** The answer for an event that has been kept just now. */
function taken({ entry, warnings, fate, errors }: PricedEvent): IngestResult {
  const { id, cost, priceStatus } = entry;
  return { id, status: fate === "quarantined" ? "quarantined" : "accepted", cost, priceStatus, warnings, errors };
}

/** What the ledger has said of an event, as its sender is told. */
export function answered(priced: PricedEvent, outcome: AppendOutcome, rules: CompiledConfig): IngestResult {
  const { id } = priced.entry;
  switch (outcome.status) {
    case "accepted":
      return taken(priced);
    case "duplicate": {
      const { cost, priceStatus, attribution, trace } = outcome.existing;
      const errors = attributionErrors(attribution, trace, rules.registry);
      return { id, status: "duplicate", cost, priceStatus, warnings: none, errors };
    }
    case "conflict": {
      const differing = differingFields(outcome.existing, priced.entry);
      const others = differing.length > 0 ? `; what differs: ${differing.join(", ")}` : "";
      const wanted = `a new id, or the same content as before${others}`;
      const error = { path: "id", found: id.slice(0, 100), wanted };
      return { id, status: "conflict", cost: null, priceStatus: null, warnings: none, errors: [error] };
    }
    case "unavailable":
      return unavailable(id);
    default:
      return outcome satisfies never;
  }
}

type Judged = { readonly priced: PricedEvent } | { readonly refused: IngestResult };

/** What its attribution has against keeping an event; nothing is kept of one that is refused. */
export function refusalOf({ entry, fate, errors }: PricedEvent): IngestResult | undefined {
  return fate === "refused" ? rejected(entry.id, errors) : undefined;
}

function judge(event: UsageEvent, caller: Caller, pricing: Pricing): Judged {
  const error = liveWindowError(event.time, pricing.now);
  if (error) return { refused: rejected(event.id, [error]) };
  const priced = priceEvent(event, caller, pricing);
  const refused = refusalOf(priced);
  return refused ? { refused } : { priced };
}

/**
 * Takes usage events, each on its own; results in their order. Nothing is acknowledged before the ledger has it. The
 * same event again is a duplicate, answered with what stands.
 */
export const makeIngest =
  ({ ledger, rater, rules, clock, sha256 }: IngestDeps) =>
  async (events: readonly UsageEvent[], caller: Caller): Promise<readonly IngestResult[]> => {
    const pricing = { rate: await rater(), rules: await rules(), sha256, now: clock() };
    const judged = events.map((event) => judge(event, caller, pricing));
    const outcomes = await appendEvents(
      ledger,
      judged.filter((one) => "priced" in one).map(({ priced }) => priced.entry),
    );
    const next = outcomes.values();
    return judged.map((one) =>
      "priced" in one ? answered(one.priced, next.next().value as AppendOutcome, pricing.rules.compiled) : one.refused,
    );
  };
