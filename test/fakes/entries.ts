import { makeIngest } from "#app/ingest.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Instant } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { noRules } from "./company-rules.ts";
import { memoryLedger } from "./memory-ledger.ts";
import { sender, sha256, stubRater } from "./usage.ts";

/** Events as the ledger has them: priced by the stub, each received at its own time. */
export async function entriesOf(events: readonly UsageEvent[]): Promise<LedgerEntry[]> {
  const ledger = memoryLedger();
  for (const event of events) {
    const clock = (): Instant => event.time;
    await makeIngest({ ledger, rater: async () => stubRater, rules: noRules, clock, sha256 })([event], sender);
  }
  return ledger.changes.map(({ entry }) => entry);
}
