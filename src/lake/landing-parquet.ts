import { type ColumnSource, parquetWriteBuffer, type SchemaElement } from "hyparquet-writer";
import { dayMs, startOfDay, type UsageDate } from "#core/time.ts";
import type { LandedRow, LandedValue } from "./landed-row.ts";
import { type Column, USAGE_LANDING } from "./tables.ts";

const { fileColumns } = USAGE_LANDING;

const text = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;

function elementsOf({ name, type, optional }: Column): SchemaElement[] {
  const repetition_type = optional ? "OPTIONAL" : "REQUIRED";
  switch (type) {
    case "varchar":
      return [{ name, repetition_type, ...text }];
    case "bigint":
      return [{ name, repetition_type, type: "INT64" }];
    case "boolean":
      return [{ name, repetition_type, type: "BOOLEAN" }];
    case "date":
      return [{ name, repetition_type, type: "INT32", converted_type: "DATE" }];
    case "timestamp(6)":
      return [
        {
          name,
          repetition_type,
          type: "INT64",
          logical_type: { type: "TIMESTAMP", isAdjustedToUTC: false, unit: "MICROS" },
        },
      ];
    case "decimal(38,12)":
    case "decimal(38,0)":
      return [
        {
          name,
          repetition_type,
          type: "FIXED_LEN_BYTE_ARRAY",
          type_length: 16,
          converted_type: "DECIMAL",
          precision: 38,
          scale: type === "decimal(38,12)" ? 12 : 0,
        },
      ];
    case "map(varchar,varchar)":
      return [
        { name, repetition_type, converted_type: "MAP", num_children: 1 },
        { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
        { name: "key", repetition_type: "REQUIRED", ...text },
        { name: "value", repetition_type: "OPTIONAL", ...text },
      ];
    default:
      return type satisfies never;
  }
}

const schema: SchemaElement[] = [
  { name: "landing", num_children: fileColumns.length },
  ...fileColumns.flatMap(elementsOf),
];

/** What a decimal column holds: a larger number would lose its upper digits in the file, without a word. */
const decimalEnd = 10n ** 38n;

function encode({ name, type }: Column, value: LandedValue): unknown {
  if (value === null) return null;
  switch (type) {
    case "decimal(38,12)":
    case "decimal(38,0)": {
      const number = value as bigint;
      if (number <= -decimalEnd || number >= decimalEnd) {
        throw new RangeError(`landed file: ${name}: ${number} has more than 38 digits`);
      }
      return number;
    }
    case "date":
      return startOfDay(value as UsageDate) / dayMs;
    case "timestamp(6)":
      return BigInt(value as number) * 1000n;
    default:
      return value;
  }
}

/** A landed file: the same bytes for the same rows. Decimals are exact: they are written from their whole number. */
export function landingParquet(rows: readonly LandedRow[]): Uint8Array {
  const columnData = fileColumns.map(
    (column): ColumnSource => ({ name: column.name, data: rows.map((row) => encode(column, row[column.name])) }),
  );
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, statistics: false, rowGroupSize: 100_000 }));
}
