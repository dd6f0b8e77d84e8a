import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterEach, expect, test, vi } from "vitest";
import { Unavailable } from "#app/unavailable.ts";
import type { ControlTableDeps } from "#aws/control-table.ts";
import { dynamoAudit } from "#aws/dynamo-audit.ts";
import { dynamoImports } from "#aws/dynamo-imports.ts";
import { dynamoKeys } from "#aws/dynamo-keys.ts";
import { dynamoPipelineState } from "#aws/dynamo-pipeline-state.ts";
import { dynamoPrices } from "#aws/dynamo-prices.ts";
import type { Instant } from "#core/time.ts";
import { aKey, anAudit } from "../fakes/audited.ts";
import { type Answer, type Asked, answeringServer } from "./answering-server.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const now = 1_000 as Instant;

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0" },
  body: JSON.stringify(body),
});

const cancelled = (...codes: readonly string[]) =>
  json(400, {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

const operation = ({ headers }: Asked) => String(headers["x-amz-target"]).split(".").at(-1);
const bodyOf = ({ body }: Asked) => JSON.parse(body.toString());

/** Answers in turn, the last one from then on. */
async function control(...answers: readonly Answer[]) {
  const server = await answeringServer(() => answers[Math.min(server.asked.length, answers.length) - 1] as Answer);
  const deps: ControlTableDeps = { client: new DynamoDBClient(server.client), table: "control-1" };
  return { deps, asked: server.asked, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const keyItem = (changed: Readonly<Record<string, unknown>> = {}) => ({
  p: { S: "key#hash-1" },
  s: { S: "key" },
  v: { N: "1" },
  key_id: { S: "key-1" },
  key_name: { S: "checkout" },
  key_hash: { S: "hash-1" },
  key_role: { S: "ingest" },
  attribution: { S: '{"fixed":{"team":"payments"},"defaults":{}}' },
  created_at: { N: "1000" },
  ...changed,
});

test("an item of version 1 stays readable", async () => {
  await using table = await control(json(200, { Item: keyItem({ revoked_at: { N: "2000" } }) }));
  expect(await dynamoKeys(table.deps).findByHash("hash-1")).toEqual({
    id: "key-1",
    name: "checkout",
    hash: "hash-1",
    role: "ingest",
    attribution: { fixed: { team: "payments" }, defaults: {} },
    teams: null,
    requestsPerSecond: null,
    createdAt: 1_000,
    expiresAt: null,
    revokedAt: 2_000,
  });
});

test("a key is found with one consistent read of one item", async () => {
  await using table = await control(json(200, {}));
  expect(await dynamoKeys(table.deps).findByHash("hash-1")).toBeUndefined();
  expect(table.asked.map(operation)).toEqual(["GetItem"]);
  expect(table.asked.map(bodyOf)).toEqual([
    { TableName: "control-1", Key: { p: { S: "key#hash-1" }, s: { S: "key" } }, ConsistentRead: true },
  ]);
});

test.each([
  ["of a later version", { v: { N: "2" } }, 'table "control-1": item p="key#…", s="key": found version 2, want 1'],
  ["of no version", { v: undefined }, "found version none, want 1"],
  ["with an unknown role", { key_role: { S: "root" } }, "key_role"],
  ["with a role that is missing", { key_role: undefined }, "key_role"],
  ["with a moment that is no whole number", { created_at: { N: "1.5" } }, "created_at"],
  ["with a number that a number cannot hold", { created_at: { N: "9007199254740993" } }, "created_at"],
  ["with a list where a text belongs", { key_name: { L: [] } }, "key_name"],
  ["with an attribution that is no JSON", { attribution: { S: "{" } }, "no JSON"],
  ["with a field of attribution that nobody knows", { attribution: { S: '{"fixed":{"a":"b"},"defaults":{}}' } }, '"a"'],
])("an item %s is refused, and named", async (_, changed, told) => {
  await using table = await control(json(200, { Item: keyItem(changed) }));
  const error = await dynamoKeys(table.deps).findByHash("hash-1").catch(String);
  expect(error).toContain(told);
});

const noHead = json(200, {});
const headItem = (number: number, hash: string) =>
  json(200, {
    Item: {
      ...{ p: { S: "audit-head" }, s: { S: "head" }, v: { N: "1" } },
      head_number: { N: `${number}` },
      head_hash: { S: hash },
    },
  });
const done = json(200, {});

test("an add that is refused for one of its conditions is not tried again", async () => {
  await using table = await control(noHead, cancelled("None", "ConditionalCheckFailed", "None", "None"));
  expect(await dynamoKeys(table.deps).add(aKey(), anAudit)).toBe(false);
  expect(table.asked.map(operation)).toEqual(["GetItem", "TransactWriteItems"]);
});

test("refused for a condition of its own and because the head moved, it is refused", async () => {
  const both = cancelled("ConditionalCheckFailed", "None", "None", "ConditionalCheckFailed");
  await using table = await control(noHead, both);
  expect(await dynamoKeys(table.deps).add(aKey(), anAudit)).toBe(false);
  expect(table.asked).toHaveLength(2);
});

test("a change whose audit entry came second is written behind the first", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const moved = cancelled("None", "None", "ConditionalCheckFailed", "ConditionalCheckFailed");
  await using table = await control(noHead, moved, headItem(7, "h7"), moved, headItem(8, "h8"), done);
  expect(await dynamoKeys(table.deps).add(aKey(), anAudit)).toBe(true);
  const [entry, head] = bodyOf(table.asked.at(-1) as Asked).TransactItems.slice(2);
  expect(entry.Update.Key).toEqual({ p: { S: "audit" }, s: { S: "000000000000009" } });
  expect(entry.Update.ConditionExpression).toBe("attribute_not_exists(p)");
  expect(JSON.parse(entry.Update.ExpressionAttributeValues[":entries"].S)).toMatchObject([
    { ...anAudit, number: 9, previousHash: "h8" },
  ]);
  expect(head.Update.ConditionExpression).toBe("head_hash = :before");
  expect(head.Update.ExpressionAttributeValues).toMatchObject({ ":before": { S: "h8" }, ":number": { N: "9" } });
});

test("a log that moves without end is unavailable", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  await using server = await answeringServer((asked) =>
    operation(asked) === "GetItem" ? noHead : cancelled("None", "ConditionalCheckFailed"),
  );
  const log = dynamoAudit({ client: new DynamoDBClient(server.client), table: "control-1" });
  await expect(log.append(anAudit)).rejects.toEqual(
    expect.objectContaining({ name: Unavailable.name, part: "control" }),
  );
  expect(server.asked).toHaveLength(24);
});

const part = { live: { new: 1, known: 0, conflicting: 0 }, landed: 1, rejected: 0 };

test("a part that meets another part of its import is added after it", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0);
  const conflict = cancelled("None", "TransactionConflict", "None");
  await using table = await control(conflict, conflict, json(200, {}));
  await dynamoImports(table.deps).addPart("import-1", "part-1", now, part);
  expect(table.asked.map(operation)).toEqual(Array(3).fill("TransactWriteItems"));
});

