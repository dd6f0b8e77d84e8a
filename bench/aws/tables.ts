import { type CostLine, totalUsd, usdOf } from "./cost-line.ts";
import { PRICES } from "./prices.ts";

export const usd = (value: number, digits = 4) => `$${value.toFixed(digits)}`;

/** A number as people read it, with as many digits as say something. */
export function amount(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}

/** A table as Markdown has it, so that a page can take it over as it is printed. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((name, i) => Math.max(3, name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  console.log(line(head));
  console.log(
    `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`,
  );
  for (const row of rows) console.log(line(row));
}

/** Lines with amounts, prices and what they make; those that round to nothing are summed up. */
export function printLines(lines: readonly CostLine[], least: number): void {
  const shown = lines.filter((line) => usdOf(line) >= least);
  const rest = totalUsd(lines) - totalUsd(shown);
  printTable(
    ["", "amount", "of", "USD"],
    [
      ...shown.map((line) => [line.what, amount(line.amount), PRICES[line.price].unit, usd(usdOf(line))]),
      [`all else, each below ${usd(least, 3)}`, "", "", usd(rest)],
      ["**together**", "", "", `**${usd(totalUsd(lines), 3)}**`],
    ],
  );
}

export function wanted(what: string, computed: number, most: number): void {
  const verdict = computed <= most ? "met" : "MISSED";
  console.log(`${what}: computed ${usd(computed, 3)}, wanted at most ${usd(most, 2)}: ${verdict}`);
}
