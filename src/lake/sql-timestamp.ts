import { formatInstant, type Instant } from "#core/time.ts";

/** As a parameter of a statement that casts it to a timestamp. */
export function sqlTimestamp(instant: Instant): string {
  return formatInstant(instant).replace("T", " ").replace("Z", "");
}
