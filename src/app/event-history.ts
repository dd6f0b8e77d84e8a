import { adjustmentKey, eventKey } from "#core/event-key.ts";
import { earliestLiveDate } from "#core/event-window.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import type { LakeEvents } from "./ports/lake-events.ts";
import type { Ledger } from "./ports/ledger.ts";

export interface HistoryDeps {
  readonly ledger: Ledger;
  readonly lakeEvents: LakeEvents;
  readonly clock: () => Instant;
}

/** Adjustments read at once, and the most that one event can have. */
const numbersAtOnce = 10;
export const adjustmentsMax = 1_000;

function keysOf(source: string, id: string, from: number): string[] {
  const numbers = Array.from({ length: numbersAtOnce }, (_, i) => from + i);
  return numbers.flatMap((number) => [
    adjustmentKey(source, id, number, "reversal"),
    adjustmentKey(source, id, number, "rebooking"),
  ]);
}

/** The original first, then by number, a reversal before its rebooking. */
function inOrder(a: LedgerEntry, b: LedgerEntry): number {
  const numbers = (a.adjustment?.number ?? 0) - (b.adjustment?.number ?? 0);
  if (numbers !== 0) return numbers;
  return a.adjustment?.part === "rebooking" ? 1 : -1;
}

/**
 * Everything that is known of one event: the original first, then its adjustments in order; empty when it is unknown.
 * The ledger has all of it for the days of the live path. What is older may be in the lake, in the ledger (which has
 * adjustments that are not merged yet), or in both.
 */
export const makeReadHistory = ({ ledger, lakeEvents, clock }: HistoryDeps) => {
  /** With what the ledger has beside it. Numbers have no gap: a full stretch may be followed by more. */
  const withLedger = async (source: string, id: string, merged: readonly LedgerEntry[]) => {
    const byKey = new Map(merged.map((entry) => [entry.key, entry]));
    let keys = [eventKey(source, id), ...keysOf(source, id, 1)];
    for (let last = numbersAtOnce; ; last += numbersAtOnce) {
      for (const [key, entry] of await ledger.read(keys)) byKey.set(key, entry);
      if (last >= adjustmentsMax || !byKey.has(adjustmentKey(source, id, last, "reversal"))) break;
      keys = keysOf(source, id, last + 1);
    }
    return [...byKey.values()].sort(inOrder);
  };

  return async (source: string, id: string): Promise<readonly LedgerEntry[]> => {
    const kept = await withLedger(source, id, []);
    const [original] = kept;
    if (original?.kind === "usage" && original.usageDate >= earliestLiveDate(clock())) return kept;
    // The ledger again after the lake: what it takes in between could be merged in part when the lake is asked.
    return withLedger(source, id, await lakeEvents.find(source, id));
  };
};
