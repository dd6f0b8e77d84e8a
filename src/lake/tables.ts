import { SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";
import { METERS, type Meter } from "#core/meters.ts";

/** Types as both engines name them. A timestamp is UTC; counts that are sums are decimals, so that none can overflow. */
export type ColumnType =
  | "varchar"
  | "bigint"
  | "boolean"
  | "date"
  | "timestamp(6)"
  | "decimal(38,12)"
  | "decimal(38,0)"
  | "map(varchar,varchar)";

export interface Column<Name extends string = string> {
  readonly name: Name;
  readonly type: ColumnType;
  /** True where a row may have no value. */
  readonly optional: boolean;
}

export interface Table<Name extends string = string> {
  readonly name: string;
  /** One row per what. */
  readonly grain: string;
  readonly columns: readonly Column<Name>[];
  /** The columns by which it is partitioned, as Iceberg or Hive has it. */
  readonly partitionedBy: readonly string[];
}

/** Calls are counted in the column `requests` of their own: no event has them among its quantities. */
export const METER_COLUMNS = METERS.filter((meter) => meter !== "requests") as Exclude<Meter, "requests">[];
export type MeterColumn = (typeof METER_COLUMNS)[number];

const meterColumns: ReadonlySet<string> = new Set(METER_COLUMNS);

export function isMeterColumn(name: string): name is MeterColumn {
  return meterColumns.has(name);
}

function required<Name extends string>(type: ColumnType, ...names: readonly Name[]): Column<Name>[] {
  return names.map((name) => ({ name, type, optional: false }));
}

function optional<Name extends string>(type: ColumnType, ...names: readonly Name[]): Column<Name>[] {
  return names.map((name) => ({ name, type, optional: true }));
}

/** The columns of a ledger entry and of where it came from. */
const eventColumns = [
  ...required("bigint", "entry_version"),
  ...required("varchar", "key", "kind", "source", "event_id", "content_hash"),
  ...required("timestamp(6)", "event_time"),
  ...required("date", "usage_date"),
  ...required("varchar", "booked_month"),
  ...required("timestamp(6)", "received_at"),
  ...required("varchar", "key_id"),
  ...required("varchar", ...SPEND_DIMENSIONS),
  ...required("varchar", "purpose"),
  ...optional("varchar", "customer_id"),
  ...required("map(varchar,varchar)", "tags"),
  ...required("varchar", "requested_model", "speed"),
  ...optional("varchar", "serving_location", "response_id"),
  ...required("bigint", "requests"),
  ...optional("bigint", ...METER_COLUMNS),
  ...required("varchar", "charges"),
  ...optional("decimal(38,12)", "cost", "list_cost"),
  ...required("varchar", "price_version"),
  ...required("boolean", "disputed"),
  ...optional("bigint", "adjustment_number"),
  ...optional("varchar", "adjustment_part", "adjustment_request_id", "adjustment_reason", "adjustment_by"),
  ...required("varchar", "shard", "sequence", "import_id"),
  ...required("timestamp(6)", "landed_at"),
  ...optional("varchar", "trace"),
  ...optional("decimal(38,12)", "sender_cost"),
];
export type EventColumn = (typeof eventColumns)[number]["name"];

/** A delivery's place in the landing: nothing else tells two deliveries of one entry apart. */
const fileColumns = [...eventColumns, ...required("varchar", "landed_file"), ...required("bigint", "landed_row")];
export type LandingColumn = (typeof fileColumns)[number]["name"];

export const USAGE_LANDING: Table<LandingColumn | "landed_hour"> & { readonly fileColumns: typeof fileColumns } = {
  name: "usage_landing",
  grain: "one row per delivery of a ledger entry: an entry may be there more than once",
  /** What a landed file has; `landed_hour` is its folder. */
  fileColumns,
  columns: [...fileColumns, ...required("varchar", "landed_hour")],
  partitionedBy: ["landed_hour"],
};

export const USAGE_EVENTS: Table<EventColumn> = {
  name: "usage_events",
  grain: "one row per key: per usage event or adjustment",
  columns: eventColumns,
  partitionedBy: ["usage_date"],
};

export const COST_DAILY: Table<
  "usage_date" | SpendDimension | "entries" | "requests" | MeterColumn | "cost" | "list_cost"
> = {
  name: "cost_daily",
  grain: "one row per UTC day and combination of the dimensions of a spend cell",
  columns: [
    ...required("date", "usage_date"),
    ...required("varchar", ...SPEND_DIMENSIONS),
    ...required("decimal(38,0)", "entries", "requests", ...METER_COLUMNS),
    ...required("decimal(38,12)", "cost", "list_cost"),
  ],
  partitionedBy: ["usage_date"],
};

export const CUSTOMER_DAILY: Table = {
  name: "customer_daily",
  grain: "one row per UTC day, customer_id, feature and cost class; who no customer is named for is 'unallocated'",
  columns: [
    ...required("date", "usage_date"),
    ...required("varchar", "customer_id", "feature", "cost_class"),
    ...required("decimal(38,0)", "entries", "requests"),
    ...required("decimal(38,12)", "cost", "list_cost"),
  ],
  partitionedBy: ["usage_date"],
};

export const FORECAST_DAILY: Table = {
  name: "forecast_daily",
  grain: "one row per forecast run, scope and day that it expects; every run is kept",
  columns: [
    ...required("varchar", "run_id", "run_kind"),
    ...required("date", "as_of"),
    ...required("timestamp(6)", "made_at"),
    ...required("varchar", "scope"),
    ...required("date", "forecast_date"),
    ...required("bigint", "days_ahead", "history_days"),
    ...required("varchar", "confidence"),
    ...required("decimal(38,12)", "mean", "p025", "p10", "p50", "p90", "p975"),
    ...required("decimal(38,12)", "total_mean", "total_p025", "total_p10", "total_p90", "total_p975"),
  ],
  partitionedBy: ["as_of"],
};

/** Few rows, written rarely, never changed: the merge must know of an erased customer for as long as files may land. */
const ERASURES: Table = {
  name: "erasures",
  grain: "one row per erasure of a customer",
  columns: [...required("varchar", "erasure_id", "customer_hash"), ...required("timestamp(6)", "erased_at")],
  partitionedBy: [],
};

/** The tables that the pipeline writes. `usage_landing` is made of the landed files. */
export const LAKE_TABLES: readonly Table[] = [USAGE_EVENTS, COST_DAILY, CUSTOMER_DAILY, FORECAST_DAILY, ERASURES];
