import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { AppendOutcome, Ledger } from "./ports/ledger.ts";
import { Unavailable } from "./unavailable.ts";

const couldNotBeTaken: AppendOutcome = { status: "unavailable" };

/** What comes of an entry whose key came before in the same call, in an entry with this outcome. */
function repeated(entry: LedgerEntry, first: LedgerEntry, outcome: AppendOutcome): AppendOutcome {
  if (outcome.status === "unavailable") return outcome;
  const existing = outcome.status === "accepted" ? first : outcome.existing;
  return { status: existing.contentHash === entry.contentHash ? "duplicate" : "conflict", existing };
}

/**
 * Appends entries of which several may have the same key: the first is appended, the others are judged by what stands
 * then. Outcomes in the order given; all `unavailable` when the ledger is.
 */
export async function appendEvents(ledger: Ledger, entries: readonly LedgerEntry[]): Promise<readonly AppendOutcome[]> {
  const places = new Map<string, number>();
  const firsts: LedgerEntry[] = [];
  for (const entry of entries) {
    if (places.has(entry.key)) continue;
    places.set(entry.key, firsts.length);
    firsts.push(entry);
  }
  if (firsts.length === 0) return [];
  const outcomes = await appendOrUnavailable(ledger, firsts);
  return entries.map((entry) => {
    const place = places.get(entry.key) as number;
    const first = firsts[place] as LedgerEntry;
    const outcome = outcomes[place] ?? couldNotBeTaken;
    return entry === first ? outcome : repeated(entry, first, outcome);
  });
}

async function appendOrUnavailable(ledger: Ledger, entries: readonly LedgerEntry[]): Promise<readonly AppendOutcome[]> {
  try {
    return await ledger.append(entries);
  } catch (error) {
    if (error instanceof Unavailable) return [];
    throw error;
  }
}
