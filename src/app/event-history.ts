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

async function inLedger(ledger: Ledger, source: string, id: string): Promise<LedgerEntry[]> {
  const found = [...(await ledger.read([eventKey(source, id), ...keysOf(source, id, 1)])).values()];
  // Numbers have no gap: a full stretch may be followed by more.
  for (let from = 1; from <= adjustmentsMax; from += numbersAtOnce) {
    const last = adjustmentKey(source, id, from + numbersAtOnce - 1, "reversal");
    if (!found.some(({ key }) => key === last)) break;
    found.push(...(await ledger.read(keysOf(source, id, from + numbersAtOnce))).values());
  }
  return found;
}

/** The original first, then by number, a reversal before its rebooking. */
function inOrder(a: LedgerEntry, b: LedgerEntry): number {
  const numbers = (a.adjustment?.number ?? 0) - (b.adjustment?.number ?? 0);
  if (numbers !== 0) return numbers;
  return a.adjustment?.part === "rebooking" ? 1 : -1;
}

/**
 * Everything that is known of one event: the original first, then its adjustments in order; empty when it is unknown.
 * The ledger has all of it for the days of the live path, the lake what is older and merged; between the two both are
 * asked.
 */
export const makeReadHistory =
  ({ ledger, lakeEvents, clock }: HistoryDeps) =>
  async (source: string, id: string): Promise<readonly LedgerEntry[]> => {
    const kept = await inLedger(ledger, source, id);
    const original = kept.find(({ kind }) => kind === "usage");
    if (original !== undefined && original.usageDate >= earliestLiveDate(clock())) return kept.sort(inOrder);
    const byKey = new Map([...(await lakeEvents.find(source, id)), ...kept].map((entry) => [entry.key, entry]));
    return [...byKey.values()].sort(inOrder);
  };
