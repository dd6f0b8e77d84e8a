import { amountOf } from "./budget-amounts.ts";
import { amountDates, sinceText } from "./budget-hierarchy.ts";
import { evaluatedFrom } from "./budget-state.ts";
import { thresholdText, thresholdUsd } from "./budget-thresholds.ts";
import { checkAmount } from "./check-amount.ts";
import type { Budget, BudgetThreshold } from "./config.ts";
import type { FieldError } from "./field-error.ts";
import { formatUsd, parseUsd } from "./money.ts";

interface Placed {
  readonly threshold: BudgetThreshold;
  readonly path: string;
}

function checkThreshold(budget: Budget, { threshold, path }: Placed): FieldError[] {
  if (threshold.on === "forecast" && evaluatedFrom(budget) === "lake") {
    const wanted = "actual: spend of customers or tags has no forecast";
    return [{ path: `${path}.on`, found: '"forecast"', wanted }];
  }
  if ("amount_usd" in threshold) return checkAmount(threshold.amount_usd, `${path}.amount_usd`);
  if ((parseUsd(threshold.percent) ?? 0n) > 0n) return [];
  const found = JSON.stringify(threshold.percent);
  return [{ path: `${path}.percent`, found, wanted: 'a percentage above 0, such as "80"' }];
}

/** A percentage and an amount are compared at every amount that the budget ever has. */
function checkOrder(budget: Budget, thresholds: readonly Placed[]): FieldError[] {
  const dates = amountDates([budget]);
  return thresholds.flatMap(({ threshold, path }, i): FieldError[] => {
    const before = thresholds[i - 1]?.threshold;
    if (before === undefined) return [];
    const wrong = dates.find((from) => {
      const amount = amountOf(budget, { from });
      return thresholdUsd(threshold, amount) <= thresholdUsd(before, amount);
    });
    if (wrong === undefined) return [];
    const amount = `${formatUsd(amountOf(budget, { from: wrong }))} USD ${sinceText(wrong)}`;
    const wanted = `more than ${thresholdText(before)}, the one on ${threshold.on} before it; the amount is ${amount}`;
    return [{ path, found: thresholdText(threshold), wanted }];
  });
}

/** Thresholds on the same, in order: each is reached after the one before it. */
export function checkThresholds(budget: Budget, path: string): FieldError[] {
  const placed = (budget.thresholds ?? []).map((threshold, i) => ({ threshold, path: `${path}.thresholds[${i}]` }));
  const errors = placed.flatMap((one) => checkThreshold(budget, one));
  if (errors.length > 0) return errors;
  return (["actual", "forecast"] as const).flatMap((on) =>
    checkOrder(
      budget,
      placed.filter(({ threshold }) => threshold.on === on),
    ),
  );
}
