import type { Column, ColumnType, Table } from "./tables.ts";

/** As `information_schema` has it, without capitals and spaces. */
export const duckdbType = (type: ColumnType): string => (type === "timestamp(6)" ? "timestamp" : type);

/** The table in DuckDB's dialect, made when it is not there. DuckDB has no partitions: its row groups keep min and max. */
export function duckdbCreateTable(table: Table): string {
  const columns = table.columns.map(({ name, type, optional }) => `${name} ${type}${optional ? "" : " not null"}`);
  return `create table if not exists ${table.name} (\n  ${columns.join(",\n  ")}\n)`;
}

/** Columns more for a table that is there: rows written before have no value in them. DuckDB adds one a statement. */
export function duckdbAddColumns(table: Table, columns: readonly Column[]): string[] {
  return columns.map(({ name, type }) => `alter table ${table.name} add column ${name} ${type}`);
}
