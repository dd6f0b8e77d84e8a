import { evaluatedFrom } from "./budget-state.ts";
import type { Budget, BudgetThreshold } from "./config.ts";
import { formatUsd, type PicoUsd, parseUsd, zeroUsd } from "./money.ts";

const USUAL: readonly BudgetThreshold[] = [
  { on: "actual", percent: "80", severity: "warning" },
  { on: "actual", percent: "100", severity: "critical" },
  { on: "forecast", percent: "100", severity: "warning" },
];

/** Those it names, or the usual ones; what is evaluated from the lake has no forecast. */
export function thresholdsOf(budget: Budget): readonly BudgetThreshold[] {
  if (budget.thresholds !== undefined) return budget.thresholds;
  return evaluatedFrom(budget) === "live" ? USUAL : USUAL.filter(({ on }) => on === "actual");
}

/** "80" of "80.0": the same threshold, however it is written. */
function plainNumber(decimal: string): string {
  const parsed = parseUsd(decimal);
  return parsed === undefined ? decimal : formatUsd(parsed);
}

/** "80 %" or "1000 USD"; of a budget no two on the same are alike. */
export function thresholdText(threshold: BudgetThreshold): string {
  return "percent" in threshold ? `${plainNumber(threshold.percent)} %` : `${plainNumber(threshold.amount_usd)} USD`;
}

const hundred = 100n * 10n ** 12n;

/** The least amount that reaches it, to the pico-dollar. */
export function thresholdUsd(threshold: BudgetThreshold, amount: PicoUsd): PicoUsd {
  if ("amount_usd" in threshold) return parseUsd(threshold.amount_usd) ?? zeroUsd;
  const percent = parseUsd(threshold.percent) ?? zeroUsd;
  return ((amount * percent + hundred - 1n) / hundred) as PicoUsd;
}
