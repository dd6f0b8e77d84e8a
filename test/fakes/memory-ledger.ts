import type { AppendOutcome, Ledger } from "#app/ports/ledger.ts";
import { Unavailable } from "#app/unavailable.ts";
import type { Change, LedgerEntry } from "#core/ledger-entry.ts";

export interface MemoryLedger extends Ledger {
  readonly entries: Map<string, LedgerEntry>;
  /** In the order written, as one shard would deliver them. */
  readonly changes: Change[];
  readonly appendedAtOnce: number[];
  /** Keys that cannot be taken now. */
  readonly refused: Set<string>;
  /** "before": nothing is written; "after": all is, but the answer is lost. Once. */
  fails: "before" | "after" | undefined;
}

export function memoryLedger(): MemoryLedger {
  const write = (entry: LedgerEntry) => {
    ledger.entries.set(entry.key, entry);
    ledger.changes.push({ shard: "shard-1", sequence: String(10 ** 6 + ledger.changes.length), entry });
  };
  const judge = (entry: LedgerEntry): AppendOutcome => {
    if (ledger.refused.has(entry.key)) return { status: "unavailable" };
    const existing = ledger.entries.get(entry.key);
    if (existing === undefined) return { status: "accepted" };
    return { status: existing.contentHash === entry.contentHash ? "duplicate" : "conflict", existing };
  };
  const failing = async <T>(act: () => T): Promise<T> => {
    const { fails } = ledger;
    ledger.fails = undefined;
    if (fails === "before") throw new Unavailable("ledger");
    const result = act();
    if (fails === "after") throw new Unavailable("ledger");
    return result;
  };
  const ledger: MemoryLedger = {
    entries: new Map(),
    changes: [],
    appendedAtOnce: [],
    refused: new Set(),
    fails: undefined,
    append: (entries) =>
      failing(() => {
        if (new Set(entries.map(({ key }) => key)).size < entries.length) throw new Error("a key twice in one call");
        ledger.appendedAtOnce.push(entries.length);
        return entries.map((entry) => {
          const outcome = judge(entry);
          if (outcome.status === "accepted") write(entry);
          return outcome;
        });
      }),
    appendTogether: (entries) =>
      failing(() => {
        const bad = entries.map(judge).find(({ status }) => status !== "accepted");
        if (bad) return bad;
        for (const entry of entries) write(entry);
        return { status: "accepted" };
      }),
    read: async (keys) =>
      new Map(
        keys.flatMap((key) => {
          const entry = ledger.entries.get(key);
          return entry ? [[key, entry] as const] : [];
        }),
      ),
  };
  return ledger;
}
