import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type Item, itemBytes, readUnits, writeUnits } from "./item-bytes.ts";

/** What one call to DynamoDB costs, by the size of its items. */
export interface Units {
  readonly write: number;
  readonly read: number;
}

interface Update {
  readonly Key: Item;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeValues: Item;
}

type Body = Readonly<Record<string, unknown>>;
type Answer = readonly [reply: unknown, units: Units];

const nothing: Units = { write: 0, read: 0 };
const keyOf = ({ k, p, s }: Item) => JSON.stringify([k?.S, p?.S, s?.S]);

/** `SET v = :v, m = :next ADD c :c, l :l`, of which the adapters write no more. */
function changed(item: Item, { Key, UpdateExpression, ExpressionAttributeValues: values }: Update): Item {
  const attributes: Record<string, AttributeValue> = { ...item, ...Key };
  const [set = "", add = ""] = UpdateExpression.replace(/^SET /, "").split(" ADD ");
  for (const [, name = "", value = ""] of set.matchAll(/(\w+) = (:\w+)/g)) {
    attributes[name] = values[value] as AttributeValue;
  }
  for (const [, name = "", value = ""] of add.matchAll(/(\w+) (:\w+)/g)) {
    attributes[name] = { N: String(BigInt(attributes[name]?.N ?? 0) + BigInt(values[value]?.N ?? 0)) };
  }
  return attributes;
}

/** DynamoDB as far as ingest and the consumers need it: keeps items, answers, and counts units by the pricing rules. */
export class StubTables {
  readonly items = new Map<string, Item>();

  answer(operation: string, body: Body): Answer {
    switch (operation) {
      case "GetItem":
        return this.get(body.Key as Item);
      case "Query":
        return this.query(body.ExpressionAttributeValues as Item);
      case "PutItem":
        return this.put(body.Item as Item);
      case "BatchExecuteStatement":
        return this.insert(body.Statements as readonly { readonly Parameters: readonly AttributeValue[] }[]);
      case "BatchGetItem":
        return this.getAll(body.RequestItems as Readonly<Record<string, { readonly Keys: readonly Item[] }>>);
      case "TransactWriteItems":
        return this.transact(body.TransactItems as readonly { readonly Update: Update }[]);
      default:
        throw new Error(`the stub knows no ${operation}`);
    }
  }

  private get(key: Item): Answer {
    const item = this.items.get(keyOf(key));
    return [item ? { Item: item } : {}, { write: 0, read: readUnits(item ? itemBytes(item) : 0) }];
  }

  /** Of a partition, in the order of its sort key, from `:from` to `:to` where they are asked for. One page. */
  private query({ ":p": partition, ":from": from, ":to": to }: Item): Answer {
    const found = [...this.items.values()]
      .filter(({ p, s = { S: "" } }) => {
        const place = s.S ?? "";
        return p?.S === partition?.S && place >= (from?.S ?? "") && (to?.S === undefined || place <= to.S);
      })
      .sort((one, other) => ((one.s?.S ?? "") < (other.s?.S ?? "") ? -1 : 1));
    const bytes = found.reduce((sum, item) => sum + itemBytes(item), 0);
    return [
      { Items: found, Count: found.length },
      { write: 0, read: readUnits(bytes) },
    ];
  }

  private put(item: Item): Answer {
    this.items.set(keyOf(item), item);
    return [{}, { write: writeUnits(itemBytes(item)), read: 0 }];
  }

  /** An INSERT that finds its key taken costs what it would have written. */
  private insert(statements: readonly { readonly Parameters: readonly AttributeValue[] }[]): Answer {
    let write = 0;
    const responses = statements.map(({ Parameters: [k, e, x, w] }) => {
      const item = { k, e, x, w } as Item;
      write += writeUnits(itemBytes(item));
      if (this.items.has(keyOf(item))) return { Error: { Code: "DuplicateItem", Message: "Duplicate primary key" } };
      this.items.set(keyOf(item), item);
      return { TableName: "ledger" };
    });
    return [{ Responses: responses }, { write, read: 0 }];
  }

  private getAll(requested: Readonly<Record<string, { readonly Keys: readonly Item[] }>>): Answer {
    const [[table, { Keys }] = ["", { Keys: [] }]] = Object.entries(requested);
    const found = Keys.map((key) => this.items.get(keyOf(key))).filter((item) => item !== undefined);
    const read = found.reduce((sum, item) => sum + readUnits(itemBytes(item)), 0);
    return [
      { Responses: { [table]: found }, UnprocessedKeys: {} },
      { ...nothing, read },
    ];
  }

  /** Twice the units of a plain write, of the larger of the item before and after. */
  private transact(writes: readonly { readonly Update: Update }[]): Answer {
    let write = 0;
    for (const { Update: update } of writes) {
      const before = this.items.get(keyOf(update.Key)) ?? {};
      const after = changed(before, update);
      write += 2 * writeUnits(Math.max(itemBytes(before), itemBytes(after)));
      this.items.set(keyOf(update.Key), after);
    }
    return [{}, { write, read: 0 }];
  }
}
