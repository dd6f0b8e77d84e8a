import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoSettings } from "#aws/dynamo-settings.ts";

let client: DynamoDBClient | undefined;

/** One a process. */
export function dynamoClient(): DynamoDBClient {
  client ??= new DynamoDBClient(dynamoSettings);
  return client;
}
