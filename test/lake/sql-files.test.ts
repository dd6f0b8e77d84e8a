import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { METERS } from "#core/meters.ts";
import { renderStatement } from "#lake/statement.ts";
import { PIPELINE } from "#lake/steps.ts";
import { COST_DAILY, CUSTOMER_DAILY, USAGE_EVENTS, USAGE_LANDING } from "#lake/tables.ts";

const folder = new URL("../../sql/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
const read = (name: string) => readFileSync(new URL(name, folder), "utf8");
const withoutComments = (sql: string) => sql.replace(/^\s*--.*$/gm, "").trim();
const names = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);

/** The columns that a merge inserts. */
function inserted(sql: string): string[] {
  const [, columns = "", values = ""] = /insert \(([^)]*)\) values \(([^)]*)\)/.exec(sql) ?? [];
  const list = columns.split(",").map((name) => name.trim());
  expect(values.split(",").map((name) => name.trim())).toEqual(list.map((name) => `s.${name}`));
  return list;
}

describe("the columns", () => {
  test("of cost_daily are the day, the dimensions of a spend cell in their order, and its sums", () => {
    const meters = METERS.filter((meter) => meter !== "requests");
    const wanted = ["usage_date", ...SPEND_DIMENSIONS, "entries", "requests", ...meters, "cost", "list_cost"];
    expect(names(COST_DAILY.columns)).toEqual(wanted);
    expect(inserted(read("merge_cost_daily.sql"))).toEqual(wanted);
    const [, selected = ""] =
      /select([\s\S]*?)from cost_daily/.exec(withoutComments(read("read_cost_daily.sql"))) ?? [];
    expect(selected.split(",").map((name) => name.trim())).toEqual(wanted);
  });

  test("of cost_daily are grouped and matched by every dimension", () => {
    const sql = read("merge_cost_daily.sql");
    const [, grouped = ""] = /group by([\s\S]*?)\n\) as s/.exec(sql) ?? [];
    expect(grouped.split(",").map((name) => name.trim())).toEqual(["usage_date", ...SPEND_DIMENSIONS]);
    const matched = [...sql.matchAll(/(?:on|and) t\.(\w+) = s\.\1\n/g)].map(([, name]) => name);
    expect(matched).toEqual(["usage_date", ...SPEND_DIMENSIONS]);
  });

  test("of cost_daily and customer_daily that are sums are all updated", () => {
    for (const [file, table] of [
      ["merge_cost_daily.sql", COST_DAILY],
      ["merge_customer_daily.sql", CUSTOMER_DAILY],
    ] as const) {
      const updated = [...read(file).matchAll(/^ {2}(\w+) = s\.\1,?$/gm)].map(([, name]) => name);
      expect(updated).toEqual(names(table.columns.filter(({ type }) => type.startsWith("decimal"))));
    }
  });

  test("of customer_daily and usage_events are those that the merges insert", () => {
    expect(inserted(read("merge_customer_daily.sql"))).toEqual(names(CUSTOMER_DAILY.columns));
    expect(inserted(read("merge_usage_events.sql"))).toEqual(names(USAGE_EVENTS.columns));
  });

  test("of usage_events have one for each dimension and each meter, and those of the landing its place besides", () => {
    expect(names(USAGE_EVENTS.columns)).toEqual(expect.arrayContaining([...SPEND_DIMENSIONS, ...METERS]));
    expect(new Set(names(USAGE_EVENTS.columns)).size).toBe(USAGE_EVENTS.columns.length);
    expect(names(USAGE_LANDING.columns)).toEqual([
      ...names(USAGE_EVENTS.columns),
      "landed_file",
      "landed_row",
      "landed_hour",
    ]);
  });
});

