import type { DuckDBConnection } from "@duckdb/node-api";
import { addedColumns } from "#lake/added-columns.ts";
import { duckdbAddColumns, duckdbCreateTable, duckdbType } from "#lake/ddl-duckdb.ts";
import type { Table } from "#lake/tables.ts";

/** Makes the table, or adds the columns that this version has more. Done twice it does nothing the second time. */
export async function makeDuckdbTable(session: DuckDBConnection, table: Table): Promise<void> {
  await session.run(duckdbCreateTable(table));
  const found = await session.runAndReadAll(
    "select column_name, data_type from information_schema.columns where table_name = ? and table_schema = 'main'",
    [table.name],
  );
  const existing = found.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
  for (const statement of duckdbAddColumns(table, addedColumns(table, existing, duckdbType))) {
    await session.run(statement);
  }
}