test.each(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])(
  "what meets %s without end is unavailable",
  async (code) => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    await using table = await control(cancelled(code, "None"));
    const adding = dynamoImports(table.deps).addPart("import-1", "part-1", now, part);
    await expect(adding).rejects.toEqual(expect.objectContaining({ name: Unavailable.name, part: "control" }));
  },
);

const rate = (id: string) => ({
  id,
  setAt: 1_000,
  setBy: "key-1",
  provider: "openai",
  model: "*",
  meter: "*",
  tier: "*",
  discount_percent: "5",
  from: "2026-12-01",
  to: null,
});
const rateItem = (id: string) => ({
  p: { S: "prices" },
  s: { S: `000000000001000#${id}` },
  v: { N: "1" },
  rate: { S: JSON.stringify(rate(id)) },
});

test("a list goes on after each page, an empty one too, until there is no more", async () => {
  const after = (s: string) => ({ p: { S: "prices" }, s: { S: s } });
  await using table = await control(
    json(200, { Items: [rateItem("a")], LastEvaluatedKey: after("a") }),
    json(200, { Items: [], LastEvaluatedKey: after("b") }),
    json(200, { Items: [rateItem("c")] }),
  );
  expect(await dynamoPrices(table.deps).list()).toEqual([rate("a"), rate("c")]);
  expect(table.asked.map((asked) => bodyOf(asked).ExclusiveStartKey?.s.S)).toEqual([undefined, "a", "b"]);
});

test("the last runs are asked for newest first, and no more of them than wanted", async () => {
  const runItem = (id: string) => ({
    p: { S: "runs" },
    s: { S: id },
    v: { N: "1" },
    run: {
      S: JSON.stringify({ id, startedAt: 1, finishedAt: 2, status: "succeeded", days: [], differences: [] }),
    },
  });
  await using table = await control(
    json(200, { Items: [runItem("3")], LastEvaluatedKey: { p: { S: "runs" }, s: { S: "3" } } }),
    json(200, { Items: [runItem("2")], LastEvaluatedKey: { p: { S: "runs" }, s: { S: "2" } } }),
  );
  expect((await dynamoPipelineState(table.deps).lastRuns(2)).map(({ id }) => id)).toEqual(["3", "2"]);
  const asked = table.asked.map(bodyOf);
  expect(asked.map(({ Limit, ScanIndexForward }) => [Limit, ScanIndexForward])).toEqual([
    [2, false],
    [1, false],
  ]);
});
