import type { Table } from "./tables.ts";

/** The table in DuckDB's dialect, made when it is not there. DuckDB has no partitions: its row groups keep min and max. */
export function duckdbCreateTable(table: Table): string {
  const columns = table.columns.map(({ name, type, optional }) => `${name} ${type}${optional ? "" : " not null"}`);
  return `create table if not exists ${table.name} (\n  ${columns.join(",\n  ")}\n)`;
}
