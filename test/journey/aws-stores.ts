import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { type AttributeValue, paginateScan, type ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Clients } from "./aws-access.ts";
import { type LakeRows, lakeQueries } from "./lake-rows.ts";
import { until } from "./patience.ts";

/** What a deployment's stores are called: fixed names, made of its own. */
export interface StoreNames {
  readonly name: string;
  readonly account: string;
  readonly region: string;
}

const lakeBucket = ({ name, account, region }: StoreNames) => `${name}-lake-${account}-${region}`;

async function* items({ dynamo }: Clients, scan: ScanCommandInput): AsyncGenerator<Record<string, AttributeValue>> {
  for await (const { Items = [] } of paginateScan({ client: dynamo }, scan)) yield* Items;
}

export async function countLedger({ dynamo }: Clients, { name }: StoreNames): Promise<number> {
  let count = 0;
  const scan = { TableName: `${name}-ledger`, Select: "COUNT", ConsistentRead: true } as const;
  for await (const { Count = 0 } of paginateScan({ client: dynamo }, scan)) count += Count;
  return count;
}

/** Entries and pico-dollars in the spend cells, as their items have them: no line of the product's code. */
export async function sumCells(clients: Clients, { name }: StoreNames): Promise<{ entries: bigint; cost: bigint }> {
  const sums = { entries: 0n, cost: 0n };
  for await (const item of items(clients, { TableName: `${name}-spend`, ConsistentRead: true })) {
    if (!/^\d{4}-\d{2}-\d{2}#\d$/.test(item.p?.S ?? "")) continue;
    sums.entries += BigInt(item.n?.N ?? 0);
    sums.cost += BigInt(item.c?.N ?? 0);
  }
  return sums;
}

/** Every file of the landing. */
export async function landedFiles({ s3 }: Clients, names: StoreNames): Promise<Uint8Array[]> {
  const Bucket = lakeBucket(names);
  const files: Uint8Array[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix: "landing/usage/" })) {
    for (const { Key } of Contents) {
      if (!Key?.endsWith(".parquet")) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      files.push((await Body?.transformToByteArray()) ?? new Uint8Array());
    }
  }
  return files;
}

/** Distinct entries in the landed Parquet files, and their cost, as another engine reads them. */
export async function readLanding(clients: Clients, names: StoreNames): Promise<{ entries: number; cost: string }> {
  const files = await landedFiles(clients, names);
  if (files.length === 0) return { entries: 0, cost: "0" };
  const folder = mkdtempSync(join(tmpdir(), "landing-"));
  const instance = await DuckDBInstance.create();
  try {
    for (const [i, file] of files.entries()) writeFileSync(join(folder, `${i}.parquet`), file);
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `select count(*)::integer, coalesce(sum(cost), 0)::varchar
       from (select key, any_value(cost) as cost from read_parquet('${folder}/*.parquet') group by key)`,
    );
    const [entries, cost] = reader.getRows()[0] as [number, string];
    connection.closeSync();
    return { entries, cost };
  } finally {
    instance.closeSync();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function query({ athena }: Clients, { name }: StoreNames, sql: string): Promise<string[][]> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      WorkGroup: name,
      QueryExecutionContext: { Database: name.replaceAll("-", "_") },
    }),
  );
  const status = async () =>
    (await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution?.Status;
  const isOver = (state?: string) => state === "SUCCEEDED" || state === "FAILED" || state === "CANCELLED";
  const ended = await until(sql, status, (now) => isOver(now?.State), { secondsMax: 120, everyMs: 100 });
  if (ended?.State !== "SUCCEEDED") throw new Error(`${sql}: ${ended?.State} ${ended?.StateChangeReason}`);
  const rows: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken }));
    for (const { Data = [] } of page.ResultSet?.Rows ?? [])
      rows.push(Data.map(({ VarCharValue = "" }) => VarCharValue));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rows.slice(1);
}

/** The tables of the lake, asked of Athena. */
export async function readLake(clients: Clients, names: StoreNames): Promise<LakeRows> {
  const rows: Record<string, string[]> = {};
  for (const [table, sql] of Object.entries(lakeQueries)) {
    rows[table] = (await query(clients, names, sql)).map((row) => row.join("|")).sort();
  }
  return rows;
}
