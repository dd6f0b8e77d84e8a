import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Unavailable } from "#app/unavailable.ts";
import { orUnavailable } from "./dynamo-errors.ts";
import { pause } from "./dynamo-retry.ts";
import type { Item } from "./ledger-item.ts";
import { mapBounded, piecesOf } from "./map-bounded.ts";

const keysMax = 100;
const callsInFlightMax = 10;
const attemptsMax = 6;
/** Longer ones cannot be in the table, and DynamoDB refuses the whole call for one of them. */
const keyBytesMax = 2_048;

async function readPiece(client: DynamoDBClient, table: string, keys: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  let wanted = keys.map((key) => ({ k: { S: key } }) as Item);
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) await pause(attempt);
    const request = { [table]: { Keys: wanted, ConsistentRead: true } };
    const reply = await orUnavailable("ledger", client.send(new BatchGetItemCommand({ RequestItems: request })));
    items.push(...(reply.Responses?.[table] ?? []));
    wanted = reply.UnprocessedKeys?.[table]?.Keys ?? [];
    if (wanted.length === 0) return items;
  }
  throw new Unavailable("ledger");
}

/** The items that stand under these keys, strongly consistent: what has been written is seen. */
export async function readLedgerItems(
  client: DynamoDBClient,
  table: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  const possible = [...new Set(keys)].filter((key) => Buffer.byteLength(key) <= keyBytesMax);
  const pieces = piecesOf(possible, keysMax);
  const items = await mapBounded(pieces, callsInFlightMax, (piece) => readPiece(client, table, piece));
  return new Map(items.flat().map((item) => [item.k?.S ?? "", item]));
}
