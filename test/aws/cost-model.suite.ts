import { type AttributeValue, PutItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { itemBytes, writeUnits } from "../../bench/aws/item-bytes.ts";
import { type OpenTable, openTable, tableShapes } from "./tables.ts";

type Item = Record<string, AttributeValue>;

/** Items as the adapters write them: texts, and numbers of every kind. */
const numbers = ["0", "7", "12", "123", "1200", "1795461660873", "-5", "-1234567", "92233720368547758080000000001"];
const base = (): Item => ({
  p: { S: "2026-11-23#3" },
  s: { S: '["search","chat é漢🦜","production"]' },
  ...Object.fromEntries(numbers.map((N, i) => [`m_${i}`, { N }])),
});

/** So many bytes by the model, filled up with text. */
function itemOf(bytes: number): Item {
  const item = base();
  return { ...item, e: { S: "x".repeat(bytes - itemBytes(item) - 1) } };
}

async function putUnits({ client, table }: OpenTable, item: Item): Promise<number | undefined> {
  const put = new PutItemCommand({ TableName: table, Item: item, ReturnConsumedCapacity: "TOTAL" });
  return (await client.send(put)).ConsumedCapacity?.CapacityUnits;
}

describe("the cost model counts as DynamoDB Local does", () => {
  test.each([1_023, 1_024, 1_025, 2_048, 2_049])("the write units of an item of %i bytes", async (bytes) => {
    await using open = await openTable(tableShapes.partitioned);
    expect(itemBytes(itemOf(bytes))).toBe(bytes);
    expect(await putUnits(open, itemOf(bytes))).toBe(writeUnits(bytes));
  });

  // The price list has two. DynamoDB Local counts them for the preparing and for the committing, each.
  test.each([1_024, 1_025])("in a transaction a multiple of them, of an item of %i bytes", async (bytes) => {
    await using open = await openTable(tableShapes.partitioned);
    const { ConsumedCapacity: [consumed] = [] } = await open.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: open.table, Item: itemOf(bytes) } }],
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect(consumed?.CapacityUnits).toBe(4 * writeUnits(bytes));
  });
});
