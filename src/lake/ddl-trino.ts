import { landedHourProjection } from "./landed-hour.ts";
import type { Column, Table } from "./tables.ts";

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const array = (texts: readonly string[]) => `array[${texts.map(literal).join(", ")}]`;
const definitions = (columns: readonly Column[]) => columns.map(({ name, type }) => `${name} ${type}`).join(",\n  ");

/** The table in Trino's Iceberg catalog, "not null" left out as Athena has it. */
export function trinoCreateTable(table: Table, catalogAndSchema: string): string {
  const partitioning = table.partitionedBy.length > 0 ? `, partitioning = ${array(table.partitionedBy)}` : "";
  return `create table if not exists ${catalogAndSchema}.${table.name} (
  ${definitions(table.columns)}
)
with (format = 'PARQUET'${partitioning})`;
}

/** The landed files in Trino's Hive catalog, with the partition projection that they have in Athena. */
export function trinoCreateLanding(landing: Table, catalogAndSchema: string, location: string): string {
  const { type, format, range, interval, intervalUnit } = landedHourProjection;
  const plain = landing.columns.filter(({ name }) => !landing.partitionedBy.includes(name));
  const hours = `partition_projection_type = ${literal(type.toUpperCase())},
    partition_projection_format = ${literal(format)},
    partition_projection_range = ${array(range)},
    partition_projection_interval = ${interval},
    partition_projection_interval_unit = ${literal(intervalUnit)}`;
  return `create table if not exists ${catalogAndSchema}.${landing.name} (
  ${definitions(plain)},
  landed_hour varchar with (
    ${hours}
  )
)
with (
  external_location = ${literal(location)},
  format = 'PARQUET',
  partitioned_by = ${array(landing.partitionedBy)},
  partition_projection_enabled = true
)`;
}

/** Columns more for a table that is there: rows written before have no value in them. Trino adds one a statement. */
export function trinoAddColumns(table: Table, catalogAndSchema: string, columns: readonly Column[]): string[] {
  return columns.map(({ name, type }) => `alter table ${catalogAndSchema}.${table.name} add column ${name} ${type}`);
}
