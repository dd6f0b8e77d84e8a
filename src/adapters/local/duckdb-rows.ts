import { DuckDBDateValue, DuckDBDecimalValue, type DuckDBResultReader, DuckDBTimestampValue } from "@duckdb/node-api";
import type { QueryRow, QueryValue } from "#app/ports/query-engine.ts";
import { formatInstant, type Instant } from "#core/time.ts";

function queryValue(value: unknown, column: string): QueryValue {
  if (value === null || typeof value === "string" || typeof value === "bigint" || typeof value === "number")
    return value;
  if (value instanceof DuckDBDecimalValue || value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBTimestampValue) return formatInstant(Number(value.micros / 1000n) as Instant);
  throw new TypeError(`column ${column}: a statement must not give a ${typeof value}, found ${String(value)}`);
}

/** The rows as the port has them: decimals and dates as text, timestamps as RFC 3339 text, cut to the millisecond. */
export function queryRows(reader: DuckDBResultReader): QueryRow[] {
  const names = reader.columnNames();
  return reader
    .getRows()
    .map((row) => Object.fromEntries(row.map((value, i) => [names[i] ?? "", queryValue(value, names[i] ?? "")])));
}
