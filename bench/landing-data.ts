import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { USAGE_LANDING } from "#lake/tables.ts";

/** What a column has in the row `i` of the made-up landing, in DuckDB's SQL; a column not named here is null. */
const values: Readonly<Record<string, string>> = {
  entry_version: "1",
  key: `'["bench","event-' || i || '"]'`,
  kind: "'usage'",
  source: "'bench'",
  event_id: "'event-' || i",
  content_hash: "md5(cast(i as varchar))",
  event_time: "moment",
  usage_date: "cast(moment as date)",
  booked_month: "strftime(moment, '%Y-%m')",
  received_at: "moment",
  key_id: "'key-1'",
  team: "'team-' || (i % 10)",
  feature: "'feature-' || (i % 25)",
  environment: "case when i % 4 = 0 then 'staging' else 'production' end",
  region: "'emea'",
  customer_tier: "'tier-' || (i % 4)",
  cost_class: "'cogs'",
  provider: "'openai'",
  model: "'model-' || (i % 5)",
  service_tier: "'standard'",
  price_status: "'priced'",
  policy_status: "'ungoverned'",
  purpose: "'customer_facing'",
  customer_id: "'customer-' || (hash(i) % 2000)",
  tags: "map(['sprint'], ['s' || (i % 7)])",
  requested_model: "'openai/model-' || (i % 5)",
  speed: "'standard'",
  response_id: "'chatcmpl-' || md5(cast(i as varchar))",
  requests: "1",
  uncached_input_tokens: "1000 + i % 977",
  cache_read_tokens: "i % 511",
  text_output_tokens: "100 + i % 331",
  charges: `'[{"meter":"uncached_input_tokens","quantity":' || (1000 + i % 977)
    || ',"list_unit_price":"2.5","unit_price":"2.5","list_cost":"0.0025","cost":"0.0025","estimated":false,"disputed":false},{"meter":"text_output_tokens","quantity":'
    || (100 + i % 331)
    || ',"list_unit_price":"10","unit_price":"10","list_cost":"0.001","cost":"0.001","estimated":false,"disputed":false}]'`,
  cost: "cast(i % 100003 as decimal(38,12)) * cast(0.000001 as decimal(12,6))",
  list_cost: "cast(i % 100003 as decimal(38,12)) * cast(0.000001 as decimal(12,6))",
  price_version: "'openai/model@2026-01-01'",
  disputed: "false",
  shard: "'shard-' || (i // 500000)",
  sequence: "lpad(cast(i as varchar), 40, '0')",
  import_id: "''",
  landed_at: "cast('2026-11-20 10:00:00' as timestamp)",
  landed_file: "landed_file",
  landed_row: "row_number() over ()",
};

const rowsPerFile = 500_000;

/**
 * Landed files with so many events of 30 days, one in twenty delivered twice. Written by DuckDB (COPY), which is faster
 * than our own writer and gives the same columns and types.
 */
export async function makeLanding(folder: string, events: number): Promise<void> {
  const hour = join(folder, "landed_hour=2026-11-20-10");
  mkdirSync(hour, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "1GB" });
  const connection = await instance.connect();
  const columns = USAGE_LANDING.fileColumns.map(
    ({ name, type }) => `cast(${values[name] ?? "null"} as ${type}) as ${name}`,
  );
  for (let from = 0; from < events; from += rowsPerFile) {
    const to = Math.min(from + rowsPerFile, events);
    const repeated = `select i from range(${from}, ${to}) r(i) union all select i from range(${from}, ${to}, 20) r(i)`;
    await connection.run(
      `copy (
        select ${columns.join(", ")}
        from (select i, 'part-${from}' as landed_file, timestamp '2026-10-22 00:00:00' + to_seconds(cast(i as bigint) * 2591999 // ${events}) as moment from (${repeated}))
      ) to '${join(hour, `part-${from}.parquet`)}' (format parquet)`,
    );
  }
  connection.closeSync();
  instance.closeSync();
}
