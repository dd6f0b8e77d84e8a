import { parseUsd } from "#core/money.ts";
import { moneyText } from "#core/money-text.ts";

/** As `moneyText`. Null is the cost of what is unpriced. */
export function moneyForPeople(usd: string | null): string {
  if (usd === null) return "unknown";
  const exact = parseUsd(usd);
  return exact === undefined ? usd : moneyText(exact);
}
