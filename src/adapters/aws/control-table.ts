import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { conditionFailed, transact } from "./dynamo-transact.ts";
import { serviceError } from "./service-errors.ts";
import { itemVersion, kindOf, readItem, type StoredItem } from "./stored-item.ts";

/** What the adapters of the control table are made with. */
export interface ControlTableDeps {
  readonly client: DynamoDBClient;
  readonly table: string;
}

interface Place {
  readonly p: string;
  readonly s: string;
  /** A condition expression of DynamoDB. */
  readonly onlyIf?: string;
  readonly values?: Readonly<Record<`:${string}`, string | number>>;
}

/** An item made or changed: `set` and `add` are the clauses of DynamoDB's update expression. */
export interface ControlUpdate extends Place {
  readonly set?: string;
  readonly add?: string;
  /** Attributes that it has no longer. */
  readonly remove?: string;
}

interface Deletion extends Place {
  readonly deleted: true;
}

export type ControlWrite = ControlUpdate | Deletion;

/** The single table of everything small: partition `p`, sort `s`, and in every item its version. */
export interface ControlTable {
  get(p: string, s: string): Promise<StoredItem | undefined>;
  /** The items of a partition in the order of `s`, or the last `limit` of them, last first. */
  list(p: string, last?: { readonly limit: number }): Promise<readonly StoredItem[]>;
  /**
   * The item as it is now, or undefined when its condition does not hold: then nothing has changed. Of an item that no
   * transaction writes: one that did at this moment would make it unavailable.
   */
  update(update: ControlUpdate): Promise<StoredItem | undefined>;
  /** All or none. False when a condition does not hold: then nothing has changed. At most 100 items, each once. */
  writeTogether(writes: readonly ControlWrite[]): Promise<boolean>;
  /** As `writeTogether`, but tells the places in `writes` of the conditions that do not hold: none when it is done. */
  failedTogether(writes: readonly ControlWrite[]): Promise<readonly number[]>;
  /** Items of a partition in the order of `s`, from `from` on, at most `limit`. Fewer are not the end, none is. */
  page(p: string, from: string, limit: number): Promise<readonly StoredItem[]>;
}

/** Of one partition: 1 MB each. */
const pagesMax = 1_000;

const attribute = (value: string | number): AttributeValue =>
  typeof value === "number" ? { N: String(value) } : { S: value };

const valuesOf = (values: NonNullable<Place["values"]>) => ({
  ExpressionAttributeValues: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, attribute(value)]),
  ),
});

function placeOf(table: string, { p, s, onlyIf }: Place) {
  return {
    TableName: table,
    Key: { p: { S: p }, s: { S: s } },
    ...(onlyIf !== undefined && { ConditionExpression: onlyIf }),
  };
}

function updateOf(table: string, update: ControlUpdate) {
  const { set, add, remove, values } = update;
  return {
    ...placeOf(table, update),
    UpdateExpression: `SET v = :v${set ? `, ${set}` : ""}${remove ? ` REMOVE ${remove}` : ""}${add ? ` ADD ${add}` : ""}`,
    ...valuesOf({ ":v": itemVersion, ...values }),
  };
}

function transactItem(table: string, write: ControlWrite): TransactWriteItem {
  if (!("deleted" in write)) return { Update: updateOf(table, write) };
  return { Delete: { ...placeOf(table, write), ...(write.values && valuesOf(write.values)) } };
}

export function controlTable({ client, table }: ControlTableDeps): ControlTable {
  const called = { part: "control", resource: `table "${table}"` };

  async function answer<T>(reply: Promise<T>): Promise<T> {
    try {
      return await reply;
    } catch (error) {
      throw serviceError(error, called);
    }
  }

  async function failedTogether(writes: readonly ControlWrite[]): Promise<readonly number[]> {
    const items = writes.map((write) => transactItem(table, write));
    const reasons = (await answer(transact(client, { part: called.part, items }))) ?? [];
    return reasons.flatMap(({ Code }, place) => (Code === conditionFailed ? [place] : []));
  }

  return {
    failedTogether,

    async get(p, s) {
      const { Item } = await answer(
        client.send(new GetItemCommand({ ...placeOf(table, { p, s }), ConsistentRead: true })),
      );
      return Item && readItem(table, Item);
    },

    async list(p, last) {
      const items: StoredItem[] = [];
      let from: Record<string, AttributeValue> | undefined;
      for (let page = 0; page < pagesMax; page++) {
        const query = new QueryCommand({
          TableName: table,
          KeyConditionExpression: "p = :p",
          ExpressionAttributeValues: { ":p": { S: p } },
          ConsistentRead: true,
          ScanIndexForward: last === undefined,
          ...(last && { Limit: last.limit - items.length }),
          ...(from && { ExclusiveStartKey: from }),
        });
        const { Items = [], LastEvaluatedKey } = await answer(client.send(query));
        items.push(...Items.map((item) => readItem(table, item)));
        from = LastEvaluatedKey;
        if (from === undefined || items.length === last?.limit) return items;
      }
      throw new Error(`table "${table}": partition "${kindOf(p)}" has more than ${pagesMax} MB`);
    },

    async update(update) {
      const command = new UpdateItemCommand({ ...updateOf(table, update), ReturnValues: "ALL_NEW" });
      try {
        const { Attributes } = await client.send(command);
        return Attributes && readItem(table, Attributes);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw serviceError(error, called);
      }
    },

    async writeTogether(writes) {
      return (await failedTogether(writes)).length === 0;
    },

    async page(p, from, limit) {
      const query = new QueryCommand({
        TableName: table,
        KeyConditionExpression: "p = :p AND s >= :from",
        ExpressionAttributeValues: { ":p": { S: p }, ":from": { S: from } },
        ConsistentRead: true,
        Limit: limit,
      });
      const { Items = [] } = await answer(client.send(query));
      return Items.map((item) => readItem(table, item));
    },
  };
}
