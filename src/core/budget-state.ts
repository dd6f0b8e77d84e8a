import type { Period } from "./budget-period.ts";
import type { Budget, Scope } from "./config.ts";
import type { CostClass, SpendDimension } from "./dimensions.ts";
import { divHalfEven, type PicoUsd } from "./money.ts";
import type { Instant } from "./time.ts";

/** Exact, by cost class; a class without spend is absent. */
export type SpendByClass = ReadonlyMap<CostClass, PicoUsd>;

/** What a budget's scope has spent in the period so far. */
export interface BudgetState extends Period {
  readonly budget: Budget;
  /** Of this period. */
  readonly amount: PicoUsd;
  readonly spent: PicoUsd;
  /** Booked to today, as far as `spent` knows; of the lake's it is not told apart, and 0. */
  readonly spentToday: PicoUsd;
  /** Its sum is `spent`. */
  readonly byClass: SpendByClass;
  /** `live`: from spend cells. `lake`: as of the last run of the pipeline. */
  readonly evaluated: "live" | "lake";
  /** When it was so; null: no run has measured this period yet, and what it has spent is not known. */
  readonly asOf: Instant | null;
}

/** The dimensions of a spend cell, as far as they are known. */
export type KnownDimensions = Readonly<Partial<Record<SpendDimension, string>>>;

/** Of each dimension that the scope names, one of its values. */
export function isInScope(scope: Scope, dimensions: KnownDimensions): boolean {
  return Object.entries(scope).every(([name, values]) => values.includes(dimensions[name as SpendDimension] ?? ""));
}

/** Spend cells know neither customers nor tags: what a budget narrowed to them has spent stands in the lake. */
export function evaluatedFrom({ customer_id, tags }: Budget): BudgetState["evaluated"] {
  return customer_id === undefined && tags === undefined ? "live" : "lake";
}

/** Whom its alerts are for; null: nobody in particular. */
export function teamOf({ team, scope }: Budget): string | null {
  if (team !== undefined) return team;
  const [only, ...others] = scope.team ?? [];
  return only !== undefined && others.length === 0 ? only : null;
}

export function isUsedUp({ amount, spent, asOf }: BudgetState): boolean {
  return asOf !== null && spent >= amount;
}

const hundredthsOfPercent = 10_000n;

/** `part` of the amount in percent with two decimals: "83.25"; null of an amount of nothing. */
export function percentOf(part: PicoUsd, amount: PicoUsd): string | null {
  if (amount <= 0n) return null;
  const share = divHalfEven(part * hundredthsOfPercent, amount);
  const magnitude = share < 0n ? -share : share;
  return `${share < 0n ? "-" : ""}${magnitude / 100n}.${(magnitude % 100n).toString().padStart(2, "0")}`;
}
