import { missingDimensions } from "#core/attribution.ts";
import type { PriceStatus } from "#core/dimensions.ts";
import { liveWindowError } from "#core/event-window.ts";
import type { FieldError } from "#core/field-error.ts";
import type { PicoUsd } from "#core/money.ts";
import type { Rater } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { appendEvents } from "./append-events.ts";
import type { Caller } from "./caller.ts";
import { differingFields } from "./differing-fields.ts";
import type { AppendOutcome, Ledger } from "./ports/ledger.ts";
import { type EventWarning, type PricedEvent, priceEvent } from "./price-event.ts";

export interface IngestDeps {
  readonly ledger: Ledger;
  readonly rater: () => Promise<Rater>;
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
  /** Why it is rejected or conflicts; of an event in quarantine, the dimensions it lacks. */
  readonly errors: readonly FieldError[];
}

const none: readonly never[] = [];

export function rejected(id: string, error: FieldError): IngestResult {
  return { id, status: "rejected", cost: null, priceStatus: null, warnings: none, errors: [error] };
}

function unavailable(id: string): IngestResult {
  return { id, status: "unavailable", cost: null, priceStatus: null, warnings: none, errors: none };
}

function missingErrors(missing: PricedEvent["missing"]): readonly FieldError[] {
  if (missing.length === 0) return none;
  return missing.map((dimension) => ({
    path: `attribution.${dimension}`,
    found: "nothing",
    wanted: "a value, from the event or from the key it is sent with",
  }));
}

/** The answer for an event that has been kept just now. */
function taken({ entry, warnings, missing }: PricedEvent): IngestResult {
  return {
    id: entry.id,
    status: missing.length > 0 ? "quarantined" : "accepted",
    cost: entry.cost,
    priceStatus: entry.priceStatus,
    warnings,
    errors: missingErrors(missing),
  };
}

/** What the ledger has said of an event, as its sender is told. */
export function answered(priced: PricedEvent, outcome: AppendOutcome): IngestResult {
  const { id } = priced.entry;
  switch (outcome.status) {
    case "accepted":
      return taken(priced);
    case "duplicate": {
      const { cost, priceStatus, attribution } = outcome.existing;
      const errors = missingErrors(missingDimensions(attribution));
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

/**
 * Takes usage events, each on its own; results in their order. Nothing is acknowledged before the ledger has it. The
 * same event again is a duplicate, answered with what stands.
 */
export const makeIngest =
  ({ ledger, rater, clock, sha256 }: IngestDeps) =>
  async (events: readonly UsageEvent[], caller: Caller): Promise<readonly IngestResult[]> => {
    const pricing = { rate: await rater(), sha256, now: clock() };
    const judged = events.map((event) => {
      const error = liveWindowError(event.time, pricing.now);
      return error ? rejected(event.id, error) : priceEvent(event, caller, pricing);
    });
    const outcomes = await appendEvents(
      ledger,
      judged.filter((one) => "entry" in one).map((one) => one.entry),
    );
    const next = outcomes.values();
    return judged.map((one) => ("entry" in one ? answered(one, next.next().value as AppendOutcome) : one));
  };
