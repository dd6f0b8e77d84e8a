import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { USAGE_EVENTS } from "#lake/tables.ts";

export interface ColumnBytes {
  /** Of a row of a landed file, by column, as our writer has compressed it. */
  readonly landing: ReadonlyMap<string, number>;
  /** Of a row of usage_events, by column, in Parquet with zstd, as Athena writes Iceberg tables. */
  readonly lake: ReadonlyMap<string, number>;
}

/** What a row takes in each column: what Athena reads of it, when a statement names the column. */
export async function columnBytes(landedFile: Uint8Array): Promise<ColumnBytes> {
  const folder = mkdtempSync(join(tmpdir(), "bench-columns-"));
  const [landed, lake] = [join(folder, "landed.parquet"), join(folder, "lake.parquet")];
  writeFileSync(landed, landedFile);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const bytesOf = async (file: string) => {
    const rows = await connection.runAndReadAll(
      `select path_in_schema, sum(total_compressed_size)::double / (select num_rows from parquet_file_metadata('${file}'))
       from parquet_metadata('${file}') group by 1`,
    );
    // A map is two columns, "tags, key_value, key" and "…, value".
    return rows.getRows().reduce((bytes, [path, size]) => {
      const column = String(path).split(",")[0] ?? "";
      return bytes.set(column, (bytes.get(column) ?? 0) + Number(size));
    }, new Map<string, number>());
  };
  try {
    const columns = USAGE_EVENTS.columns.map(({ name }) => name).join(", ");
    await connection.run(`copy (select ${columns} from '${landed}') to '${lake}' (format parquet, compression zstd)`);
    return { landing: await bytesOf(landed), lake: await bytesOf(lake) };
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}
