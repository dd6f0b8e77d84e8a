import type { Period } from "./budget-period.ts";
import type { Budget } from "./config.ts";
import { type PicoUsd, parseUsd, zeroUsd } from "./money.ts";

/** What a budget may spend in a period: as of the last change that begins on the period's first day or before. */
export function amountOf({ amount_usd, changes = [] }: Budget, { from }: Pick<Period, "from">): PicoUsd {
  const change = changes.findLast((one) => one.from <= from);
  return parseUsd(change?.amount_usd ?? amount_usd) ?? zeroUsd;
}
