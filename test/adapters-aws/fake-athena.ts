import { AthenaClient } from "@aws-sdk/client-athena";
import { type Answer, type AnsweringServer, answeringServer } from "./answering-server.ts";

/** How a query ends: after how many polls, and with what. */
export interface FakeEnding {
  readonly polls?: number;
  readonly state?: "SUCCEEDED" | "FAILED" | "CANCELLED" | "RUNNING";
  readonly reason?: string;
  readonly category?: number;
}

export interface FakeTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Undefined is a value that is absent. */
  readonly rows: readonly (readonly (string | undefined)[])[];
}

export interface FakeAthena extends AsyncDisposable {
  readonly client: AthenaClient;
  /** "StartQueryExecution" with what it was called with, in order; polls are left out. */
  readonly calls: { readonly action: string; readonly input: Record<string, unknown> }[];
}

const json = (body: unknown): Answer => ({ status: 200, body: JSON.stringify(body) });

export const refusal = (name: string, message: string, status = 400): Answer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify({ __type: name, message }),
});

const pageRows = 3;

/** Athena's API over HTTP: the queries that are started end as told, the last ending for all that follow. */
export async function fakeAthena(options: {
  readonly endings?: readonly FakeEnding[];
  readonly table?: FakeTable;
  /** What an action answers at its n-th call, instead. */
  readonly answers?: (action: string, call: number) => Answer | undefined;
}): Promise<FakeAthena> {
  const { endings = [{}], table = { columns: [], rows: [] } } = options;
  const calls: { action: string; input: Record<string, unknown> }[] = [];
  const counts: Record<string, number> = {};
  const polls: number[] = [];

  function execution(id: number): Answer {
    const ending = endings[Math.min(id, endings.length - 1)] ?? {};
    const seen = (polls[id] ?? 0) + 1;
    polls[id] = seen;
    const { state = "SUCCEEDED", reason, category } = ending;
    const State = seen > (ending.polls ?? 0) ? state : "RUNNING";
    const error = category === undefined ? {} : { AthenaError: { ErrorCategory: category } };
    return json({ QueryExecution: { Status: { State, StateChangeReason: reason, ...error } } });
  }

  function results(token: unknown): Answer {
    const head = table.columns.map(({ name }) => name);
    const all = [head, ...table.rows];
    const from = Number(token ?? 0);
    const Rows = all.slice(from, from + pageRows).map((row) => ({
      Data: row.map((text) => (text === undefined ? {} : { VarCharValue: text })),
    }));
    const ColumnInfo = table.columns.map(({ name, type }) => ({ Name: name, Type: type }));
    const next = from + pageRows < all.length ? { NextToken: String(from + pageRows) } : {};
    return json({ ResultSet: { Rows, ResultSetMetadata: { ColumnInfo } }, ...next });
  }

  const server: AnsweringServer = await answeringServer(({ headers, body }) => {
    const action = String(headers["x-amz-target"]).split(".")[1] ?? "";
    const input = JSON.parse(body.toString()) as Record<string, unknown>;
    const call = (counts[action] ?? 0) + 1;
    counts[action] = call;
    if (action !== "GetQueryExecution") calls.push({ action, input });
    const told = options.answers?.(action, call);
    if (told !== undefined) return told;
    switch (action) {
      case "StartQueryExecution":
        return json({ QueryExecutionId: `query-${call - 1}` });
      case "GetQueryExecution":
        return execution(Number(String(input.QueryExecutionId).split("-")[1]));
      case "GetQueryResults":
        return results(input.NextToken);
      default:
        return json({});
    }
  });
  const client = new AthenaClient(server.client);
  return {
    client,
    calls,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
