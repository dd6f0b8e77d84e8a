import { GlueClient } from "@aws-sdk/client-glue";
import { expect, test, vi } from "vitest";
import { setUpLake } from "#aws/set-up-lake.ts";
import { athenaType } from "#lake/ddl-athena.ts";
import { LAKE_TABLES, type Table, USAGE_LANDING } from "#lake/tables.ts";
import { type Answer, answeringServer } from "./answering-server.ts";
import { type FakeEnding, fakeAthena, refusal } from "./fake-athena.ts";

vi.mock("node:timers/promises", () => ({ setTimeout: async () => {} }));

interface GlueColumn {
  readonly Name: string;
  readonly Type: string;
  readonly Parameters?: Readonly<Record<string, string>>;
}

interface GlueTable {
  readonly Name: string;
  readonly Parameters: Readonly<Record<string, string>>;
  readonly StorageDescriptor: { readonly Location: string; readonly Columns: readonly GlueColumn[] };
  readonly PartitionKeys: readonly GlueColumn[];
}

/** A table as Glue has it once Athena made it. */
function inGlue(table: Table): GlueTable {
  const isIceberg = table !== USAGE_LANDING;
  const columns = table.columns.map(({ name, type }) => ({ Name: name, Type: athenaType(type) }));
  const isPartition = ({ Name }: GlueColumn) => !isIceberg && table.partitionedBy.includes(Name);
  return {
    Name: table.name,
    Parameters: isIceberg ? { table_type: "ICEBERG" } : { EXTERNAL: "TRUE" },
    StorageDescriptor: {
      Location: isIceberg ? `s3://the-lake/tables/${table.name}` : "s3://the-lake/landing/usage",
      Columns: columns.filter((column) => !isPartition(column)),
    },
    PartitionKeys: columns.filter(isPartition),
  };
}

const allTables = [...LAKE_TABLES, USAGE_LANDING];
const whole = new Map(allTables.map((table) => [table.name, inGlue(table)]));

/** Runs the set-up against these tables; gives what it says and the first line of each statement it ran. */
async function setUp(
  tables: ReadonlyMap<string, GlueTable>,
  options: { answer?: Answer; endings?: FakeEnding[] } = {},
) {
  await using glue = await answeringServer(({ body }) => {
    const { Name } = JSON.parse(body.toString()) as { Name: string };
    const found = tables.get(Name);
    if (options.answer !== undefined) return options.answer;
    if (found === undefined) return refusal("EntityNotFoundException", `Entity Not Found: ${Name}`);
    return { status: 200, body: JSON.stringify({ Table: found }) };
  });
  await using athena = await fakeAthena(options.endings === undefined ? {} : { endings: options.endings });
  const place = { client: athena.client, workgroup: "finops", database: "lake" };
  const done = setUpLake({ athena: place, glue: new GlueClient(glue.client), bucket: "the-lake" });
  const outcome = await done.catch((error: unknown) => error);
  const statements = athena.calls.map(({ input }) => String(input.QueryString).split("\n")[0]);
  return { outcome, statements };
}

test("an empty database gets every table", async () => {
  const { outcome, statements } = await setUp(new Map());
  const names = ["usage_events", "cost_daily", "customer_daily", "forecast_daily", "erasures", "usage_landing"];
  expect(outcome).toEqual({ made: names, added: [] });
  expect(statements).toEqual([
    "create table if not exists usage_events (",
    "create table if not exists cost_daily (",
    "create table if not exists customer_daily (",
    "create table if not exists forecast_daily (",
    "create table if not exists erasures (",
    "create external table if not exists usage_landing (",
  ]);
});

test("a lake that is as this version has it is not touched", async () => {
  expect(await setUp(whole)).toEqual({ outcome: { made: [], added: [] }, statements: [] });
});

test("columns that are new in this version are added, columns long gone from an Iceberg table do not matter", async () => {
  const without = (name: string, column: string) => {
    const found = whole.get(name) as GlueTable;
    const Columns = found.StorageDescriptor.Columns.filter(({ Name }) => Name !== column);
    const gone = { Name: "gone", Type: "int", Parameters: { "iceberg.field.current": "false" } };
    return { ...found, StorageDescriptor: { ...found.StorageDescriptor, Columns: [...Columns, gone] } };
  };
  const old = new Map(whole)
    .set("usage_events", without("usage_events", "web_searches"))
    .set("cost_daily", without("cost_daily", "web_searches"));
  const { outcome, statements } = await setUp(old);
  expect(outcome).toEqual({ made: [], added: ["usage_events.web_searches", "cost_daily.web_searches"] });
  expect(statements).toEqual(["alter table usage_events add columns (", "alter table cost_daily add columns ("]);
});

test("a table that this version cannot write to is told before anything is changed", async () => {
  const found = whole.get("usage_landing") as GlueTable;
  const other = {
    ...found,
    StorageDescriptor: { ...found.StorageDescriptor, Columns: [{ Name: "key", Type: "int" }] },
  };
  const { outcome, statements } = await setUp(new Map([["usage_landing", other]]));
  expect(String(outcome)).toContain("table usage_landing: column key is int, this version has string");
  expect(statements).toEqual([]);
});

test.each<[string, Partial<GlueTable>, string]>([
  ["is no Iceberg table", { Parameters: {} }, "table cost_daily exists and is no Iceberg table: rename or remove it"],
  [
    "is in another bucket",
    { StorageDescriptor: { Location: "s3://the-lake-of-others/x", Columns: [] } },
    "table cost_daily exists at s3://the-lake-of-others/x, this deployment's bucket is the-lake",
  ],
])("a table of the same name that %s is left alone", async (_, other, why) => {
  const tables = new Map(whole).set("cost_daily", { ...(whole.get("cost_daily") as GlueTable), ...other });
  const { outcome, statements } = await setUp(tables);
  expect(outcome).toEqual(new Error(why));
  expect(statements).toEqual([]);
});

test("a database that is not there, or may not be read, is told by name", async () => {
  const absent = refusal("EntityNotFoundException", "Database lake not found.");
  expect(String((await setUp(new Map(), { answer: absent })).outcome)).toContain("Database lake not found");
  const denied = refusal("AccessDeniedException", "no");
  expect(String((await setUp(new Map(), { answer: denied })).outcome)).toContain('database "lake": access is denied');
});

test("a statement that fails names its table", async () => {
  const { outcome } = await setUp(new Map(), { endings: [{ state: "FAILED", reason: "no permission" }] });
  expect(String(outcome)).toContain("making table usage_events: query query-0 failed: no permission");
});
