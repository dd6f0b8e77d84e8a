import { describe, expect, test } from "vitest";
import { addedColumns } from "#lake/added-columns.ts";
import { athenaAddColumns, athenaCreateLanding, athenaCreateTable, athenaType } from "#lake/ddl-athena.ts";
import { trinoAddColumns, trinoCreateLanding, trinoCreateTable } from "#lake/ddl-trino.ts";
import { MAINTENANCE } from "#lake/maintenance.ts";
import { LAKE_TABLES, type Table, USAGE_LANDING } from "#lake/tables.ts";

const table: Table = {
  name: "things",
  grain: "one row per thing",
  columns: [
    { name: "usage_date", type: "date", optional: false },
    { name: "team", type: "varchar", optional: false },
    { name: "tags", type: "map(varchar,varchar)", optional: false },
    { name: "landed_at", type: "timestamp(6)", optional: false },
    { name: "cost", type: "decimal(38,12)", optional: true },
    { name: "disputed", type: "boolean", optional: false },
  ],
  partitionedBy: ["usage_date"],
};

const landing: Table = {
  name: "landed_things",
  grain: "one row per delivery",
  columns: [
    { name: "cost", type: "decimal(38,12)", optional: true },
    { name: "landed_hour", type: "varchar", optional: false },
  ],
  partitionedBy: ["landed_hour"],
};

describe("Athena", () => {
  test("makes an Iceberg table in a folder of its own", () => {
    expect(athenaCreateTable(table, "the-lake")).toBe(`create table if not exists things (
  usage_date date comment 'UTC day of the usage; the partition: name it in every query',
  team string comment 'owning team, or unallocated',
  tags map<string,string> comment 'free tags of the sender; read one with element_at',
  landed_at timestamp comment 'when it was landed, UTC',
  cost decimal(38,12) comment 'USD at the price of the company; no value: unpriced',
  disputed boolean comment 'two public sources differ on its price'
)
partitioned by (usage_date)
location 's3://the-lake/tables/things/'
tblproperties (
  'table_type' = 'ICEBERG',
  'format' = 'parquet',
  'write_compression' = 'zstd',
  'vacuum_max_snapshot_age_seconds' = '432000',
  'vacuum_min_snapshots_to_keep' = '1',
  'optimize_rewrite_delete_file_threshold' = '1'
)`);
    expect(athenaCreateTable({ ...table, partitionedBy: [] }, "the-lake")).toContain(")\nlocation 's3:");
  });

  test("makes the landing with its hours computed, from 32 days ago to an hour ahead", () => {
    expect(athenaCreateLanding(landing, "the-lake")).toBe(`create external table if not exists landed_things (
  cost decimal(38,12) comment 'USD at the price of the company; no value: unpriced'
)
comment 'one row per delivery'
partitioned by (
  landed_hour string comment 'YYYY-MM-DD-HH, UTC; the partition: name it in every query'
)
stored as parquet
location 's3://the-lake/landing/usage/'
tblproperties (
  'projection.enabled' = 'true',
  'projection.landed_hour.type' = 'date',
  'projection.landed_hour.format' = 'yyyy-MM-dd-HH',
  'projection.landed_hour.range' = 'NOW-32DAYS,NOW+1HOURS',
  'projection.landed_hour.interval' = '1',
  'projection.landed_hour.interval.unit' = 'HOURS',
  'storage.location.template' = 's3://the-lake/landing/usage/landed_hour=\${landed_hour}/'
)`);
  });

  test("adds columns in one statement", () => {
    expect(athenaAddColumns(table, table.columns.slice(3, 5))).toBe(`alter table things add columns (
  landed_at timestamp comment 'when it was landed, UTC',
  cost decimal(38,12) comment 'USD at the price of the company; no value: unpriced'
)`);
  });

  test("has a comment for every column, none with a quote that would end it or longer than Glue keeps", () => {
    for (const { name, columns } of [...LAKE_TABLES, USAGE_LANDING]) {
      const sql = athenaAddColumns({ ...table, name }, columns);
      const comments = [...sql.matchAll(/ comment '([^'\n]*)',?$/gm)].map(([, text = ""]) => text);
      expect(comments).toHaveLength(columns.length);
      for (const comment of comments) expect(comment.length).toBeLessThan(255);
    }
  });

  test("maintains the tables that have days: small files of recent days, which are fewer than 100 partitions", () => {
    const maintained = ["usage_events", "cost_daily", "customer_daily", "forecast_daily"];
    expect(MAINTENANCE.map(({ table: name }) => name)).toEqual(maintained);
    expect(MAINTENANCE[0]).toEqual({
      table: "usage_events",
      optimize: "optimize usage_events rewrite data using bin_pack",
      vacuum: "vacuum usage_events",
    });
  });
});

describe("Trino", () => {
  test("makes the same tables in its two catalogs", () => {
    expect(trinoCreateTable(table, "iceberg.lake")).toBe(`create table if not exists iceberg.lake.things (
  usage_date date,
  team varchar,
  tags map(varchar,varchar),
  landed_at timestamp(6),
  cost decimal(38,12),
  disputed boolean
)
with (format = 'PARQUET', partitioning = array['usage_date'])`);
    expect(trinoCreateLanding(landing, "hive.lake", "local:///it's")).toContain("external_location = 'local:///it''s'");
    expect(trinoAddColumns(table, "iceberg.lake", table.columns.slice(3, 5))).toEqual([
      "alter table iceberg.lake.things add column landed_at timestamp(6)",
      "alter table iceberg.lake.things add column cost decimal(38,12)",
    ]);
  });
});

describe("a table that is there", () => {
  const existing = table.columns.map(({ name, type }) => ({ name, type: athenaType(type) }));
  const added = (definition: Table, found = existing) =>
    addedColumns(definition, found, athenaType).map(({ name }) => name);
  const withColumn = (column: Table["columns"][number]): Table => ({ ...table, columns: [...table.columns, column] });

  test("lacks nothing when it is as defined, in whatever order and spelling", () => {
    const spelled = existing.map(({ name, type }) => ({ name, type: type.replace(",", ", ").toUpperCase() })).reverse();
    expect(added(table)).toEqual([]);
    expect(added(table, spelled)).toEqual([]);
  });

  test("gets the columns it lacks", () => {
    expect(added(withColumn({ name: "note", type: "varchar", optional: true }))).toEqual(["note"]);
    expect(added(withColumn({ name: "pages", type: "decimal(38,0)", optional: false }))).toEqual(["pages"]);
  });

  test("keeps the columns of a newer version that was gone back from", () => {
    expect(added(table, [...existing, { name: "price", type: "string" }])).toEqual([]);
  });

  test("is refused with every column that has another type, by name", () => {
    const other = existing.map(({ name, type }) => ({ name, type: name === "cost" ? "double" : type }));
    expect(() => added(table, other)).toThrow(
      new RangeError(
        "table things: column cost is double, this version has decimal(38,12): a table only gets columns that old rows can do without",
      ),
    );
  });

  test("is refused a new column that rows written before would have to have", () => {
    expect(() => added(withColumn({ name: "owner", type: "varchar", optional: false }))).toThrow(
      "table things: new column owner is neither optional nor a sum",
    );
  });
});
