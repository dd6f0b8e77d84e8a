import { formatInstant, type Instant } from "#core/time.ts";

/** The folder of what landed at this moment, "2026-11-23-07". As text, hours compare as in time. */
export function landedHour(at: Instant): string {
  return formatInstant(at).slice(0, 13).replace("T", "-");
}

/**
 * The hours that partition projection looks for. Landed files expire after 30 days, and the expiry may come two days
 * late; the clock of who lands may be an hour ahead. A statement that reads "from the first hour on" (2000-01-01-00)
 * therefore looks into 793 folders, not into 230,000.
 */
export const landedHourProjection = {
  type: "date",
  format: "yyyy-MM-dd-HH",
  range: ["NOW-32DAYS", "NOW+1HOURS"],
  interval: 1,
  intervalUnit: "HOURS",
} as const;
