import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { readCostDaily } from "#app/cost-daily.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import type { PicoUsd } from "#core/money.ts";
import { hourMs, type Instant, usageDateOf } from "#core/time.ts";
import { addedColumns } from "#lake/added-columns.ts";
import { trinoAddColumns } from "#lake/ddl-trino.ts";
import { landedHour } from "#lake/landed-hour.ts";
import { renderStatement } from "#lake/statement.ts";
import { LAKE_TABLES, type Table, USAGE_LANDING } from "#lake/tables.ts";
import { entry } from "../lake/entries.ts";
import { catalog, icebergCatalog } from "./trino-client.ts";
import { openTrinoLake } from "./trino-lake.ts";

/** A meter, and the columns of an event, that the first version of this lake did not know. */
const meter = "web_searches";
const later = [meter, "trace", "sender_cost"];
const before = (table: Table): Table => ({
  ...table,
  columns: table.columns.filter(({ name }) => !later.includes(name)),
});

const mergeFile = readFileSync(new URL("../../sql/merge_usage_events.sql", import.meta.url), "utf8");
/** The merge as that version had it. */
const mergeBefore = mergeFile.replace(/(?:[ls]\.)?web_searches,\s|,\s+(?:[ls]\.)?(?:trace|sender_cost)\b/g, "");

/** Rewrites a landed file as that version wrote it. */
async function asBefore(file: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `copy (select * exclude (${later.join(", ")}) from '${file}') to '${file}.old' (format parquet)`,
  );
  await connection.run(`copy (from read_parquet('${file}.old')) to '${file}' (format parquet)`);
  rmSync(`${file}.old`);
  connection.closeSync();
  instance.closeSync();
}

type Lake = Awaited<ReturnType<typeof openTrinoLake>>;

/** What a new version does to the tables that are there: whatever each of them lacks. */
async function deploy(lake: Lake, tables: readonly Table[]): Promise<string[]> {
  const added: string[] = [];
  for (const table of tables) {
    const place = `${table === USAGE_LANDING ? catalog : icebergCatalog}.${lake.schema}`;
    const rows = await lake.query(
      `select column_name, data_type from ${place.split(".")[0]}.information_schema.columns
       where table_schema = '${lake.schema}' and table_name = '${table.name}'`,
    );
    const existing = rows.map(({ column_name, data_type }) => ({ name: String(column_name), type: String(data_type) }));
    const columns = addedColumns(table, existing, (type) => type);
    for (const statement of trinoAddColumns(table, place, columns)) await lake.query(statement);
    added.push(...columns.map(({ name }) => `${table.name}.${name}`));
  }
  return added;
}

test("rows and landed files of a version that had a column less are read beside those of this one", async () => {
  const lake = await openTrinoLake({ tables: LAKE_TABLES.map(before), landing: before(USAGE_LANDING) });
  const now = (Date.now() - 2 * hourMs) as Instant;
  const today = usageDateOf(now);
  const time = `${today}T00:00:00Z`;
  const made = (id: string): LedgerEntry => entry({ id, time, cost: 5n });
  const land = (one: LedgerEntry) =>
    lake.landing.write(one.id, now, [{ entry: one, shard: "s", sequence: one.id, importId: "" }]);
  const days = { first_day: today, last_day: today, known_from: today, known_to: today };
  const places = { from_hour: landedHour(now), ...days };
  for (const name of later) expect(mergeBefore).not.toContain(name);

  for (const id of ["1-merged-before", "2-landed-before"]) {
    await land(made(id));
    await asBefore(join(lake.landingFolder, `landed_hour=${landedHour(now)}`, `${id}.parquet`));
    if (id === "1-merged-before") await lake.query(renderStatement("merge", mergeBefore, places));
  }
  await lake.query(
    `insert into cost_daily (usage_date, team, feature, environment, region, customer_tier, cost_class, provider, model,
       service_tier, price_status, policy_status, entries, requests, uncached_input_tokens, cost, list_cost)
     select usage_date, team, feature, environment, region, customer_tier, cost_class, provider, model, service_tier,
       price_status, policy_status, 1, 1, 1000, cost, list_cost from usage_events`,
  );

  const tables = [...LAKE_TABLES, USAGE_LANDING];
  expect(await deploy(lake, tables)).toEqual([
    ...later.map((name) => `usage_events.${name}`),
    `cost_daily.${meter}`,
    ...later.map((name) => `usage_landing.${name}`),
  ]);
  expect(await deploy(lake, tables)).toEqual([]);

  const [old] = (await readCostDaily(lake.engine, [today])).get(today) ?? [];
  expect(old?.sums.quantities).toEqual({ uncached_input_tokens: 1000n });

  const searched: LedgerEntry = {
    ...made("3-after"),
    quantities: { uncached_input_tokens: 1000, [meter]: 3 },
    trace: { filledBy: { team: "rule-1" }, policy: "unlisted" },
    senderCost: 12_500_000_000n as PicoUsd,
  };
  await land(searched);
  await lake.engine.run("merge_usage_events", { substitutions: places });
  for (const one of [made("1-merged-before"), made("2-landed-before"), searched]) {
    expect(await makeLakeEvents(lake).find(one.source, one.id)).toEqual([one]);
  }
  await lake.engine.run("merge_cost_daily", { substitutions: { dates: [today] } });
  const cells = (await readCostDaily(lake.engine, [today])).get(today);
  expect(cells?.map(({ sums }) => sums)).toEqual([
    { cost: 15n, listCost: 30n, requests: 3n, entries: 3n, quantities: { uncached_input_tokens: 3000n, [meter]: 3n } },
  ]);
});
