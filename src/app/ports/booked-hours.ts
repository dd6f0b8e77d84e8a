import type { BookedHour, SpendReading } from "#core/booked-hours.ts";
import type { Instant } from "#core/time.ts";

/** What was booked in each hour, with the reading of the spend cells that it is known from. */
export interface BookedHours {
  last(): Promise<SpendReading | undefined>;
  /** Hours that begin at `from` or later and in which something was booked, oldest first. Kept for 15 days. */
  hours(from: Instant): Promise<readonly BookedHour[]>;
  /**
   * Replaces the reading and writes these hours whole, all or none. `stale`, and nothing written, when the stored
   * reading is not the one before this one by its version: nothing is booked twice.
   */
  put(reading: SpendReading, hours: readonly BookedHour[]): Promise<"stored" | "stale">;
}
