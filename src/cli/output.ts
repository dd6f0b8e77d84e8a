import Table from "cli-table3";
import { moneyForPeople } from "./money-for-people.ts";
import type { Terminal } from "./terminal.ts";

export type OutputFormat = "table" | "json" | "csv";

type Cell = string | number | boolean | null | undefined;
export type OutputRow = Readonly<Record<string, Cell>>;

export interface Output {
  /** What `--json` prints: the reply of the server. */
  readonly whole: unknown;
  /** Names as on the wire; in a table `_usd` columns are rounded, in CSV everything is exact. */
  readonly columns: readonly string[];
  readonly rows: readonly OutputRow[];
  /** Columns whose long texts a table cuts. */
  readonly cut?: readonly string[];
  /** Lines under a table. */
  readonly notes?: readonly string[];
}

const borderless = Object.fromEntries(
  ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right", "left", "left-mid"]
    .concat(["mid", "mid-mid", "right", "right-mid"])
    .map((part) => [part, ""]),
);

/** Prices of a unit are none: they stay exact. */
const amount = /_usd(_per_month)?$/;

function forPeople(column: string, cell: Cell): string {
  if (column.endsWith("cost_usd")) return moneyForPeople(cell === undefined ? null : (cell as string | null));
  if (amount.test(column) && typeof cell === "string") return moneyForPeople(cell);
  if (typeof cell === "number") return cell.toLocaleString("en-US");
  return cell === null || cell === undefined ? "" : String(cell);
}

const numeric = /^-?[\d,]+(\.\d+)?$|^unknown$|^$/;

const cutAt = 60;

function cutText(cell: Cell): Cell {
  if (typeof cell !== "string") return cell;
  const letters = [...cell];
  return letters.length > cutAt ? `${letters.slice(0, cutAt - 1).join("")}…` : cell;
}

function cutRow(row: OutputRow, columns: readonly string[]): OutputRow {
  return { ...row, ...Object.fromEntries(columns.map((column) => [column, cutText(row[column])])) };
}

/** Columns two spaces apart, numbers to the right. */
export function renderTable(columns: readonly string[], rows: readonly OutputRow[]): string {
  const cells = rows.map((row) => columns.map((column) => forPeople(column, row[column])));
  const table = new Table({
    head: columns.map((column) => column.replaceAll("_", " ")),
    colAligns: columns.map((_, i) =>
      cells.length > 0 && cells.every((row) => numeric.test(row[i] ?? "")) ? "right" : "left",
    ),
    chars: { ...borderless, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
  });
  table.push(...cells);
  return `${table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

function csvCell(cell: Cell): string {
  const text = cell === null || cell === undefined ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function renderCsv(columns: readonly string[], rows: readonly OutputRow[]): string {
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])).join(","));
  return `${[columns.join(","), ...lines].join("\r\n")}\r\n`;
}

export function print(terminal: Terminal, format: OutputFormat, output: Output): void {
  switch (format) {
    case "json":
      return terminal.out(`${JSON.stringify(output.whole, null, 2)}\n`);
    case "csv":
      return terminal.out(renderCsv(output.columns, output.rows));
    case "table": {
      const rows = output.rows.map((row) => cutRow(row, output.cut ?? []));
      const body = rows.length > 0 ? renderTable(output.columns, rows) : "";
      return terminal.out(`${body}${(output.notes ?? []).map((note) => `${note}\n`).join("")}`);
    }
    default:
      return format satisfies never;
  }
}
