import { addDays, hourMs, type Instant, type UsageDate, usageDateOf } from "./time.ts";

/** Until then, the day before may still lack what the last pipeline run of the day will bring. */
const settledAfterMs = 3 * hourMs;

/** The last UTC day whose usage has come, as far as senders are in time. */
export function lastSettledDay(now: Instant): UsageDate {
  return addDays(usageDateOf((now - settledAfterMs) as Instant), -1);
}
