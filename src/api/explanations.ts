import type { Caller } from "#app/caller.ts";
import type { makeExplain } from "#app/explain.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import { UNALLOCATED } from "#core/dimensions.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { addUsd, type PicoUsd } from "#core/money.ts";
import { type Catalog, explainedEntry, usdOrNull } from "./explained-entry.ts";
import { problemOf } from "./refusal.ts";

export interface ExplanationsDeps {
  readonly explain: ReturnType<typeof makeExplain>;
  readonly catalog: Catalog;
}

export const makeExplainHandler =
  ({ explain, catalog }: ExplanationsDeps): Handlers<Routes, Caller>["explain"] =>
  async ({ query: { source, id } }, { teams }) => {
    const entries = await explain(source, id);
    // Of other teams a confined key learns not even that there is such an event.
    if (entries === undefined || (teams && !teams.includes(teamOf(entries)))) {
      const message = `No event of source ${source} has the id ${id}; an import is found once it is merged.`;
      return { status: 404, body: problemOf({ code: "not_found", message }) };
    }
    const cost_usd = usdOrNull(costNow(entries));
    return {
      status: 200,
      body: { source, id, cost_usd, entries: entries.map((entry) => explainedEntry(entry, catalog)) },
    };
  };

/** The one that it stands booked to: the last entry's. */
const teamOf = (entries: readonly LedgerEntry[]) => entries.at(-1)?.attribution.team ?? UNALLOCATED;

/** Σ of the entries; null when what stands now has no price. */
function costNow(entries: readonly LedgerEntry[]): PicoUsd | null {
  const last = entries.at(-1);
  if (last?.adjustment?.part !== "reversal" && last?.cost === null) return null;
  return entries.reduce((sum, { cost }) => (cost === null ? sum : addUsd(sum, cost)), 0n as PicoUsd);
}
