import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamoSettings } from "#aws/dynamo-settings.ts";
import { FakeTable, type Item, type Write } from "./fake-table.ts";

/**
 * Where a fault can strike. `before` and `after` the effect of a call, which then fails as a whole; `statement` and
 * `statement-after` one statement of a batch; `key` one key of a get, which stays unprocessed; `item` one item of a
 * transaction, which is then cancelled.
 */
export type Place = "before" | "after" | "statement" | "statement-after" | "key" | "item";

/** The code of the error at this place, or undefined for none. */
export type Faults = (place: Place, operation: string, index: number) => string | undefined;

type Body = Readonly<Record<string, unknown>>;

export interface FakeDynamo {
  /** The SDK's own client over a fake connection: what it sends is serialised, signed, retried and read as ever. */
  readonly client: DynamoDBClient;
  readonly table: FakeTable;
  readonly calls: { readonly operation: string; readonly body: Body }[];
  faults: Faults;
  /** Items in a page of a query. */
  pageSize: number;
}

interface Reply {
  readonly statusCode: number;
  readonly body: unknown;
}

const networkErrors: ReadonlySet<string> = new Set(["ECONNRESET", "TimeoutError"]);
const done = (body: unknown): Reply => ({ statusCode: 200, body });

/** How the wire says it: the connection breaks, or an error comes back. */
function failure(code: string, more = {}): Reply {
  if (networkErrors.has(code)) throw Object.assign(new Error(code), { name: code, code });
  const statusCode = code === "InternalServerError" ? 500 : 400;
  return { statusCode, body: { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: code, ...more } };
}

function insertAll(fake: FakeDynamo, operation: string, { Statements }: Body): Reply {
  const statements = Statements as readonly { readonly Parameters: readonly [Item, Item, Item, Item] }[];
  const keys = statements.map(({ Parameters: [k] }) => (k as { S?: string }).S);
  if (keys.length > 25 || new Set(keys).size !== keys.length) return failure("ValidationException");
  const responses = statements.map(({ Parameters: [k, e, x, w] }, index) => {
    const code = fake.faults("statement", operation, index);
    if (code) return { Error: { Code: code } };
    const item = { k, e, x, w } as Item;
    if (fake.table.get(item)) return { Error: { Code: "DuplicateItem" } };
    fake.table.put(item);
    const codeAfter = fake.faults("statement-after", operation, index);
    return codeAfter ? { Error: { Code: codeAfter } } : { TableName: "ledger" };
  });
  return done({ Responses: responses });
}

function getAll(fake: FakeDynamo, operation: string, { RequestItems }: Body): Reply {
  const [[table, { Keys: keys }] = ["", { Keys: [] }]] = Object.entries(
    RequestItems as Record<string, { readonly Keys: readonly Item[] }>,
  );
  if (keys.length > 100) return failure("ValidationException");
  const left = keys.filter((_, index) => fake.faults("key", operation, index));
  const found = keys.filter((key) => !left.includes(key)).flatMap((key) => fake.table.get(key) ?? []);
  return done({
    Responses: { [table]: found },
    UnprocessedKeys: left.length === 0 ? {} : { [table]: { Keys: left, ConsistentRead: true } },
  });
}

function transact(fake: FakeDynamo, operation: string, { TransactItems }: Body): Reply {
  const writes = TransactItems as readonly Write[];
  const reasons = writes.map((write, index) => {
    const code = fake.faults("item", operation, index);
    if (code) return { Code: code, Message: code };
    if (fake.table.holds(write)) return { Code: "None" };
    const old = write.Put?.ReturnValuesOnConditionCheckFailure && fake.table.get(write.Put.Item);
    return { Code: "ConditionalCheckFailed", ...(old && { Item: old }) };
  });
  if (reasons.some(({ Code }) => Code !== "None")) {
    return failure("TransactionCanceledException", { CancellationReasons: reasons });
  }
  for (const write of writes) fake.table.apply(write);
  return done({});
}

function query(fake: FakeDynamo, { ExpressionAttributeValues, ExclusiveStartKey }: Body): Reply {
  const values = ExpressionAttributeValues as Item;
  const all = fake.table.partition(values[":p"]?.S ?? "", values[":from"]?.S, values[":to"]?.S);
  const after = (ExclusiveStartKey as Item | undefined)?.s?.S ?? "";
  const rest = all.filter(({ s }) => (s?.S ?? "") > after);
  const page = rest.slice(0, fake.pageSize);
  const last = page.at(-1);
  const more = last && page.length < rest.length && { LastEvaluatedKey: { p: last.p, s: last.s } };
  return done({ Items: page, ...more });
}

function answer(fake: FakeDynamo, operation: string, body: Body): Reply {
  switch (operation) {
    case "BatchExecuteStatement":
      return insertAll(fake, operation, body);
    case "BatchGetItem":
      return getAll(fake, operation, body);
    case "TransactWriteItems":
      return transact(fake, operation, body);
    case "Query":
      return query(fake, body);
    case "GetItem":
      return done({ Item: fake.table.get(body.Key as Item) });
    case "PutItem":
      return done({ Attributes: fake.table.put(body.Item as Item) });
    case "DeleteItem":
      fake.table.delete(body.Key as Item);
      return done({});
    default:
      throw new Error(`the fake does not know ${operation}`);
  }
}

/** A table in memory behind the SDK's client, with faults where a test wants them. */
export function fakeDynamo(faults: Faults = () => undefined): FakeDynamo {
  /** Transactions that were done: the same token again has no other effect. */
  const tokens = new Set<unknown>();

  const serve = (operation: string, body: Body): Reply => {
    fake.calls.push({ operation, body });
    const before = fake.faults("before", operation, 0);
    if (before) return failure(before);
    const token = body.ClientRequestToken;
    const reply = tokens.has(token) ? done({}) : answer(fake, operation, body);
    if (token !== undefined && reply.statusCode === 200) tokens.add(token);
    const after = fake.faults("after", operation, 0);
    return after ? failure(after) : reply;
  };

  const requestHandler = {
    async handle({ headers, body }: { headers: Record<string, string>; body: string | Uint8Array }) {
      const operation = headers["x-amz-target"]?.split(".")[1] ?? "";
      const text = typeof body === "string" ? body : new TextDecoder().decode(body);
      const reply = serve(operation, JSON.parse(text) as Body);
      const bytes = new TextEncoder().encode(JSON.stringify(reply.body));
      return { response: { statusCode: reply.statusCode, headers: {}, body: bytes } };
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
  const credentials = { accessKeyId: "fake", secretAccessKey: "fake" };
  const client = new DynamoDBClient({ ...dynamoSettings, region: "eu-central-1", credentials, requestHandler });
  const fake: FakeDynamo = { client, table: new FakeTable(), calls: [], faults, pageSize: 1_000 };
  return fake;
}
