import type { FieldError } from "./field-error.ts";
import { addDays, dayMs, formatInstant, type Instant, type UsageDate, usageDateOf } from "./time.ts";

/** How far back the live path takes events: the ledger knows their ids for 35 days. */
const liveWindowDays = 30;
/** Clocks of senders go wrong by minutes. */
export const aheadMsMax = 15 * 60_000;

function timeError(time: Instant, wanted: string): FieldError {
  return { path: "time", found: formatInstant(time), wanted };
}

/** Why an event of this time lies in the future, or undefined. */
export function futureError(time: Instant, now: Instant): FieldError | undefined {
  const latest = (now + aheadMsMax) as Instant;
  return time > latest
    ? timeError(time, `a time not after ${formatInstant(latest)}, 15 minutes ahead of the server's clock`)
    : undefined;
}

/** Why the live path does not take an event of this time, or undefined. */
export function liveWindowError(time: Instant, now: Instant): FieldError | undefined {
  const earliest = (now - liveWindowDays * dayMs) as Instant;
  return time < earliest
    ? timeError(time, `a time not before ${formatInstant(earliest)}: older events go through POST /v1/imports`)
    : futureError(time, now);
}

/** The earliest usage date whose events go by the ledger, and whose spend cells are complete. */
export function earliestLiveDate(now: Instant): UsageDate {
  return addDays(usageDateOf(now), -liveWindowDays);
}

/** Days before this one are closed: nothing on time reaches them any more. */
export function earliestOpenDate(now: Instant): UsageDate {
  return addDays(usageDateOf(now), -1);
}
