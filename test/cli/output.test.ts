import { expect, test } from "vitest";
import { type OutputFormat, print } from "#cli/output.ts";

const long = "é".repeat(61);
const row = {
  ...{ to: long, id: long, spent_usd: "1234.567891", cost_usd: null, difference_usd_per_month: "-0.000000025" },
  usd_per_million: "2.123456789",
};

function printed(format: OutputFormat): string {
  const out: string[] = [];
  const terminal = {
    ...{ out: (text: string) => out.push(text), err: () => undefined, isInteractive: false, env: {} },
    ...{ ask: async () => undefined, fetch: async () => ({ status: 200, text: async () => "" }) },
    ...{ sleep: async () => undefined, newId: () => "id", now: () => 0 },
  };
  print(terminal, format, { whole: row, columns: Object.keys(row), rows: [row], cut: ["to"] });
  return out.join("");
}

test("a table rounds amounts, not prices of a unit, and cuts long texts of the columns told", () => {
  const cells = printed("table").split("\n")[1]?.split(/ +/);
  expect(cells).toEqual([`${"é".repeat(59)}…`, long, "1,234.57", "unknown", "0.00", "2.123456789"]);
});

test("CSV and JSON are exact and whole", () => {
  expect(printed("csv").split("\r\n")[1]).toBe(`${long},${long},1234.567891,,-0.000000025,2.123456789`);
  expect(JSON.parse(printed("json"))).toEqual(row);
});
