import { makeCostReport } from "#app/cost-report.ts";
import type { SpendDimension } from "#core/dimensions.ts";
import { addDays, type UsageDate, usageDateOf } from "#core/time.ts";
import type { LakeSide } from "./durable.ts";
import { demand, type Model, type Sums } from "./model.ts";

/** By day and place, as `Model.sums` names them; places without money and requests left out. */
type Book = ReadonlyMap<string, Sums>;

const PLACE = [
  "team",
  "feature",
  "environment",
  "region",
  "customer_tier",
  "cost_class",
  "model",
  "price_status",
  "policy_status",
] as const satisfies readonly SpendDimension[];

const cellDays = 31;
/** Older than any event of a storm, in days. */
const longAgo = 200;

function add(book: Map<string, Sums>, place: string, { cost, requests }: Sums): void {
  const known = book.get(place) ?? { cost: 0n, requests: 0n };
  const sums = { cost: known.cost + cost, requests: known.requests + requests };
  if (sums.cost === 0n && sums.requests === 0n) book.delete(place);
  else book.set(place, sums);
}

/** A decimal of USD as a whole number of pico-dollars. */
function pico(decimal: string): bigint {
  const [whole = "", fraction = ""] = decimal.split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
}

async function query(side: LakeSide, sql: string): Promise<readonly (readonly string[])[]> {
  return (await side.lake.engine.connection.runAndReadAll(sql)).getRows() as string[][];
}

async function lakeBook(side: LakeSide): Promise<Book> {
  const sums = "cast(sum(cost) as varchar), cast(sum(requests) as varchar)";
  const rows = await query(
    side,
    `select cast(usage_date as varchar), ${PLACE.join(", ")}, ${sums} from cost_daily group by all`,
  );
  const book = new Map<string, Sums>();
  for (const row of rows) {
    const [cost, requests] = row.slice(-2) as [string, string];
    add(book, row.slice(0, -2).join("|"), { cost: pico(cost), requests: BigInt(requests) });
  }
  return book;
}

async function cellBook(side: LakeSide, from: UsageDate, to: UsageDate): Promise<Book> {
  const book = new Map<string, Sums>();
  for (const { usageDate, dimensions, sums } of await side.spend.read(from, to)) {
    add(book, [usageDate, ...PLACE.map((name) => dimensions[name])].join("|"), sums);
  }
  return book;
}

/** What the report shows: cells, packs of closed days, packs of older days. */
async function reportBook(side: LakeSide, today: UsageDate): Promise<Book> {
  const report = await makeCostReport(side)({
    from: addDays(today, -longAgo),
    to: addDays(today, 1),
    granularity: "daily",
    groupBy: PLACE,
    filters: {},
  });
  const book = new Map<string, Sums>();
  for (const { date, dimensions, sums } of report.rows) {
    add(book, [date, ...PLACE.map((name) => dimensions[name])].join("|"), sums);
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

const dailySums = (table: string) => `
  select usage_date, feature, cost_class, sum(cost), sum(list_cost), sum(requests), sum(entries) from ${table} group by all`;

/** Over all customers, customer_daily says of a day, feature and cost class what cost_daily says. */
async function checkCustomers(side: LakeSide): Promise<void> {
  const [ofAll, ofCustomers] = [dailySums("cost_daily"), dailySums("customer_daily")];
  const rows = await query(side, `(${ofAll} except ${ofCustomers}) union all (${ofCustomers} except ${ofAll})`);
  demand(rows.length === 0, `customer_daily and cost_daily differ: ${rows.slice(0, 2).join(" and ")}`);
}

interface StoredCharge {
  readonly cost: string;
}

/** key, kind, cost, charges, source */
type LakeRow = readonly [string, string, string | null, string, string];

/** Every identity is there once, with charges that add up to its cost; tells the models what the lake kept. */
async function checkEntries(side: LakeSide, models: ReadonlyMap<string, Model>): Promise<void> {
  const rows = await query(side, "select key, kind, cast(cost as varchar), charges, source from usage_events");
  const keys = new Set(rows.map(([key]) => key as string));
  demand(keys.size === rows.length, `${rows.length - keys.size} keys stand twice in usage_events`);
  for (const [key, kind, costUsd, charges, source] of rows as readonly LakeRow[]) {
    const cost = costUsd === null ? null : pico(costUsd);
    const sum = (JSON.parse(charges) as readonly StoredCharge[]).reduce(
      (total, charge) => total + pico(charge.cost),
      0n,
    );
    demand(sum === (cost ?? 0n), `${key}: charges of ${sum} make a cost of ${cost}`);
    const tag = source.slice(0, source.indexOf("/"));
    if (kind === "usage") models.get(tag)?.foundInLake(key, cost);
  }
  for (const model of models.values()) {
    for (const [key, known] of model.identities) {
      demand(known.acknowledged && known.taken !== undefined, `${key} was never answered for`);
      demand(keys.has(key), `${key} was acknowledged and is not in the lake`);
    }
  }
}

/** Everything that must be equal, is. The streams are drained, the pipeline has nothing left to do. */
export async function checkBooks(side: LakeSide, models: ReadonlyMap<string, Model>): Promise<void> {
  await checkEntries(side, models);
  const wanted = new Map<string, Sums>();
  for (const model of models.values()) for (const [place, sums] of model.sums()) add(wanted, place, sums);
  equal("cost_daily", await lakeBook(side), wanted);
  await checkCustomers(side);
  const today = usageDateOf(side.clock());
  const first = addDays(today, 1 - cellDays);
  const recent = new Map([...wanted].filter(([place]) => place >= first));
  equal("spend cells", await cellBook(side, first, addDays(today, 1)), recent);
  equal("cost report", await reportBook(side, today), wanted);
}
