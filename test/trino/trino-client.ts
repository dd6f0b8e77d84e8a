import { setTimeout as pause } from "node:timers/promises";
import type { ColumnInfo, Row } from "@aws-sdk/client-athena";
import type { QueryRow } from "#app/ports/query-engine.ts";
import { queryRows } from "#aws/athena-rows.ts";

const statementMsMax = 120_000;
/** On a busy machine Trino takes its only node for gone when it answers late, and refuses to begin a statement. */
const noNodes = "NO_NODES_AVAILABLE";
const attemptsMax = 20;
const attemptPauseMs = 1_000;

/** Athena's one catalog; its Iceberg tables stand in the other, and Trino redirects. */
export const catalog = "awsdatacatalog";
export const icebergCatalog = "iceberg";

interface Answer {
  readonly nextUri?: string;
  readonly columns?: readonly { readonly name: string; readonly typeSignature: { readonly rawType: string } }[];
  readonly data?: readonly (readonly unknown[])[];
  readonly error?: { readonly errorName: string; readonly message: string };
}

/** Numbers as the text that came: a bigint is not to lose its last digits. */
function parse(text: string): Answer {
  const exact = (_: string, value: unknown, { source }: { readonly source?: string }) =>
    typeof value === "number" ? source : value;
  return (JSON.parse as (text: string, reviver: typeof exact) => Answer)(text, exact);
}

async function ask(url: string, body: string | undefined, schema: string): Promise<Answer> {
  const headers = {
    "X-Trino-User": "test",
    "X-Trino-Catalog": catalog,
    "X-Trino-Schema": schema,
    "X-Trino-Time-Zone": "UTC",
    // Without it timestamps come cut to the millisecond.
    "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
  };
  const signal = AbortSignal.timeout(statementMsMax);
  const reply = await fetch(url, body === undefined ? { headers, signal } : { method: "POST", headers, body, signal });
  if (reply.status !== 200) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return parse(await reply.text());
}

const cell = (value: unknown) => (value === null ? {} : { VarCharValue: String(value) });

/** Runs a statement on Trino; its rows go through what reads Athena's: the same text in the same types. */
export async function runOnTrino(url: string, schema: string, sql: string): Promise<QueryRow[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptOnTrino(url, schema, sql);
    } catch (error) {
      if (attempt === attemptsMax || !String(error).includes(noNodes)) throw error;
      await pause(attemptPauseMs);
    }
  }
}

async function attemptOnTrino(url: string, schema: string, sql: string): Promise<QueryRow[]> {
  let answer = await ask(`${url}/v1/statement`, sql, schema);
  let columns: ColumnInfo[] = [];
  const rows: Row[] = [];
  for (;;) {
    if (answer.error !== undefined) throw new Error(`${answer.error.errorName}: ${answer.error.message}`);
    columns =
      answer.columns?.map(({ name, typeSignature }) => ({
        Name: name,
        Type: typeSignature.rawType === "boolean" ? "varchar" : typeSignature.rawType,
      })) ?? columns;
    for (const row of answer.data ?? []) rows.push({ Data: row.map(cell) });
    if (answer.nextUri === undefined) return queryRows(columns, rows);
    answer = await ask(answer.nextUri, undefined, schema);
  }
}
