import { PRICES, pricesAsOf } from "./prices.ts";
import { amount, printTable } from "./tables.ts";

const checked = { aws: "on a page of AWS", others: "where AWS is quoted", none: "not checked" } as const;

/** A price so small is said of a million. */
function perUnit(usd: number, unit: string): string {
  return usd < 0.001 ? `$${amount(usd * 1e6)} per million: ${unit}` : `$${amount(usd)}: ${unit}`;
}

export function printPrices(): void {
  console.log(`\n## Prices, us-east-1, ${pricesAsOf}\n`);
  printTable(
    ["price", "source", "checked"],
    Object.values(PRICES).map((price) => [
      price.unit.startsWith("byte") ? price.unit : perUnit(price.usd, price.unit),
      price.source,
      checked[price.checked],
    ]),
  );
}
