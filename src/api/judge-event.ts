import { check } from "#contract/check.ts";
import { type ParsedEvent, usageEvent } from "#contract/events.ts";
import type { FieldError } from "#core/field-error.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { readUsage } from "#formats/usage-formats.ts";
import type { UsageReading } from "#formats/usage-reading.ts";
import { UnreadableEnvelope } from "./batch.ts";
import { claimedOf } from "./claimed-attribution.ts";
import { type DroppedFields, droppedFields } from "./dropped-fields.ts";

/** One event as it was sent: readable, or why it is rejected. */
export type Judged =
  | { readonly ok: true; readonly event: UsageEvent; readonly dropped: DroppedFields }
  | { readonly ok: false; readonly id: string | null; readonly errors: readonly FieldError[] };

export function judgeEvent(sent: unknown): Judged {
  if (sent instanceof UnreadableEnvelope) return { ok: false, id: readableId(sent.id), errors: sent.errors };
  const result = check(usageEvent, sent);
  if (!result.ok) return { ok: false, id: idOf(sent), errors: result.errors };
  const { data } = result;
  const usage = usageOf(data);
  if (!usage.ok) return { ok: false, id: data.id, errors: usage.errors };
  return { ok: true, event: eventOf(data, usage), dropped: droppedFields(sent as object) };
}

function usageOf(data: ParsedEvent) {
  if (data.usage && data.usage_format) return readUsage(data.usage_format, data.usage);
  return { ok: true, quantities: data.meters ?? {} } as { readonly ok: true } & UsageReading;
}

/** What the event says goes before what its usage object says: a batch's usage may call itself standard. */
function eventOf(data: ParsedEvent, usage: UsageReading): UsageEvent {
  const servingLocation = data.serving_location ?? usage.servingLocation;
  return {
    source: data.source,
    id: data.id,
    time: data.time,
    provider: data.provider,
    model: data.model,
    serviceTier: data.service_tier ?? usage.serviceTier ?? "standard",
    speed: data.speed ?? usage.speed ?? "standard",
    ...(servingLocation != null && { servingLocation }),
    requests: data.requests ?? 1,
    quantities: usage.quantities,
    claimed: claimedOf(data.attribution),
    tags: data.tags ?? {},
    ...(data.response_id != null && { responseId: data.response_id }),
    quantitiesEstimated: data.quantities_estimated ?? false,
  };
}

function idOf(sent: unknown): string | null {
  if (typeof sent !== "object" || sent === null || !Object.hasOwn(sent, "id")) return null;
  return readableId((sent as { id: unknown }).id);
}

function readableId(id: unknown): string | null {
  return typeof id === "string" && id.length <= 200 ? id : null;
}
