import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { SpendPosting, SpendStore } from "#app/ports/spend.ts";
import { addSums, cellKey, type SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";
import { orUnavailable } from "./dynamo-errors.ts";
import { transact } from "./dynamo-transact.ts";
import { mapBounded } from "./map-bounded.ts";
import { queryPartition } from "./query-pages.ts";
import {
  addCell,
  cellIn,
  dayItem,
  daysKey,
  generationsKey,
  markKey,
  moveMark,
  slotKey,
  slotOf,
  slots,
  touchDay,
} from "./spend-items.ts";

export interface DynamoSpendOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** From 0 to 1: how long to wait after a collision. */
  readonly random: () => number;
}

const part = "spend";
/** A transaction takes 100: these and the mark. */
const itemsMax = 99;
const queriesInFlightMax = 32;

function assertPosting({ expectedMark, nextMark, cells, touchedClosedDays }: SpendPosting): void {
  if (cells.length + touchedClosedDays.length > itemsMax) {
    throw new RangeError(`spend: a posting has at most ${itemsMax} cells and days, found more`);
  }
  if (expectedMark !== undefined && nextMark <= expectedMark) {
    throw new RangeError(`spend: the mark may only move forward, found ${nextMark} after ${expectedMark}`);
  }
}

function sumSlots(parts: readonly SpendCell[]): SpendCell[] {
  const cells = new Map<string, SpendCell>();
  for (const cell of parts) {
    const key = cellKey(cell.dimensions);
    const known = cells.get(key);
    cells.set(key, known ? { ...known, sums: addSums(known.sums, cell.sums) } : cell);
  }
  return [...cells.values()];
}

/**
 * Reads are strongly consistent, though they cost double: whoever packs a day reads its generation, then its cells, and
 * a cell older than the generation would be packed for good.
 *
 * @param options.table key `p`, `s`
 */
export function dynamoSpend({ client, table, random }: DynamoSpendOptions): SpendStore {
  const slotNumbers = Array.from({ length: slots }, (_, slot) => slot);
  const notedDays = new Set<UsageDate>();

  /** Before the cells are written, so that no reader misses them; once a day and process. */
  async function noteDay(day: UsageDate): Promise<void> {
    await orUnavailable(part, client.send(new PutItemCommand({ TableName: table, Item: dayItem(day) })));
    notedDays.add(day);
  }

  return {
    async mark(shard) {
      const get = new GetItemCommand({ TableName: table, Key: markKey(shard), ConsistentRead: true });
      const { Item: item } = await orUnavailable(part, client.send(get));
      return item?.m?.S;
    },

    // Sent again after a timeout it adds nothing: the mark is then no longer the one expected, and it is stale.
    async post(posting) {
      assertPosting(posting);
      const { shard, expectedMark, nextMark, cells, touchedClosedDays } = posting;
      const days = new Set(cells.map(({ usageDate }) => usageDate));
      const newDays = [...days].filter((day) => !notedDays.has(day));
      await mapBounded(newDays, queriesInFlightMax, noteDay);
      const slot = slotOf(shard);
      const items = [
        moveMark(table, shard, expectedMark, nextMark),
        ...cells.map((cell) => addCell(table, slot, cell)),
        ...touchedClosedDays.map((day) => touchDay(table, day)),
      ];
      const refused = await transact(client, { part, items, random });
      return refused === undefined ? "posted" : "stale";
    },

    async read(from, to) {
      const days = await queryPartition(client, { part, table, partition: daysKey, between: [from, to] });
      const partitions = days.flatMap(({ s }) => slotNumbers.map((slot) => ({ day: s?.S as UsageDate, slot })));
      const parts = await mapBounded(partitions, queriesInFlightMax, async ({ day, slot }) => {
        const items = await queryPartition(client, { part, table, partition: slotKey(day, slot) });
        return items.map((item) => cellIn(day, item));
      });
      const byDay = Map.groupBy(parts.flat(), ({ usageDate }) => usageDate);
      return [...byDay.values()].flatMap(sumSlots);
    },

    async generations(from, to) {
      const items = await queryPartition(client, { part, table, partition: generationsKey, between: [from, to] });
      return new Map(items.map(({ s, g }) => [s?.S as UsageDate, Number(g?.N)]));
    },
  };
}
