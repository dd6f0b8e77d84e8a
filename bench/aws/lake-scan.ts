import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { METER_COLUMNS, USAGE_EVENTS, USAGE_LANDING } from "#lake/tables.ts";
import type { ColumnBytes } from "./column-bytes.ts";

/** Rows that a statement of an hourly run reads, as hours of traffic; on average over a day. */
const HOURS = {
  /** The landing is read from 6 hours before the watermark, an hour ago, from its full hour; once a day from 48. */
  window: (23 * 7.5 + 49.5) / 24,
  /** Since the watermark, from its full hour. */
  sinceWatermark: 1.5,
  /** The days of the window: today so far, and in 7 of 24 runs yesterday, which the window reaches. */
  windowDays: 12 + 7,
  /** The days that have changed: today so far. */
  changedDays: 12,
  /** What findings look at once a day: three days and what has changed. */
  findings: (72 + 12) / 24,
  /** The rhythm of sources, once a day, from 28 days. */
  rhythm: 28,
  /** What OPTIMIZE rewrites once a day, the day before, by the hour. */
  upkeep: 1,
} as const;

interface Read {
  readonly statement: string;
  readonly table: keyof ColumnBytes;
  readonly columns: readonly string[];
  readonly hours: keyof typeof HOURS;
}

const heard = ["source", "received_at", "import_id", "kind"];
const place = ["landed_hour", "landed_file", "landed_row"];

/** What each statement reads of the two large tables; the others are small, and billed as the least of a query. */
const READS: readonly Read[] = [
  { statement: "landed_since", table: "landing", columns: ["landed_at"], hours: "sinceWatermark" },
  { statement: "landed_dates", table: "landing", columns: ["usage_date", "import_id"], hours: "window" },
  {
    statement: "merge_usage_events: the first row of each new key",
    table: "landing",
    columns: ["key", "landed_at", "shard", "sequence", ...place],
    hours: "window",
  },
  {
    statement: "merge_usage_events: whole rows",
    table: "landing",
    columns: USAGE_LANDING.columns.map(({ name }) => name),
    hours: "window",
  },
  { statement: "merge_usage_events: known keys", table: "lake", columns: ["key"], hours: "windowDays" },
  { statement: "merge_usage_events: keys to write", table: "lake", columns: ["key"], hours: "windowDays" },
  { statement: "landed_days", table: "landing", columns: ["usage_date"], hours: "window" },
  {
    statement: "merge_cost_daily",
    table: "lake",
    columns: [...SPEND_DIMENSIONS, "requests", ...METER_COLUMNS, "cost", "list_cost"],
    hours: "changedDays",
  },
  {
    statement: "merge_customer_daily",
    table: "lake",
    columns: ["customer_id", "feature", "cost_class", "requests", "cost", "list_cost"],
    hours: "changedDays",
  },
  { statement: "check_keys_once: keys of the days", table: "lake", columns: ["key"], hours: "changedDays" },
  { statement: "check_keys_once: copies of them", table: "lake", columns: ["key"], hours: "changedDays" },
  { statement: "check_totals", table: "lake", columns: ["cost", "list_cost"], hours: "changedDays" },
  {
    statement: "doubled_cost",
    table: "lake",
    columns: ["response_id", "source", "event_id", "provider", "requests", "cost"],
    hours: "findings",
  },
  {
    statement: "misplaced_spend",
    table: "lake",
    columns: [
      ...["key_id", "source", "event_id", "kind", "environment", "purpose", "customer_id", "trace", "requests", "cost"],
    ],
    hours: "findings",
  },
  {
    statement: "sender_cost_differences",
    table: "lake",
    columns: [...["source", "event_id", "kind", "provider", "model", "sender_cost", "requests", "cost", "list_cost"]],
    hours: "findings",
  },
  { statement: "source_rhythm: heard last", table: "lake", columns: heard, hours: "changedDays" },
  { statement: "source_rhythm: 28 days", table: "lake", columns: heard, hours: "rhythm" },
  {
    statement: "optimize usage_events",
    table: "lake",
    columns: USAGE_EVENTS.columns.map(({ name }) => name),
    hours: "upkeep",
  },
];

export interface ScannedStatement {
  readonly statement: string;
  readonly bytes: number;
}

/** Bytes that an hourly run reads when so many events a second come in, by statement. */
export function scannedHourly(bytes: ColumnBytes, eventsPerSecond: number): ScannedStatement[] {
  const perHour = eventsPerSecond * 3_600;
  return READS.map(({ statement, table, columns, hours }) => {
    const rowBytes = columns.reduce((sum, column) => sum + (bytes[table].get(column) ?? 0), 0);
    return { statement, bytes: perHour * HOURS[hours] * rowBytes };
  });
}

/** What a statement is billed for when it reads less. */
export const leastQueryBytes = 10 * 1024 ** 2;
