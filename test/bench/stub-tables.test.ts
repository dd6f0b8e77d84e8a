import { describe, expect, test } from "vitest";
import { StubTables } from "../../bench/aws/stub-tables.ts";

const statement = (key: string, text: string) => ({
  Statement: "INSERT",
  Parameters: [{ S: key }, { S: text }, { N: "1798485661" }, { S: "w" }],
});

const update = (s: string, expression: string, values: Record<string, { N: string }>) => ({
  Update: { Key: { p: { S: "day" }, s: { S: s } }, UpdateExpression: expression, ExpressionAttributeValues: values },
});

describe("what a call costs", () => {
  test("an INSERT: the units of its item, also where the key is taken", () => {
    const tables = new StubTables();
    const Statements = [statement("a", "x".repeat(1_100)), statement("b", "x")];
    expect(tables.answer("BatchExecuteStatement", { Statements })[1]).toEqual({ write: 3, read: 0 });
    const [reply, units] = tables.answer("BatchExecuteStatement", { Statements: [statement("b", "x")] });
    expect([reply, units]).toMatchObject([{ Responses: [{ Error: { Code: "DuplicateItem" } }] }, { write: 1 }]);
  });

  test("a batch of reads: at least a unit for each item found", () => {
    const tables = new StubTables();
    tables.answer("BatchExecuteStatement", { Statements: [statement("a", "x"), statement("b", "x".repeat(5_000))] });
    const Keys = ["a", "b", "c"].map((key) => ({ k: { S: key } }));
    expect(tables.answer("BatchGetItem", { RequestItems: { ledger: { Keys } } })[1]).toEqual({ write: 0, read: 3 });
  });

  test("a transaction: twice the units of each item, which adds to what stands", () => {
    const tables = new StubTables();
    const add = update("cell", "SET v = :v ADD c :c", { ":v": { N: "1" }, ":c": { N: "5" } });
    const TransactItems = [add, update("mark", "SET v = :v", { ":v": { N: "1" } })];
    expect(tables.answer("TransactWriteItems", { TransactItems })[1]).toEqual({ write: 4, read: 0 });
    tables.answer("TransactWriteItems", { TransactItems: [add] });
    expect(tables.answer("GetItem", { Key: add.Update.Key })).toEqual([
      { Item: { p: { S: "day" }, s: { S: "cell" }, v: { N: "1" }, c: { N: "10" } } },
      { write: 0, read: 1 },
    ]);
  });
});
