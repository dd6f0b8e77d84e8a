import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { inject } from "vitest";
import type { Opened } from "../ports/opened.ts";

/** Where DynamoDB Local is, for any client of the SDK. */
export const localServer = () => ({
  endpoint: inject("dynamoDbEndpoint"),
  region: "eu-central-1",
  // The first one names the database: the server keeps one for each.
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

/** Patient: the first calls of a Java server on a busy machine take seconds. */
const requestHandler = { requestTimeout: 30_000, throwOnRequestTimeout: true };

const localClient = (): DynamoDBClient => new DynamoDBClient({ ...localServer(), requestHandler });

type TableShape = Pick<CreateTableCommandInput, "AttributeDefinitions" | "KeySchema" | "StreamSpecification">;

/** As the Data stack makes them. */
export const tableShapes = {
  ledger: {
    AttributeDefinitions: [{ AttributeName: "k", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "k", KeyType: "HASH" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  },
  partitioned: {
    AttributeDefinitions: [
      { AttributeName: "p", AttributeType: "S" },
      { AttributeName: "s", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "p", KeyType: "HASH" },
      { AttributeName: "s", KeyType: "RANGE" },
    ],
  },
} as const satisfies Readonly<Record<string, TableShape>>;

export interface OpenTable extends AsyncDisposable {
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** An empty table of its own, deleted at the end. */
export async function openTable(shape: TableShape): Promise<OpenTable> {
  const client = localClient();
  const table = `test-${randomUUID()}`;
  await client.send(new CreateTableCommand({ TableName: table, BillingMode: "PAY_PER_REQUEST", ...shape }));
  return {
    client,
    table,
    async [Symbol.asyncDispose]() {
      await client.send(new DeleteTableCommand({ TableName: table }));
      client.destroy();
    },
  };
}

/** A port on a table of its own. Reopened it has another client, as another process would. */
export function onTable<Port>(shape: TableShape, portOf: (open: Omit<OpenTable, keyof AsyncDisposable>) => Port) {
  return async (): Promise<Opened<Port>> => {
    const open = await openTable(shape);
    let { client } = open;
    return {
      port: portOf(open),
      async reopen() {
        if (client !== open.client) client.destroy();
        client = localClient();
        return portOf({ client, table: open.table });
      },
      async [Symbol.asyncDispose]() {
        if (client !== open.client) client.destroy();
        await open[Symbol.asyncDispose]();
      },
    };
  };
}
