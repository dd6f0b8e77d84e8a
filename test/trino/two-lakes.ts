import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { makeMakeForecasts } from "#app/make-forecasts.ts";
import type { Erasure } from "#app/ports/erasures.ts";
import type { LandedEntry } from "#app/ports/landing.ts";
import type { QueryEngine, QueryRow } from "#app/ports/query-engine.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { hourMs, type Instant } from "#core/time.ts";
import { COST_DAILY, CUSTOMER_DAILY, FORECAST_DAILY, type Table, USAGE_EVENTS } from "#lake/tables.ts";
import { openDuckdbEngine } from "#local/duckdb-engine.ts";
import { queryRows } from "#local/duckdb-rows.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import { noRules } from "../fakes/company-rules.ts";
import { noFindings } from "../fakes/no-findings.ts";
import { untold } from "../fakes/untold.ts";
import { openTrinoLake } from "./trino-lake.ts";

const analystFolder = new URL("../../sql/analyst/", import.meta.url);

function openPipeline(engine: QueryEngine, clock: () => Instant) {
  const control = openControl(IN_MEMORY, clock);
  const { spend, closedDays, close } = openSpend(IN_MEMORY);
  const ledger = openLedger({ path: IN_MEMORY, clock });
  let ids = 0;
  const run = makeRunPipeline({
    engine,
    state: control.pipeline,
    spend,
    closedDays,
    imports: control.imports,
    erasures: control.erasures,
    ledger,
    ledgerErasure: ledger.erasure,
    clock,
    newId: () => `run-${++ids}`,
    ...untold,
    findings: noFindings,
    makeForecasts: makeMakeForecasts({ engine, forecasts: control.forecasts, rules: noRules, clock }),
    leaseTtlMs: hourMs,
    holder: "proof",
  });
  return {
    run,
    erasures: control.erasures,
    [Symbol.dispose]() {
      control.close();
      ledger.close();
      close();
    },
  };
}

/** All rows of a table in the order of its first columns, with what both engines print alike in place of the rest. */
function everythingOf({ name, columns }: Table): string {
  const values = columns.map((column) => {
    if (column.type === "boolean") return `case when ${column.name} then 'true' else 'false' end as ${column.name}`;
    if (column.type === "map(varchar,varchar)") return `json_format(cast(${column.name} as json)) as ${column.name}`;
    return column.name;
  });
  const order = columns.filter(({ type }) => type === "varchar" || type === "date").map((column) => column.name);
  return `select ${values.join(", ")} from ${name} order by ${order.join(", ")}`;
}

/** JSON with its keys in an order of ours: the engines have their own. */
function sortedTags(row: QueryRow): QueryRow {
  if (typeof row.tags !== "string") return row;
  const pairs = Object.entries(JSON.parse(row.tags) as Record<string, string>);
  return { ...row, tags: JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

export const comparedTables: readonly Table[] = [USAGE_EVENTS, COST_DAILY, CUSTOMER_DAILY, FORECAST_DAILY];

/** The same landed files and the same runs of the pipeline on Trino's Iceberg and on DuckDB. */
export async function openTwoLakes() {
  const trino = await openTrinoLake();
  const duckdb = await openDuckdbEngine({
    path: ":memory:",
    landing: {
      folder: trino.landingFolder,
      onUnreadable(file, fault) {
        throw new Error(`${file} is damaged`, { cause: fault });
      },
    },
    memoryLimit: "1GB",
    threads: 1,
    spillFolder: "",
  });
  // Partition projection looks at the hours around the real now.
  let now = (Math.floor(Date.now() / hourMs) * hourMs - 12 * hourMs) as Instant;
  let landed = 0;
  const onTrino = openPipeline(trino.engine, () => now);
  const onDuckdb = openPipeline(duckdb, () => now);
  return {
    trino,
    duckdb,
    now: () => now,
    wait(ms: number) {
      now = (now + ms) as Instant;
    },
    async land(entries: readonly LandedEntry["entry"][], importId = "") {
      landed += 1;
      const shard = importId === "" ? `shard-${landed % 3}` : importId;
      const rows = entries.map((one, i) => ({ entry: one, shard, sequence: String(landed * 10_000 + i), importId }));
      await trino.landing.write(`file-${landed}`, now, rows);
    },
    /** Orders in both lakes that what has come of a customer by now be erased. */
    async erase(customerId: string) {
      const erasure: Erasure = {
        id: "era_1",
        customerHash: createHash("sha256").update(customerId).digest("hex"),
        requestedAt: now,
        requestedBy: "key-finops",
        reason: "asked for",
        cleanedAt: null,
      };
      for (const { erasures } of [onTrino, onDuckdb]) await erasures.add(erasure);
    },
    /** What both runs recorded, Trino's first. */
    run: async () => [await onTrino.run(), await onDuckdb.run()] as const,
    /** All rows of a table, Trino's first. */
    async rowsOf(table: Table): Promise<readonly [QueryRow[], QueryRow[]]> {
      const sql = everythingOf(table);
      const [there, here] = [await trino.query(sql), queryRows(await duckdb.connection.runAndReadAll(sql))];
      return [there.map(sortedTags), here.map(sortedTags)];
    },
    /** What each query of `sql/analyst` gives, Trino's rows first. */
    analystRows: () =>
      Promise.all(
        readdirSync(analystFolder).map(async (file): Promise<readonly [string, QueryRow[], QueryRow[]]> => {
          const sql = readFileSync(new URL(file, analystFolder), "utf8");
          return [file, await trino.query(sql), queryRows(await duckdb.connection.runAndReadAll(sql))];
        }),
      ),
    async [Symbol.asyncDispose]() {
      onTrino[Symbol.dispose]();
      onDuckdb[Symbol.dispose]();
      duckdb.close();
    },
  };
}
