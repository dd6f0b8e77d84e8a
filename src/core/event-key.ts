import type { UsageEvent } from "./usage-event.ts";

/** The identity of a usage event in the ledger. Injective: ["a#b","c"] and ["a","b#c"] differ. */
export function eventKey(source: string, id: string): string {
  return JSON.stringify([source, id]);
}

export type AdjustmentPart = "reversal" | "rebooking";

/**
 * The identity of an adjustment entry: the `number`-th replacement (1, 2, …) of the event. Whoever asks, an event's
 * n-th state can be replaced once: of two competing requests the ledger takes the first.
 */
export function adjustmentKey(source: string, id: string, number: number, part: AdjustmentPart): string {
  return JSON.stringify(["adjustment", source, id, number, part]);
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined && value !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * The text whose hash tells a duplicate from a conflict: what the sender said, parsed, before key defaults, aliases
 * and prices. Equal for equal events whatever the order of their fields.
 */
export function contentOf(event: UsageEvent): string {
  return JSON.stringify([
    event.time,
    event.provider,
    event.model,
    event.serviceTier,
    event.speed,
    event.servingLocation ?? null,
    event.requests,
    sorted(event.quantities as Record<string, number>),
    sorted(event.claimed as Record<string, string>),
    sorted(event.tags),
    event.responseId ?? null,
    event.quantitiesEstimated,
  ]);
}
