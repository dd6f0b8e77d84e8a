import { formatInstant, type Instant } from "#core/time.ts";

/** The folder of what landed at this moment, "2026-11-23-07". As text, hours compare as in time. */
export function landedHour(at: Instant): string {
  return formatInstant(at).slice(0, 13).replace("T", "-");
}
