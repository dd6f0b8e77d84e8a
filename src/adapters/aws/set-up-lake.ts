import {
  EntityNotFoundException,
  GetTableCommand,
  type GlueClient,
  type Table as GlueTable,
} from "@aws-sdk/client-glue";
import { addedColumns, type ExistingColumn } from "#lake/added-columns.ts";
import { athenaAddColumns, athenaCreateLanding, athenaCreateTable, athenaType } from "#lake/ddl-athena.ts";
import { LAKE_TABLES, type Table, USAGE_LANDING } from "#lake/tables.ts";
import { type Athena, runAthenaQuery } from "./athena-query.ts";
import { serviceError } from "./service-errors.ts";

export interface LakeSetUp {
  readonly athena: Athena;
  readonly glue: GlueClient;
  /** The bucket of `landing/` and `tables/`. */
  readonly bucket: string;
}

/** What was done; both are empty where the lake was as this version has it. */
export interface LakeChanges {
  readonly made: readonly string[];
  /** "table.column" */
  readonly added: readonly string[];
}

async function findTable({ glue, athena }: LakeSetUp, name: string): Promise<GlueTable | undefined> {
  try {
    const { Table: found } = await glue.send(new GetTableCommand({ DatabaseName: athena.database, Name: name }));
    return found;
  } catch (error) {
    if (error instanceof EntityNotFoundException && !/database/i.test(error.message)) return undefined;
    throw serviceError(error, { part: "glue", resource: `database "${athena.database}"` });
  }
}

/** Glue keeps the columns that an Iceberg table once had, marked as no longer there. */
function existingColumns({ StorageDescriptor, PartitionKeys = [] }: GlueTable): ExistingColumn[] {
  return [...(StorageDescriptor?.Columns ?? []), ...PartitionKeys]
    .filter(({ Parameters }) => Parameters?.["iceberg.field.current"] !== "false")
    .map(({ Name = "", Type = "" }) => ({ name: Name, type: Type }));
}

/** A table of this name that is not ours is left alone: neither its kind nor its place can be changed. */
function refuseForeign(found: GlueTable, table: Table, bucket: string): void {
  const isIceberg = found.Parameters?.table_type?.toUpperCase() === "ICEBERG";
  if (isIceberg !== LAKE_TABLES.includes(table)) {
    throw new Error(`table ${table.name} exists and is ${isIceberg ? "an" : "no"} Iceberg table: rename or remove it`);
  }
  const location = found.StorageDescriptor?.Location ?? "";
  if (!location.startsWith(`s3://${bucket}/`)) {
    throw new Error(`table ${table.name} exists at ${location || "no place"}, this deployment's bucket is ${bucket}`);
  }
}

/**
 * Makes the tables of the lake, and adds the columns that this version has more. Done twice it does nothing the second
 * time; a table that this version cannot write to is an error that names it, before anything is changed.
 */
export async function setUpLake(setUp: LakeSetUp): Promise<LakeChanges> {
  const { athena, bucket } = setUp;
  const made: string[] = [];
  const added: string[] = [];
  const statements: { readonly name: string; readonly sql: string }[] = [];
  for (const table of [...LAKE_TABLES, USAGE_LANDING]) {
    const found = await findTable(setUp, table.name);
    if (found === undefined) {
      made.push(table.name);
      const create = table === USAGE_LANDING ? athenaCreateLanding : athenaCreateTable;
      statements.push({ name: `making table ${table.name}`, sql: create(table, bucket) });
      continue;
    }
    refuseForeign(found, table, bucket);
    const columns = addedColumns(table, existingColumns(found), athenaType);
    if (columns.length === 0) continue;
    added.push(...columns.map(({ name }) => `${table.name}.${name}`));
    statements.push({ name: `adding to table ${table.name}`, sql: athenaAddColumns(table, columns) });
  }
  for (const statement of statements) await runAthenaQuery(athena, statement);
  return { made, added };
}
