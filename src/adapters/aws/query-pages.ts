import { type AttributeValue, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { orUnavailable } from "./dynamo-errors.ts";

export interface PartitionQuery {
  /** As `Unavailable` names it. */
  readonly part: string;
  readonly table: string;
  /** Value of `p`. */
  readonly partition: string;
  /** Of `s`, both included; without it the whole partition. */
  readonly between?: readonly [from: string, to: string];
}

/** Every item asked for, in the order of `s`, strongly consistent. */
export async function queryPartition(
  client: DynamoDBClient,
  { part, table, partition, between }: PartitionQuery,
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const query = new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: between ? "p = :p AND s BETWEEN :from AND :to" : "p = :p",
      ExpressionAttributeValues: {
        ":p": { S: partition },
        ...(between && { ":from": { S: between[0] }, ":to": { S: between[1] } }),
      },
      ...(start && { ExclusiveStartKey: start }),
    });
    const reply = await orUnavailable(part, client.send(query));
    items.push(...(reply.Items ?? []));
    start = reply.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}
