import type { ColumnBytes } from "./column-bytes.ts";
import { scannedHourly } from "./lake-scan.ts";
import { gb, hoursPerMonth, PRICES } from "./prices.ts";
import { eventRates, reference } from "./scenarios.ts";
import { amount, printTable, usd } from "./tables.ts";

export function printAthena(columns: ColumnBytes): void {
  console.log(`\n## What an hourly run scans, ${reference.rate} events a second\n`);
  const total = (rate: number) => scannedHourly(columns, rate).reduce((sum, { bytes }) => sum + bytes, 0);
  printTable(
    ["statement", "MB"],
    scannedHourly(columns, reference.rate).map(({ statement, bytes }) => [
      statement,
      amount(Math.round(bytes / 1024 ** 2)),
    ]),
  );
  console.log("");
  printTable(
    ["events/s", "GB a run", "USD a month", "USD per million events"],
    eventRates.map((rate) => {
      const monthly = total(rate) * PRICES.athenaByte.usd * hoursPerMonth;
      return [
        String(rate),
        amount(Math.round((total(rate) / gb) * 1_000) / 1_000),
        usd(monthly, 2),
        usd(monthly / ((rate * 3_600 * hoursPerMonth) / 1e6)),
      ];
    }),
  );
}
