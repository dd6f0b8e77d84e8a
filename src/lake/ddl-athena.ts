import { columnComment } from "./column-comments.ts";
import { landedHourProjection } from "./landed-hour.ts";
import type { Column, ColumnType, Table } from "./tables.ts";

/** Types as Athena's DDL and Glue name them: its queries know other names. */
const types: Readonly<Record<ColumnType, string>> = {
  varchar: "string",
  bigint: "bigint",
  boolean: "boolean",
  date: "date",
  "timestamp(6)": "timestamp",
  "decimal(38,12)": "decimal(38,12)",
  "decimal(38,0)": "decimal(38,0)",
  "map(varchar,varchar)": "map<string,string>",
};

export const athenaType = (type: ColumnType): string => types[type];

/** How long a table can be read as it was, and what a deletion leaves in its files: five days. */
const snapshotAgeSecondsMax = 432_000;

function definition({ name, type }: Column): string {
  const comment = columnComment(name);
  return `${name} ${athenaType(type)}${comment === undefined ? "" : ` comment '${comment}'`}`;
}

const definitions = (columns: readonly Column[]) => columns.map(definition).join(",\n  ");

const properties = (entries: Readonly<Record<string, string>>) =>
  Object.entries(entries)
    .map(([name, value]) => `'${name}' = '${value}'`)
    .join(",\n  ");

/** An Iceberg table of the lake, made when it is not there. Athena keeps no "not null". */
export function athenaCreateTable(table: Table, bucket: string): string {
  const partitions = table.partitionedBy.length > 0 ? `partitioned by (${table.partitionedBy.join(", ")})\n` : "";
  return `create table if not exists ${table.name} (
  ${definitions(table.columns)}
)
${partitions}location 's3://${bucket}/tables/${table.name}/'
tblproperties (
  ${properties({
    table_type: "ICEBERG",
    format: "parquet",
    write_compression: "zstd",
    vacuum_max_snapshot_age_seconds: String(snapshotAgeSecondsMax),
    vacuum_min_snapshots_to_keep: "1",
    // One deletion in a file is enough for OPTIMIZE to rewrite it: what was erased must leave it.
    optimize_rewrite_delete_file_threshold: "1",
  })}
)`;
}

/**
 * The landed files as a table. Its partitions are computed, not registered: a new hour is there with its first file,
 * and a statement lists the folders of the hours that it names, no others.
 */
export function athenaCreateLanding(landing: Table, bucket: string): string {
  const isPartition = ({ name }: Column) => landing.partitionedBy.includes(name);
  const location = `s3://${bucket}/landing/usage/`;
  const { type, format, range, interval, intervalUnit } = landedHourProjection;
  return `create external table if not exists ${landing.name} (
  ${definitions(landing.columns.filter((column) => !isPartition(column)))}
)
comment '${landing.grain}'
partitioned by (
  ${definitions(landing.columns.filter(isPartition))}
)
stored as parquet
location '${location}'
tblproperties (
  ${properties({
    "projection.enabled": "true",
    "projection.landed_hour.type": type,
    "projection.landed_hour.format": format,
    "projection.landed_hour.range": range.join(","),
    "projection.landed_hour.interval": String(interval),
    "projection.landed_hour.interval.unit": intervalUnit,
    "storage.location.template": `${location}landed_hour=\${landed_hour}/`,
  })}
)`;
}

/** Columns more for a table that is there: rows written before have no value in them. */
export function athenaAddColumns(table: Table, columns: readonly Column[]): string {
  return `alter table ${table.name} add columns (\n  ${definitions(columns)}\n)`;
}
