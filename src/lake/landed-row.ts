import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { type LedgerEntry, paddedSequence } from "#core/ledger-entry.ts";
import { dimensionsOf } from "#core/spend-cell.ts";
import type { Instant } from "#core/time.ts";
import { chargesToJson } from "./charges-json.ts";
import { type EventColumn, type LandingColumn, METER_COLUMNS } from "./tables.ts";
import { traceToJson } from "./trace-json.ts";

/**
 * A plain value of a column, by its type: varchar and date are text, bigint is a bigint, a timestamp is an instant,
 * a decimal is its whole number of 10^-scale, a map is a list of pairs.
 */
export type LandedValue = string | bigint | boolean | Instant | readonly (readonly [string, string])[] | null;

/** A ledger entry as it is delivered to the landing. */
export interface Delivery {
  readonly entry: LedgerEntry;
  readonly shard: string;
  readonly sequence: string;
  /** "" for what came by the ledger. */
  readonly importId: string;
}

/** What a landed file has in one row. */
export type LandedRow = Readonly<Record<LandingColumn, LandedValue>>;

function optionalBigint(value: number | undefined): bigint | null {
  return value === undefined ? null : BigInt(value);
}

/** The rows of a landed file. */
export function landedRows(file: string, landedAt: Instant, deliveries: readonly Delivery[]): LandedRow[] {
  return deliveries.map((delivery, row) => ({
    ...eventColumns(delivery),
    landed_at: landedAt,
    landed_file: file,
    landed_row: BigInt(row),
  }));
}

type DeliveredColumn = Exclude<EventColumn, "landed_at">;

function eventColumns({ entry, shard, sequence, importId }: Delivery): Record<DeliveredColumn, LandedValue> {
  const { adjustment, attribution } = entry;
  const dimensions = dimensionsOf(entry);
  const row: Partial<Record<DeliveredColumn, LandedValue>> = {
    entry_version: BigInt(entry.v),
    key: entry.key,
    kind: entry.kind,
    source: entry.source,
    event_id: entry.id,
    content_hash: entry.contentHash,
    event_time: entry.time,
    usage_date: entry.usageDate,
    booked_month: entry.bookedMonth,
    received_at: entry.receivedAt,
    key_id: entry.keyId,
    purpose: attribution.purpose,
    customer_id: attribution.customer_id ?? null,
    tags: Object.entries(entry.tags),
    requested_model: entry.requestedModel,
    speed: entry.speed,
    serving_location: entry.servingLocation ?? null,
    response_id: entry.responseId ?? null,
    requests: BigInt(entry.requests),
    charges: chargesToJson(entry.charges),
    cost: entry.cost,
    list_cost: entry.listCost,
    price_version: entry.priceVersion,
    disputed: entry.charges.some(({ disputed }) => disputed),
    adjustment_number: optionalBigint(adjustment?.number),
    adjustment_part: adjustment?.part ?? null,
    adjustment_request_id: adjustment?.requestId ?? null,
    adjustment_reason: adjustment?.reason ?? null,
    adjustment_by: adjustment?.by ?? null,
    shard,
    sequence: paddedSequence(sequence),
    import_id: importId,
    trace: traceToJson(entry.trace),
    sender_cost: entry.senderCost ?? null,
  };
  for (const name of SPEND_DIMENSIONS) row[name] = dimensions[name];
  for (const meter of METER_COLUMNS) row[meter] = optionalBigint(entry.quantities[meter]);
  return row as Record<DeliveredColumn, LandedValue>;
}
