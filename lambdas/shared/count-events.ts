import type { Change } from "#core/ledger-entry.ts";
import { emitCounts } from "./metrics.ts";

/** A batch of the stream is one line of the log; counted where events come in, each request would be one. */
export function countEvents(changes: readonly Change[], now: number): void {
  const events = changes.filter(({ entry }) => entry.kind === "usage");
  const unpriced = events.filter(({ entry }) => entry.priceStatus === "unpriced");
  emitCounts({ Events: events.length, UnpricedEvents: unpriced.length }, now);
}