describe("every file of sql/", () => {
  test.each(files)("%s says its grain, its inputs and who runs it, and is one statement", (name) => {
    const sql = read(name);
    expect(sql).toMatch(/^-- /);
    expect(sql).toMatch(/^-- grain: {2}\S/m);
    expect(sql).toMatch(/^-- inputs: \S/m);
    expect(sql).toMatch(/^-- run by: \S/m);
    expect(withoutComments(sql)).not.toContain(";");
    expect(withoutComments(sql)).toMatch(/^(merge|insert|select|with)\s/);
  });

  // Constructs that DuckDB takes and Trino does not, or that the two answer differently.
  test.each([
    ["qualify", /\bqualify\b/i],
    ["limit before offset", /\blimit\s+\d+\s+offset\b/i],
    ["a cast by ::", /::/],
    ["group by a position or all", /\bgroup by\s+(\d|all)/i],
    ["order by a position or all", /\border by\s+(\d|all)/i],
    ["a map or list by brackets", /\[/],
    ["a division", /\//],
    ["avg", /\bavg\s*\(/i],
    ["select * exclude or replace", /\*\s*(exclude|replace)/i],
    ["insert by name, or when not matched by source", /\b(insert|into \w+) by name|matched by (source|target)/i],
    ["ilike, asof, pivot, semi or anti join", /\b(ilike|asof|pivot|semi join|anti join)\b/i],
    ["any_value, list, string_agg", /\b(any_value|list|string_agg)\s*\(/i],
    ["double quotes around text", /"/],
    ["a sum without a name", /\bsum\([^()]*\)(?! as )[ ]\w/i],
  ])("has no %s", (_, construct) => {
    for (const name of files) expect(withoutComments(read(name)), name).not.toMatch(construct);
  });

  // Athena: "parameters can be placed only in the WHERE clause"; and not in a MERGE at all.
  test.each(files)("%s has parameters only where Athena takes them", (name) => {
    const sql = withoutComments(read(name));
    if (!/^(select|with)\s/.test(sql)) expect(sql).not.toContain("?");
    const clauses = sql.split(/\b(?=(?:select|from|where|group by|having|order by|limit)\b)/);
    for (const clause of clauses.filter((text) => text.includes("?"))) expect(clause).toMatch(/^where\b/);
  });

  test("each statement of the pipeline has one", () => {
    const statements = PIPELINE.filter(({ kind }) => kind === "statement").map(({ name }) => `${name}.sql`);
    expect(files).toEqual(expect.arrayContaining(statements));
  });
});

describe("a statement", () => {
  test("is filled with dates and hours as literals", () => {
    expect(
      renderStatement("s", "in ({{dates}}) and h >= {{from_hour}}", {
        dates: ["2026-11-20", "2026-11-21"],
        from_hour: "2026-11-20-07",
      }),
    ).toBe("in (date '2026-11-20', date '2026-11-21') and h >= '2026-11-20-07'");
  });

  test("is filled with moments and orders to erase as text", () => {
    const hash = "0123456789abcdef".repeat(4);
    const moment = "2026-11-20 10:00:00.123";
    const orders = [`era_7Zz ${hash} ${moment}`, `era_8 ${hash} ${moment}`];
    expect(renderStatement("s", "{{moment}}; {{orders}}", { moment, orders })).toBe(
      `'${moment}'; ('era_7Zz', '${hash}', '${moment}'), ('era_8', '${hash}', '${moment}')`,
    );
  });

  const hash = "0123456789abcdef".repeat(4);
  test.each([
    "2026-11-20 10:00:00",
    "2026-11-20 10:00:00.000'",
    `era_1' ${hash} 2026-11-20 10:00:00.000`,
    `era_ ${hash} 2026-11-20 10:00:00.000`,
    `era_1 ${hash.toUpperCase()} 2026-11-20 10:00:00.000`,
    `era_1 ${hash} 2026-11-20 10:00:00.000\n`,
    `era_1 ${hash} now()`,
    "era_1",
  ])("refuses %j for a moment or an order", (value) => {
    expect(() => renderStatement("s", "{{orders}}", { orders: value })).toThrow(/^s: \{\{orders\}\} must be/);
  });

  test.each(["2026-11-20' or '1'='1", "2026-02-30", "2026-11-20-24", "", "2026-11-20T00:00:00Z", "20261120", "-- x"])(
    "refuses %j",
    (value) => {
      expect(() => renderStatement("merge_x", "{{dates}}", { dates: [value] })).toThrow(
        /^merge_x: \{\{dates\}\} must be/,
      );
    },
  );

  test("refuses to run with a place left empty or with something left over", () => {
    expect(() => renderStatement("merge_x", "{{dates}}", { dates: [] })).toThrow(
      "merge_x: nothing is given for {{dates}}",
    );
    expect(() => renderStatement("merge_x", "{{toString}}", {})).toThrow("nothing is given for {{toString}}");
    expect(() => renderStatement("merge_x", "select 1", { dates: ["2026-11-20"] })).toThrow(
      "merge_x: there is no {{dates}}",
    );
  });
});
