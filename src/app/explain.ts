import type { LedgerEntry } from "#core/ledger-entry.ts";
import { type HistoryDeps, makeReadHistory } from "./event-history.ts";

/** The original first, then its adjustments in order; undefined when nothing is known of the event. */
export const makeExplain = (deps: HistoryDeps) => {
  const readHistory = makeReadHistory(deps);
  return async (source: string, id: string): Promise<readonly LedgerEntry[] | undefined> => {
    const history = await readHistory(source, id);
    return history.length > 0 ? history : undefined;
  };
};
