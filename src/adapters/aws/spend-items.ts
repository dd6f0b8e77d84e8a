import { createHash } from "node:crypto";
import type { AttributeValue, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { fnv1a } from "#core/fnv-1a.ts";
import { METER_CODES, meterOfCode } from "#core/meter-codes.ts";
import type { Meter } from "#core/meters.ts";
import type { PicoUsd } from "#core/money.ts";
import { type CellDimensions, type CellSums, cellKey, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";

/*
 * A cell is spread over slots, which its reader adds up: one item a slot, under p = "<day>#<slot>", s = its key.
 * c, l, r, n   cost, list cost, requests, entries; absent is zero
 * m_<code>     quantity of a meter
 * d            the cell's key, where it is too long to be a sort key
 */

type Attributes = Readonly<Record<string, AttributeValue>>;

export const slots = 8;
const version = "1";
/** DynamoDB's bound on a sort key. */
const sortKeyBytesMax = 1_024;
/** DynamoDB keeps 38 digits of a number, as DECIMAL(38, 12) does. */
const sumLimit = 10n ** 38n;
const meterPrefix = "m_";

/** Of a shard: a shard writes to one slot only, so that shards seldom meet in an item. */
export function slotOf(shard: string): number {
  return fnv1a(shard) % slots;
}

export const slotKey = (usageDate: UsageDate, slot: number): string => `${usageDate}#${slot}`;

/** Keys of cells begin with "[", so none is taken for a digest. */
function sortKeyOf(key: string): string {
  if (Buffer.byteLength(key) <= sortKeyBytesMax) return key;
  return `#${createHash("sha256").update(key).digest("base64url")}`;
}

function attributesOf({ cost, listCost, requests, entries, quantities }: CellSums): [name: string, sum: bigint][] {
  const meters = Object.entries(quantities) as [Meter, bigint][];
  return [
    ["c", cost],
    ["l", listCost],
    ["r", requests],
    ["n", entries],
    ...meters.map(([meter, sum]): [string, bigint] => [`${meterPrefix}${METER_CODES[meter]}`, sum]),
  ];
}

/** Adds a cell's sums to what stands in this slot. Throws on a number that DynamoDB could not keep exactly. */
export function addCell(table: string, slot: number, { usageDate, dimensions, sums }: SpendCell): TransactWriteItem {
  const key = cellKey(dimensions);
  const sortKey = sortKeyOf(key);
  const added = attributesOf(sums).filter(([, sum]) => sum !== 0n);
  for (const [name, sum] of added) {
    if (sum >= sumLimit || sum <= -sumLimit) {
      throw new RangeError(`spend: ${name} of ${usageDate} ${key} is ${sum}, at most 38 digits are wanted`);
    }
  }
  const set = sortKey === key ? "SET v = :v" : "SET v = :v, d = :d";
  const add = added.length === 0 ? "" : ` ADD ${added.map(([name]) => `${name} :${name}`).join(", ")}`;
  return {
    Update: {
      TableName: table,
      Key: { p: { S: slotKey(usageDate, slot) }, s: { S: sortKey } },
      UpdateExpression: set + add,
      ExpressionAttributeValues: {
        ":v": { N: version },
        ...(sortKey !== key && { ":d": { S: key } }),
        ...Object.fromEntries(added.map(([name, sum]) => [`:${name}`, { N: String(sum) }])),
      },
    },
  };
}

/** Text to bigint: a sum never passes through a double. */
function sumIn(item: Attributes, name: string): bigint {
  return BigInt(item[name]?.N ?? 0);
}

function dimensionsIn(item: Attributes): CellDimensions {
  const values = JSON.parse(item.d?.S ?? item.s?.S ?? "null") as readonly string[] | null;
  if (item.v?.N !== version || values?.length !== SPEND_DIMENSIONS.length) {
    const { p, s, v } = item;
    throw new Error(`spend: item ${p?.S} ${s?.S} has version ${v?.N}, ${version} is wanted`);
  }
  return Object.fromEntries(SPEND_DIMENSIONS.map((name, i) => [name, values[i]])) as CellDimensions;
}

/** One slot's part of a cell. */
export function cellIn(usageDate: UsageDate, item: Attributes): SpendCell {
  const quantities: Partial<Record<Meter, bigint>> = {};
  for (const name of Object.keys(item)) {
    if (name.startsWith(meterPrefix)) quantities[meterOfCode(name.slice(meterPrefix.length))] = sumIn(item, name);
  }
  return {
    usageDate,
    dimensions: dimensionsIn(item),
    sums: {
      cost: sumIn(item, "c") as PicoUsd,
      listCost: sumIn(item, "l") as PicoUsd,
      requests: sumIn(item, "r"),
      entries: sumIn(item, "n"),
      quantities,
    },
  };
}

export const markKey = (shard: string) => ({ p: { S: `mark#${shard}` }, s: { S: "mark" } });

/** Moves the mark, on condition that it is still the one that was read. */
export function moveMark(table: string, shard: string, expected: string | undefined, next: string): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: markKey(shard),
      UpdateExpression: "SET v = :v, m = :next",
      ConditionExpression: expected === undefined ? "attribute_not_exists(m)" : "m = :expected",
      ExpressionAttributeValues: {
        ":v": { N: version },
        ":next": { S: next },
        ...(expected !== undefined && { ":expected": { S: expected } }),
      },
    },
  };
}

export const generationsKey = "generations";

export function touchDay(table: string, usageDate: UsageDate): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: { p: { S: generationsKey }, s: { S: usageDate } },
      UpdateExpression: "SET v = :v ADD g :one",
      ExpressionAttributeValues: { ":v": { N: version }, ":one": { N: "1" } },
    },
  };
}

export const daysKey = "days";

/** That a day has cells: a reader asks for those days alone, of the 8 partitions that each day might have. */
export const dayItem = (usageDate: UsageDate) => ({ p: { S: daysKey }, s: { S: usageDate }, v: { N: version } });
