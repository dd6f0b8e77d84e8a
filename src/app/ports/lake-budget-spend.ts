import type { MeasuredSpend } from "#core/measured-spend.ts";

/** The last measure of each budget that is evaluated from the lake. */
export interface LakeBudgetSpend {
  /** Each replaces the one of its budget; the budgets named in `gone` have none any more. */
  put(measured: readonly MeasuredSpend[], gone: readonly string[]): Promise<void>;
  /** By the budgets' ids. */
  list(): Promise<readonly MeasuredSpend[]>;
}
