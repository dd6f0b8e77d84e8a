import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { ClosedDays, PackedDay } from "#app/ports/closed-days.ts";
import { Unavailable } from "#app/unavailable.ts";
import { packDay } from "#core/pack.ts";
import { eachDay, type UsageDate } from "#core/time.ts";
import { orUnavailable } from "./dynamo-errors.ts";
import { mapBounded } from "./map-bounded.ts";
import { chunkKeysOf, dayOf, itemsOf, partitionOf, sortKeysOf } from "./pack-items.ts";
import { queryPartition } from "./query-pages.ts";

export interface DynamoClosedDaysOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
}

const part = "closed days";
const inFlightMax = 8;
/** A day can be replaced while its month is read; each time it is read again. */
const attemptsMax = 5;

/** The first and the last of these days in each month. */
function monthsOf(from: UsageDate, to: UsageDate): (readonly [UsageDate, UsageDate])[] {
  const months = Map.groupBy(eachDay(from, to), partitionOf);
  return [...months.values()].map((days) => [days[0] as UsageDate, days.at(-1) as UsageDate]);
}

/** @param options.table key `p`, `s`; that of the spend cells */
export function dynamoClosedDays({ client, table }: DynamoClosedDaysOptions): ClosedDays {
  async function writeDay(day: PackedDay): Promise<void> {
    const { head, chunks } = itemsOf(day);
    for (const chunk of chunks) {
      await orUnavailable(part, client.send(new PutItemCommand({ TableName: table, Item: chunk })));
    }
    const put = new PutItemCommand({ TableName: table, Item: head, ReturnValues: "ALL_OLD" });
    const { Attributes: replaced } = await orUnavailable(part, client.send(put));
    const counting = new Set(chunkKeysOf(head));
    for (const key of chunkKeysOf(replaced ?? {})) {
      if (counting.has(key)) continue;
      const Key = { p: { S: partitionOf(day.usageDate) }, s: { S: key } };
      await orUnavailable(part, client.send(new DeleteItemCommand({ TableName: table, Key })));
    }
  }

  async function readMonth(from: UsageDate, to: UsageDate): Promise<PackedDay[]> {
    const query = { part, table, partition: partitionOf(from), between: sortKeysOf(from, to) };
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const items = new Map((await queryPartition(client, query)).map((item) => [item.s?.S ?? "", item]));
      const heads = [...items.values()].filter(({ g }) => g !== undefined);
      const days = heads.map((head) => dayOf(head, items));
      if (!days.includes(undefined)) return days.filter((day) => day !== undefined);
    }
    throw new Unavailable(part);
  }

  return {
    async write(days) {
      await mapBounded(days, inFlightMax, ({ usageDate, generation, cells }) =>
        writeDay({ usageDate, generation, pack: packDay(cells) }),
      );
    },

    async read(from, to) {
      const months = await mapBounded(monthsOf(from, to), inFlightMax, ([first, last]) => readMonth(first, last));
      return months.flat();
    },
  };
}
