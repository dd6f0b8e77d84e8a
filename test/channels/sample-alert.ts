import type { Alert } from "#core/alert.ts";
import type { Instant } from "#core/time.ts";

const at = Date.parse("2026-11-24T01:30:00Z") as Instant;

/** A threshold that was crossed, as a budget's owner is told. */
export const sampleAlert = (changes: Partial<Alert> = {}): Alert => ({
  id: '["[\\"budget_actual\\",\\"search\\",\\"2026-11-01/2026-11-30\\",\\"80%\\"]",1]',
  stateId: '["budget_actual","search","2026-11-01/2026-11-30","80%"]',
  rule: { kind: "budget_actual", subject: "search", period: "2026-11-01/2026-11-30", threshold: "80%" },
  number: 1,
  event: "raised",
  at,
  since: at,
  severity: "warning",
  team: "search",
  visibleTo: ["search"],
  owner: "Ada",
  title: "Budget search has used 81 % of 1,000 USD",
  facts: [
    { label: "Spent", value: "812.20 USD of 1,000 USD" },
    { label: "Projected", value: "1,015.25 USD by 30 November" },
  ],
  ...changes,
});
