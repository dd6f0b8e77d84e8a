import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecutionStatus,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import type { QueryRow } from "#app/ports/query-engine.ts";
import { Unavailable } from "#app/unavailable.ts";
import { isPassing, isRepeatable } from "./athena-faults.ts";
import { queryRows } from "./athena-rows.ts";
import { isOutage, serviceError } from "./service-errors.ts";

export interface Athena {
  readonly client: AthenaClient;
  readonly workgroup: string;
  readonly database: string;
  /** Until the caller is ended from outside, as a Lambda is: the query is stopped a little before. */
  readonly remainingMs?: () => number;
}

export interface AthenaQuery {
  /** What an error calls it: "sql/find_event.sql". */
  readonly name: string;
  readonly sql: string;
  readonly parameters?: readonly string[];
}

const attemptsMax = 4;
const retryMs = 1_000;
const pollMsMin = 100;
const pollMsMax = 2_000;
/** Athena ends a query after 30 minutes by itself. */
const queryMsMax = 35 * 60_000;
const failedPollsMax = 5;
/** What stopping a query and telling of it may take. */
const stopMarginMs = 3_000;

type Ending =
  | { readonly status: "succeeded"; readonly id: string }
  | { readonly status: "failed"; readonly why: Error; readonly passing: boolean };

const outageOf = ({ name }: AthenaQuery, cause: unknown) => new Unavailable(`lake (${name})`, { cause });

/** Not more of the time than there is: at most `ms`, and undefined when the caller's end is near. */
function timeFor(athena: Athena, ms: number): number | undefined {
  const left = (athena.remainingMs?.() ?? Number.POSITIVE_INFINITY) - stopMarginMs;
  return left > 0 ? Math.min(ms, left) : undefined;
}

function fault(athena: Athena, query: AthenaQuery, error: unknown): unknown {
  const told = serviceError(error, { part: `lake (${query.name})`, resource: `workgroup "${athena.workgroup}"` });
  if (told instanceof Unavailable || !(told instanceof Error)) return told;
  return new Error(`${query.name}: ${told.message}`, { cause: error });
}

/** A query that nobody waits for any more is stopped: it would only cost, and get in the way of its own repetition. */
async function stop(athena: Athena, query: AthenaQuery, id: string, why: string): Promise<never> {
  const cause = new Error(`${query.name}: query ${id} was stopped: ${why}`);
  await athena.client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })).catch((error: unknown) => {
    cause.cause = error;
  });
  throw outageOf(query, cause);
}

async function awaitEnd(athena: Athena, query: AthenaQuery, id: string): Promise<QueryExecutionStatus> {
  let failedPolls = 0;
  for (let waitedMs = 0, ms = pollMsMin; waitedMs < queryMsMax; ms = Math.min(ms * 1.5, pollMsMax)) {
    const wait = timeFor(athena, ms);
    if (wait === undefined) return stop(athena, query, id, "the end of its caller is near");
    await sleep(wait);
    waitedMs += wait;
    try {
      const { QueryExecution } = await athena.client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
      const { State } = QueryExecution?.Status ?? {};
      if (State !== "QUEUED" && State !== "RUNNING") return QueryExecution?.Status ?? {};
      failedPolls = 0;
    } catch (error) {
      if (!isOutage(error)) throw fault(athena, query, error);
      failedPolls += 1;
      if (failedPolls > failedPollsMax) return stop(athena, query, id, `Athena does not answer: ${error}`);
    }
  }
  return stop(athena, query, id, `it was not done after ${queryMsMax / 60_000} minutes`);
}

async function attempt(athena: Athena, query: AthenaQuery): Promise<Ending> {
  const { client, workgroup, database } = athena;
  const start = new StartQueryExecutionCommand({
    QueryString: query.sql,
    WorkGroup: workgroup,
    QueryExecutionContext: { Database: database },
    // A repeated call, when the reply was lost, is the same query.
    ClientRequestToken: randomUUID(),
    ...(query.parameters !== undefined &&
      query.parameters.length > 0 && { ExecutionParameters: [...query.parameters] }),
  });
  let id: string;
  try {
    id = (await client.send(start)).QueryExecutionId ?? "";
  } catch (error) {
    if (isOutage(error)) return { status: "failed", why: error as Error, passing: true };
    throw fault(athena, query, error);
  }
  const { State, StateChangeReason: reason = "no reason given", AthenaError } = await awaitEnd(athena, query, id);
  if (State === "SUCCEEDED") return { status: "succeeded", id };
  const why = new Error(`${query.name}: query ${id} ${State === "CANCELLED" ? "was cancelled" : "failed"}: ${reason}`);
  return { status: "failed", why, passing: State === "FAILED" && isPassing(reason, AthenaError) };
}

/**
 * Runs a statement to its end and gives the id of its query. A passing failure of what may be run twice is tried again,
 * a bounded number of times; where it does not pass it is an outage, as is the near end of the caller.
 */
export async function runAthenaQuery(athena: Athena, query: AthenaQuery): Promise<string> {
  const attempts = isRepeatable(query.sql) ? attemptsMax : 1;
  for (let i = 1; ; i++) {
    const ending = await attempt(athena, query);
    if (ending.status === "succeeded") return ending.id;
    if (!ending.passing) throw ending.why;
    const wait = timeFor(athena, retryMs * 2 ** (i - 1));
    if (i >= attempts || wait === undefined) throw outageOf(query, ending.why);
    await sleep(wait);
  }
}

/** All rows of a query that has ended. Only the rows of a SELECT are headed by the names of their columns. */
export async function readAthenaRows(athena: Athena, query: AthenaQuery, id: string): Promise<QueryRow[]> {
  const rows: QueryRow[] = [];
  let token: string | undefined;
  do {
    if (timeFor(athena, 0) === undefined) throw outageOf(query, new Error("the end of its caller is near"));
    const get = new GetQueryResultsCommand({ QueryExecutionId: id, ...(token !== undefined && { NextToken: token }) });
    const { ResultSet, NextToken } = await athena.client.send(get).catch((error: unknown) => {
      throw fault(athena, query, error);
    });
    const isFirst = token === undefined;
    const found = ResultSet?.Rows ?? [];
    rows.push(...queryRows(ResultSet?.ResultSetMetadata?.ColumnInfo ?? [], isFirst ? found.slice(1) : found));
    token = NextToken;
  } while (token !== undefined);
  return rows;
}
