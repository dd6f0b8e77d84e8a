import type { Period } from "./budget-period.ts";
import type { Budget, Scope } from "./config.ts";
import type { SpendDimension } from "./dimensions.ts";
import { divHalfEven, type PicoUsd, parseUsd, zeroUsd } from "./money.ts";

/** What a budget's scope has spent in the period so far. */
export interface BudgetState extends Period {
  readonly budget: Budget;
  readonly spent: PicoUsd;
}

/** The dimensions of a spend cell, as far as they are known. */
export type KnownDimensions = Readonly<Partial<Record<SpendDimension, string>>>;

/** Of each dimension that the scope names, one of its values. */
export function isInScope(scope: Scope, dimensions: KnownDimensions): boolean {
  return Object.entries(scope).every(([name, values]) => values.includes(dimensions[name as SpendDimension] ?? ""));
}

function amountOf({ amount_usd }: Budget): PicoUsd {
  return parseUsd(amount_usd) ?? zeroUsd;
}

export function isUsedUp({ budget, spent }: BudgetState): boolean {
  return spent >= amountOf(budget);
}

const hundredthsOfPercent = 10_000n;

/** Spent ÷ amount in percent with two decimals: "83.25"; null of an amount of nothing. */
export function sharePercent({ budget, spent }: BudgetState): string | null {
  const amount = amountOf(budget);
  if (amount <= 0n) return null;
  const share = divHalfEven(spent * hundredthsOfPercent, amount);
  const magnitude = share < 0n ? -share : share;
  return `${share < 0n ? "-" : ""}${magnitude / 100n}.${(magnitude % 100n).toString().padStart(2, "0")}`;
}
