import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { LedgerErasure } from "#app/ports/ledger-erasure.ts";
import { encodeEntry } from "#core/entry-codec.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { orUnavailable } from "./dynamo-errors.ts";
import { mapBounded } from "./map-bounded.ts";

const callsInFlightMax = 10;

/** Changes `e` alone: the stream has a MODIFY of it, which no consumer takes, and the item expires when it would have. */
export function dynamoLedgerErasure({
  client,
  table,
}: {
  readonly client: DynamoDBClient;
  readonly table: string;
}): LedgerErasure {
  async function replaceOne(entry: LedgerEntry): Promise<void> {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: { k: { S: entry.key } },
      UpdateExpression: "SET e = :e",
      ConditionExpression: "attribute_exists(k)",
      ExpressionAttributeValues: { ":e": { S: encodeEntry(entry) } },
    });
    try {
      await orUnavailable("ledger", client.send(update));
    } catch (error) {
      // It has expired.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  return {
    async replace(entries) {
      await mapBounded(entries, callsInFlightMax, replaceOne);
    },
  };
}
