import { readdirSync, readFileSync } from "node:fs";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { QueryEngine } from "#app/ports/query-engine.ts";
import { Unavailable } from "#app/unavailable.ts";
import { renderStatement } from "#lake/statement.ts";
import { LAKE_TABLES, USAGE_LANDING } from "#lake/tables.ts";
import { queryRows } from "./duckdb-rows.ts";
import { makeDuckdbTable } from "./duckdb-tables.ts";
import { makeLandingView } from "./landing-files.ts";
import { setUnreadableAside } from "./set-aside.ts";
import { restoreFix, UnusableFolder } from "./unusable-folder.ts";

export interface DuckdbEngine extends QueryEngine {
  /** For those who fill or empty tables without a statement of `sql/`: benchmarks and tests. */
  readonly connection: DuckDBConnection;
  close(): void;
}

interface LandedFiles {
  readonly folder: string;
  /** Told of a damaged file that was set aside, by its new path: its rows are not in the lake. */
  readonly onUnreadable: (file: string, fault: unknown) => void;
}

export interface DuckdbOptions {
  /** The database file, or ":memory:". */
  readonly path: string;
  /** The landed files. Undefined: `usage_landing` is a table, which somebody fills. */
  readonly landing: LandedFiles | undefined;
  /** DuckDB's bound on its own memory, "2GB": what does not fit goes to `spillFolder`. */
  readonly memoryLimit: string;
  readonly threads: number;
  readonly spillFolder: string;
}

const sqlFolder = new URL("../../../sql/", import.meta.url);
const macros = new URL("./duckdb-macros.sql", import.meta.url);

function readStatements(): ReadonlyMap<string, string> {
  const files = readdirSync(sqlFolder).filter((name) => name.endsWith(".sql"));
  return new Map(files.map((name) => [name.slice(0, -".sql".length), readFileSync(new URL(name, sqlFolder), "utf8")]));
}

/** True for a full disk, a file that cannot be opened, or memory that ran out: not the statement's fault. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isOfFileSystem = "syscall" in error;
  return isOfFileSystem || isOutOfMemory(error) || /^(IO|FATAL) Error/.test(error.message);
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Out of Memory Error");
}

/** Opens the file, or makes it. */
async function openFile(path: string, settings: Record<string, string>): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(path, settings);
  } catch (cause) {
    const [why] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    throw new UnusableFolder(`${path} cannot be opened: ${why}`, { fix: restoreFix, cause });
  }
}

/** DuckDB running the files of `sql/`. The tables are made when they are not there, and get the columns they lack. */
export async function openDuckdbEngine(options: DuckdbOptions): Promise<DuckdbEngine> {
  const instance = await openFile(options.path, {
    memory_limit: options.memoryLimit,
    threads: String(options.threads),
    temp_directory: options.spillFolder,
    preserve_insertion_order: "false",
  });
  const writer = await instance.connect();
  // Reading does not wait for a long merge: it has a session of its own.
  const reader = await instance.connect();
  for (const table of options.landing === undefined ? [...LAKE_TABLES, USAGE_LANDING] : LAKE_TABLES) {
    await makeDuckdbTable(writer, table);
  }
  const shims = readFileSync(macros, "utf8");
  await writer.run(shims);
  await reader.run(shims);
  const statements = readStatements();
  const landingView = makeLandingView(options.landing?.folder ?? "");
  return {
    connection: writer,
    async run(name, { parameters = [], substitutions = {} } = {}) {
      const sql = statements.get(name);
      if (sql === undefined) throw new RangeError(`there is no sql/${name}.sql`);
      const text = renderStatement(name, sql, substitutions);
      const session = /^(merge|insert) /m.test(sql) ? writer : reader;
      const landing = sql.includes(USAGE_LANDING.name) ? options.landing : undefined;
      const fromHour = String(substitutions.from_hour);
      const attempt = async () => {
        if (landing !== undefined) await session.run(await landingView(session, fromHour));
        return queryRows(await session.runAndReadAll(text, [...parameters]));
      };
      try {
        return await attempt().catch(async (error: unknown) => {
          if (landing === undefined || isOutOfMemory(error)) throw error;
          if (await setUnreadableAside(session, landing.folder, fromHour, landing.onUnreadable)) return attempt();
          throw error;
        });
      } catch (cause) {
        if (isOutage(cause)) throw new Unavailable(`lake (${name})`, { cause });
        throw new Error(`sql/${name}.sql: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      }
    },
    close() {
      reader.closeSync();
      writer.closeSync();
      instance.closeSync();
    },
  };
}
