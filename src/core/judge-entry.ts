import type { AttributionTrace } from "./attribution.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import type { JudgeUse } from "./model-policy.ts";

type Parts = { readonly [K in keyof AttributionTrace]: AttributionTrace[K] | undefined };

/** Without the parts that say nothing; undefined when none says anything. */
export function tidyTrace(parts: Parts): AttributionTrace | undefined {
  const told = Object.entries(parts).filter(
    ([, part]) => part !== undefined && (typeof part !== "object" || Object.keys(part).length > 0),
  );
  return told.length === 0 ? undefined : Object.fromEntries(told);
}

/** The entry with this trace, or with none. */
export function withTrace(entry: LedgerEntry, parts: Parts): LedgerEntry {
  const { trace: _, ...others } = entry;
  const trace = tidyTrace(parts);
  return trace === undefined ? others : { ...others, trace };
}

/** The entry as the model policies judge it now, by what it pays. */
export function withVerdict(entry: LedgerEntry, verdict: JudgeUse): LedgerEntry {
  const { provider, model, usageDate, attribution, charges, trace } = entry;
  const { environment, team } = attribution;
  const { status, policy } = verdict({ provider, model, environment, team, usageDate, unitPrices: charges });
  return withTrace({ ...entry, policyStatus: status }, { ...trace, policy });
}
