import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { renderStatement } from "#lake/statement.ts";
import { openTrinoLake } from "./trino-lake.ts";

const folder = new URL("../../sql/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".sql"));
const lists = Array.from({ length: 10 }, () => "1.5,0");
const fillings: Readonly<Record<string, string[]>> = {
  from_hour: ["2026-11-20-07"],
  dates: ["2026-11-20", "2026-11-21"],
  first_day: ["2026-11-01"],
  last_day: ["2026-11-21"],
  known_from: ["2026-11-01"],
  known_to: ["2026-11-21"],
  after_day: ["0001-01-01"],
  received_from: ["2026-11-20 10:00:00.000"],
  forecasts: ["run", "backtest"].map((kind) =>
    [`${kind}-2026-11-20`, kind, "2026-11-20", "2026-11-21T00:07:00.000", "7b7d", "40", "low", ...lists].join(" "),
  ),
  orders: ["era_1", "era_22"].map((id) => `${id} ${"0".repeat(64)} 2026-11-20 10:00:00.000`),
};

let validate: (sql: string) => Promise<unknown>;

beforeAll(async () => {
  const lake = await openTrinoLake();
  validate = (sql) => lake.query(`explain (type validate) ${sql}`);
});

/** As it is run: dates and hours in their places. A parameter is text: one stands for each. */
function filled(name: string): string {
  const text = readFileSync(new URL(name, folder), "utf8");
  const places = new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, place = ""]) => place));
  const substitutions = Object.fromEntries([...places].map((place) => [place, fillings[place] ?? []]));
  const sql = renderStatement(name, text, substitutions);
  return sql.replace(/^\s*--.*$/gm, "").replaceAll("?", "'2026-11-20 10:00:00'");
}

test("there are statements, analysts' among them", () => {
  expect(files).toEqual(expect.arrayContaining(["merge_usage_events.sql", "analyst/top_features.sql"]));
});

describe("Trino takes", () => {
  test.each(files)("sql/%s", async (name) => {
    expect(await validate(filled(name))).toEqual([{ Valid: "true" }]);
  });
});

describe("Trino refuses what DuckDB takes", () => {
  test.each([
    [
      "qualify",
      "select key from usage_events qualify row_number() over (partition by key order by landed_at) = 1",
      "mismatched input 'qualify'|SYNTAX_ERROR",
    ],
    [
      "an alias in where",
      "select cost as spent from usage_events where spent > 0",
      "Column 'spent' cannot be resolved",
    ],
    [
      "text compared with a date",
      "select count(*) as n from cost_daily where usage_date >= '2026-11-20'",
      "Cannot apply operator",
    ],
    ["limit before offset", "select key from usage_events order by key limit 10 offset 5", "mismatched input"],
    ["a cast by ::", "select cost::double as cost from cost_daily", "mismatched input"],
    ["a column that is not there", "select price from cost_daily", "Column 'price' cannot be resolved"],
    ["a function of DuckDB", "select list(key) as keys from usage_events", "Function 'list' not registered"],
  ])("%s", async (_, sql, why) => {
    await expect(validate(sql)).rejects.toThrow(new RegExp(why));
  });
});
