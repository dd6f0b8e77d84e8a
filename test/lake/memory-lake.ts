import {
  type DuckDBAppender,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBMapValue,
  DuckDBTimestampValue,
  MAP,
  VARCHAR,
} from "@duckdb/node-api";
import type { LandedEntry, Landing } from "#app/ports/landing.ts";
import { dayMs, type Instant, startOfDay, type UsageDate } from "#core/time.ts";
import { landedHour } from "#lake/landed-hour.ts";
import { type LandedValue, landedRows } from "#lake/landed-row.ts";
import { type ColumnType, LAKE_TABLES, USAGE_LANDING } from "#lake/tables.ts";
import { type DuckdbEngine, openDuckdbEngine } from "#local/duckdb-engine.ts";

/** A whole lake in memory: the real SQL, and a landing that is a table. */
export interface MemoryLake extends AsyncDisposable {
  readonly engine: DuckdbEngine;
  readonly landing: Landing;
  /** Empties the landing and every table: much cheaper than opening another lake. */
  reset(): Promise<void>;
}

interface LandedFile {
  readonly hour: string;
  readonly name: string;
  readonly landedAt: Instant;
  readonly rows: readonly LandedEntry[];
}

const tagsType = MAP(VARCHAR, VARCHAR);

function append(appender: DuckDBAppender, type: ColumnType, value: LandedValue): void {
  if (value === null) return appender.appendNull();
  switch (type) {
    case "varchar":
      return appender.appendVarchar(value as string);
    case "bigint":
      return appender.appendBigInt(value as bigint);
    case "boolean":
      return appender.appendBoolean(value as boolean);
    case "date":
      return appender.appendDate(new DuckDBDateValue(startOfDay(value as UsageDate) / dayMs));
    case "timestamp(6)":
      return appender.appendTimestamp(new DuckDBTimestampValue(BigInt(value as number) * 1000n));
    case "decimal(38,12)":
      return appender.appendDecimal(new DuckDBDecimalValue(value as bigint, 38, 12));
    case "decimal(38,0)":
      return appender.appendDecimal(new DuckDBDecimalValue(value as bigint, 38, 0));
    case "map(varchar,varchar)": {
      const pairs = value as readonly (readonly [string, string])[];
      return appender.appendMap(new DuckDBMapValue(pairs.map(([key, text]) => ({ key, value: text }))), tagsType);
    }
    default:
      return type satisfies never;
  }
}

export async function openMemoryLake(): Promise<MemoryLake> {
  const engine = await openDuckdbEngine({
    path: ":memory:",
    landing: undefined,
    memoryLimit: "1GB",
    threads: 1,
    spillFolder: "",
  });
  const { connection } = engine;
  /** Files already in the table, by hour and name: a second write of one replaces it. */
  const files = new Set<string>();
  /** Files that no statement has seen yet: appending them together is much cheaper than one by one. */
  const waiting = new Map<string, LandedFile>();

  async function flush(): Promise<void> {
    if (waiting.size === 0) return;
    for (const [file, { hour, name }] of waiting) {
      const replaced = `delete from ${USAGE_LANDING.name} where landed_hour = ? and landed_file = ?`;
      if (files.has(file)) await connection.run(replaced, [hour, name]);
    }
    const appender = await connection.createAppender(USAGE_LANDING.name);
    for (const [file, { hour, name, landedAt, rows }] of waiting) {
      files.add(file);
      for (const row of landedRows(name, landedAt, rows)) {
        for (const column of USAGE_LANDING.fileColumns) append(appender, column.type, row[column.name]);
        appender.appendVarchar(hour);
        appender.endRow();
      }
    }
    appender.closeSync();
    waiting.clear();
  }

  return {
    engine: {
      ...engine,
      async run(statement, options) {
        await flush();
        return engine.run(statement, options);
      },
    },
    landing: {
      async write(name, landedAt, rows) {
        const hour = landedHour(landedAt);
        waiting.set(`${hour}/${name}`, { hour, name, landedAt, rows });
      },
    },
    async reset() {
      for (const { name } of [...LAKE_TABLES, USAGE_LANDING]) await connection.run(`delete from ${name}`);
      files.clear();
      waiting.clear();
    },
    async [Symbol.asyncDispose]() {
      engine.close();
    },
  };
}
