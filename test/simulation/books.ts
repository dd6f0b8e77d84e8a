import { SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";
import { addDays, type UsageDate, usageDateOf } from "#core/time.ts";
import type { MemoryLake } from "../lake/memory-lake.ts";
import type { Model, Sums } from "./model.ts";
import { demand } from "./model.ts";
import type { Durable } from "./world.ts";

/** By day and place, as `Model.sums` names them; places without money or requests left out. */
type Book = ReadonlyMap<string, Sums>;

const PLACE = [...SPEND_DIMENSIONS.slice(0, 6), "model", "price_status"] as const satisfies readonly SpendDimension[];
const cellDays = 31;

function add(book: Map<string, Sums>, place: string, { cost, requests }: Sums): void {
  const known = book.get(place) ?? { cost: 0n, requests: 0n };
  const sums = { cost: known.cost + cost, requests: known.requests + requests };
  if (sums.cost === 0n && sums.requests === 0n) book.delete(place);
  else book.set(place, sums);
}

/** Unscaled text of a decimal(38,12), or a count, as a whole number. */
async function lakeBook(lake: MemoryLake, table: "usage_events" | "cost_daily"): Promise<Book> {
  const rows = await lake.engine.connection.runAndReadAll(
    `select cast(usage_date as varchar), ${PLACE.join(", ")},
       cast(sum(coalesce(cost, 0)) as varchar), cast(sum(requests) as varchar)
     from ${table} group by all`,
  );
  const book = new Map<string, Sums>();
  for (const row of rows.getRows()) {
    const [cost, requests] = row.slice(-2) as [string, string];
    add(book, row.slice(0, -2).join("|"), { cost: BigInt(cost.replace(".", "")), requests: BigInt(requests) });
  }
  return book;
}

async function cellBook(durable: Durable, from: UsageDate, to: UsageDate): Promise<Book> {
  const book = new Map<string, Sums>();
  for (const { usageDate, dimensions, sums } of await durable.spend.spend.read(from, to)) {
    add(book, [usageDate, ...PLACE.map((name) => dimensions[name])].join("|"), sums);
  }
  return book;
}

function equal(name: string, found: Book, wanted: Book): void {
  for (const place of new Set([...found.keys(), ...wanted.keys()])) {
    const here = found.get(place);
    const there = wanted.get(place);
    demand(
      here?.cost === there?.cost && here?.requests === there?.requests,
      `${name}: ${place} has ${here?.cost} for ${here?.requests} requests, wanted ${there?.cost} for ${there?.requests}`,
    );
  }
}

function from(book: Book, first: UsageDate): Book {
  return new Map([...book].filter(([place]) => place >= first));
}

interface LakeEvent {
  readonly key: string;
  readonly kind: string;
  readonly cost: bigint | null;
}

/** What the lake keeps of each key. Charges that do not add up to their entry's cost are a violation. */
async function lakeEvents(lake: MemoryLake): Promise<readonly LakeEvent[]> {
  const rows = await lake.engine.connection.runAndReadAll(
    `select key, kind, cast(cost as varchar), charges from usage_events order by key`,
  );
  return rows.getRows().map((row) => {
    const [key, kind, costUsd] = row as [string, string, string | null, string];
    return { key, kind, cost: costUsd === null ? null : BigInt(costUsd.replace(".", "")) };
  });
}

/** Everything that must be equal, is. The stream is drained, the pipeline has nothing left to do. */
export async function checkBooks(durable: Durable, model: Model): Promise<void> {
  const events = await lakeEvents(durable.lake);
  const keys = new Set(events.map(({ key }) => key));
  demand(keys.size === events.length, `${events.length - keys.size} keys stand twice in usage_events`);
  for (const { key, kind, cost } of events) if (kind === "usage") model.foundInLake(key, cost);
  for (const [key, known] of model.identities) {
    demand(known.acknowledged && known.taken !== undefined, `${key} was never answered for`);
    demand(keys.has(key), `${key} was acknowledged and is not in the lake`);
  }
  const wanted: Map<string, Sums> = new Map();
  for (const [place, sums] of model.sums()) add(wanted, place, sums);
  equal("usage_events", await lakeBook(durable.lake, "usage_events"), wanted);
  equal("cost_daily", await lakeBook(durable.lake, "cost_daily"), wanted);
  const today = usageDateOf(durable.now);
  const first = addDays(today, 1 - cellDays);
  equal("spend cells", await cellBook(durable, first, addDays(today, 1)), from(wanted, first));
}
