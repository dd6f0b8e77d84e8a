import {
  BatchExecuteStatementCommand,
  type BatchStatementResponse,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { isContention, isValidation } from "./dynamo-errors.ts";
import type { LedgerItem } from "./ledger-item.ts";
import { mapBounded } from "./map-bounded.ts";
import { isOutage } from "./service-errors.ts";

/**
 * What came of an INSERT. `stands`: there is an item under this key, possibly this one, written before a timeout.
 * `again`: not taken, or nobody knows, and worth another attempt. `lost`: the same, and attempts are used up or of no use.
 */
export type Inserted = "written" | "stands" | "again" | "lost";

/** The most that one call takes. */
export const statementsMax = 25;
const aloneInFlightMax = 10;

const standingCodes: ReadonlySet<string> = new Set(["ConditionalCheckFailed", "DuplicateItem"]);
/** Of an item that DynamoDB will not have: too large. What is wrong with one must not take the others down. */
const refusedCodes: ReadonlySet<string> = new Set(["ItemCollectionSizeLimitExceeded", "ValidationError"]);

function insertedOf(response: BatchStatementResponse | undefined): Inserted {
  if (response === undefined) return "again";
  if (response.Error === undefined) return "written";
  const { Code: code = "", Message: message } = response.Error;
  if (standingCodes.has(code)) return "stands";
  if (isContention(code)) return "again";
  if (refusedCodes.has(code)) return "lost";
  throw new Error(`ledger: DynamoDB refused an INSERT: ${code} ${message ?? ""}`);
}

/**
 * Writes each item under whose key there is none; at most 25 with keys of their own. PartiQL's INSERT is conditional by
 * itself, and a batch of them costs a fraction of the processor time of as many puts.
 */
export async function insertStatements(
  client: DynamoDBClient,
  table: string,
  items: readonly LedgerItem[],
): Promise<Inserted[]> {
  const statement = `INSERT INTO "${table}" VALUE {'k':?, 'e':?, 'x':?, 'w':?}`;
  const statements = items.map(({ k, e, x, w }) => ({ Statement: statement, Parameters: [k, e, x, w] }));
  try {
    const { Responses = [] } = await client.send(new BatchExecuteStatementCommand({ Statements: statements }));
    return items.map((_, i) => insertedOf(Responses[i]));
  } catch (error) {
    if (isOutage(error)) return items.map(() => "lost");
    if (!isValidation(error)) throw error;
    if (items.length === 1) return ["lost"];
    const alone = await mapBounded(items, aloneInFlightMax, (item) => insertStatements(client, table, [item]));
    return alone.flat();
  }
}
