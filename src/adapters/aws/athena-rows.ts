import type { ColumnInfo, Row } from "@aws-sdk/client-athena";
import type { QueryRow, QueryValue } from "#app/ports/query-engine.ts";

/** "2026-11-20 10:00:00.123456" as RFC 3339 text, cut to the millisecond. */
function rfc3339(text: string): string {
  const [, date, time, fraction = ""] = /^(\S+) (\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(text) ?? [];
  if (date === undefined) throw new TypeError(`"${text}" is no timestamp of Athena`);
  return `${date}T${time}.${fraction.slice(0, 3).padEnd(3, "0")}Z`;
}

function queryValue(text: string, type: string, column: string): QueryValue {
  switch (type) {
    case "varchar":
    case "char":
    case "decimal":
    case "date":
      return text;
    case "bigint":
      return BigInt(text);
    case "tinyint":
    case "smallint":
    case "integer":
    case "float":
    case "double":
      return Number(text);
    case "timestamp":
      return rfc3339(text);
    default:
      throw new TypeError(`column ${column}: a statement must not give a ${type}, found ${text}`);
  }
}

/** Athena's rows, all of them text, as the port has them; a value that is absent is null. */
export function queryRows(columns: readonly ColumnInfo[], rows: readonly Row[]): QueryRow[] {
  return rows.map(({ Data = [] }) =>
    Object.fromEntries(
      columns.map(({ Name = "", Type = "" }, i) => {
        const text = Data[i]?.VarCharValue;
        return [Name, text === undefined ? null : queryValue(text, Type, Name)];
      }),
    ),
  );
}
