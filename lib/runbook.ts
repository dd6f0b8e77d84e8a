/** Where the pages of `docs/runbooks` are read. */
const pages = "docs/runbooks";

/** The alarms, each with a page of its own. */
export type Runbook =
  | "api-errors"
  | "api-slow"
  | "post-spend-behind"
  | "land-usage-behind"
  | "consumer-errors"
  | "stream-unread"
  | "failed-records"
  | "pipeline-late"
  | "maintenance-failed"
  | "tables-throttled"
  | "unpriced-share"
  | "own-cost"
  | "alerts-not-evaluated"
  | "alerts-undelivered";

/** What an alarm says: what has happened, and where it is written what to do. */
export const describeAlarm = (what: string, runbook: Runbook) => `${what} What to do: ${pages}/${runbook}.md`;
