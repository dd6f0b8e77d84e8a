import type { Attribution } from "#core/attribution.ts";
import type { CostClass, PolicyStatus, PriceStatus, ServiceTier, Speed } from "#core/dimensions.ts";
import type { AdjustmentPart } from "#core/event-key.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { Meter } from "#core/meters.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";
import { type Instant, type Month, parseInstant, type UsageDate } from "#core/time.ts";
import { chargesFromJson } from "./charges-json.ts";
import { METER_COLUMNS } from "./tables.ts";
import { traceFromJson } from "./trace-json.ts";

/** A row as an engine gives it: decimals and timestamps as text, whole numbers as bigint. */
export type EngineRow = Readonly<Record<string, string | number | bigint | null>>;

function text(row: EngineRow, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new RangeError(`usage_events: ${column} is ${value}, want text`);
  return value;
}

function instant(row: EngineRow, column: string): Instant {
  const value = parseInstant(text(row, column));
  if (value === undefined) throw new RangeError(`usage_events: ${column} is ${row[column]}, want a timestamp`);
  return value;
}

function money(row: EngineRow, column: string): PicoUsd | null {
  if (row[column] === null) return null;
  const value = parseUsd(text(row, column));
  if (value === undefined) throw new RangeError(`usage_events: ${column} is ${row[column]}, want a decimal`);
  return value;
}

function attributionOf(row: EngineRow): Attribution {
  return {
    team: text(row, "team"),
    feature: text(row, "feature"),
    environment: text(row, "environment") as Attribution["environment"],
    region: text(row, "region"),
    customer_tier: text(row, "customer_tier"),
    purpose: text(row, "purpose") as Attribution["purpose"],
    ...(row.customer_id !== null && { customer_id: text(row, "customer_id") }),
  };
}

function senderCostOf(row: EngineRow): { readonly senderCost?: PicoUsd } {
  const senderCost = money(row, "sender_cost");
  return senderCost === null ? {} : { senderCost };
}

/** The ledger entry that a row of `usage_events` was made from (`sql/find_event.sql`: its tags as JSON). */
export function entryOfRow(row: EngineRow): LedgerEntry {
  const quantities: Partial<Record<Meter, number>> = {};
  for (const meter of METER_COLUMNS) if (row[meter] !== null) quantities[meter] = Number(row[meter]);
  return {
    v: 1,
    kind: text(row, "kind") as LedgerEntry["kind"],
    key: text(row, "key"),
    source: text(row, "source"),
    id: text(row, "event_id"),
    contentHash: text(row, "content_hash"),
    time: instant(row, "event_time"),
    usageDate: text(row, "usage_date") as UsageDate,
    bookedMonth: text(row, "booked_month") as Month,
    receivedAt: instant(row, "received_at"),
    keyId: text(row, "key_id"),
    provider: text(row, "provider"),
    model: text(row, "model"),
    requestedModel: text(row, "requested_model"),
    serviceTier: text(row, "service_tier") as ServiceTier,
    speed: text(row, "speed") as Speed,
    ...(row.serving_location !== null && { servingLocation: text(row, "serving_location") }),
    requests: Number(row.requests),
    quantities,
    attribution: attributionOf(row),
    costClass: text(row, "cost_class") as CostClass,
    tags: JSON.parse(text(row, "tags_json")) as Record<string, string>,
    ...(row.response_id !== null && { responseId: text(row, "response_id") }),
    charges: chargesFromJson(text(row, "charges")),
    listCost: money(row, "list_cost"),
    cost: money(row, "cost"),
    priceStatus: text(row, "price_status") as PriceStatus,
    priceVersion: text(row, "price_version"),
    policyStatus: text(row, "policy_status") as PolicyStatus,
    ...(row.trace !== null && { trace: traceFromJson(text(row, "trace")) }),
    ...senderCostOf(row),
    ...(row.adjustment_number !== null && {
      adjustment: {
        number: Number(row.adjustment_number),
        part: text(row, "adjustment_part") as AdjustmentPart,
        requestId: text(row, "adjustment_request_id"),
        reason: text(row, "adjustment_reason"),
        by: text(row, "adjustment_by"),
      },
    }),
  };
}
