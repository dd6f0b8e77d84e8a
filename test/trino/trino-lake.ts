import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import type { QueryEngine, QueryRow } from "#app/ports/query-engine.ts";
import { executionParameters } from "#aws/athena-parameters.ts";
import { trinoCreateLanding, trinoCreateTable } from "#lake/ddl-trino.ts";
import { renderStatement } from "#lake/statement.ts";
import { LAKE_TABLES, type Table, USAGE_LANDING } from "#lake/tables.ts";
import { openParquetLanding } from "#local/parquet-landing.ts";
import { catalog, icebergCatalog, runOnTrino } from "./trino-client.ts";

const sqlFolder = new URL("../../sql/", import.meta.url);
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
let schemas = 0;

export interface LakeDefinition {
  readonly tables: readonly Table[];
  readonly landing: Table;
}

const current: LakeDefinition = { tables: LAKE_TABLES, landing: USAGE_LANDING };

/** A lake of its own on the Trino of the proof: Iceberg tables, and a folder of landed files with partition projection. */
export async function openTrinoLake({ tables, landing }: LakeDefinition = current) {
  const { url, folder } = inject("trino");
  schemas += 1;
  const schema = `lake_${process.pid}_${schemas}`;
  const landingFolder = join(folder, schema, "landing");
  mkdirSync(landingFolder, { recursive: true });
  const query = (sql: string): Promise<QueryRow[]> => runOnTrino(url, schema, sql);
  await query(`create schema ${catalog}.${schema}`);
  for (const table of tables) await query(trinoCreateTable(table, `${icebergCatalog}.${schema}`));
  await query(trinoCreateLanding(landing, `${catalog}.${schema}`, `local:///${schema}/landing`));
  const engine: QueryEngine = {
    run(name, { parameters = [], substitutions = {} } = {}) {
      const text = readFileSync(new URL(`${name}.sql`, sqlFolder), "utf8");
      const sql = renderStatement(name, text, substitutions);
      if (parameters.length === 0) return query(sql);
      const given = executionParameters(name, parameters).join(", ");
      return query(`execute immediate ${literal(sql)} using ${given}`);
    },
  };
  return { schema, query, engine, landingFolder, landing: await openParquetLanding(landingFolder) };
}
