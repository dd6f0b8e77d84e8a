import { amountOf } from "./budget-amounts.ts";
import { budgetPeriod } from "./budget-period.ts";
import type { Budget } from "./config.ts";
import type { PicoUsd } from "./money.ts";
import { addDays, type UsageDate } from "./time.ts";

/** The budgets by the id of the one that they are a part of. */
export function childrenOf<B extends { readonly parent?: string | undefined }>(
  budgets: readonly B[],
): ReadonlyMap<string, readonly B[]> {
  return Map.groupBy(
    budgets.filter(({ parent }) => parent !== undefined),
    ({ parent }) => parent as string,
  );
}

/** What its parts may spend in a period, and so what of its amount is given to nobody. */
export function allocatedTo(children: readonly Budget[], period: { readonly from: UsageDate }): PicoUsd {
  return children.reduce((sum, child) => sum + amountOf(child, period), 0n) as PicoUsd;
}

/** Before every change. */
const beginning = "0001-01-01" as UsageDate;

/** The first days of the periods in which any of these budgets, of one kind of period, begins to have another amount. */
export function amountDates(budgets: readonly Budget[]): readonly UsageDate[] {
  const firsts = budgets.flatMap(({ period, changes = [] }) =>
    changes.map(({ from }) => {
      const within = budgetPeriod(period, from);
      return within.from === from ? from : addDays(within.to, 1);
    }),
  );
  return [beginning, ...[...new Set(firsts)].sort()];
}

/** As people say it. */
export function sinceText(date: UsageDate): string {
  return date === beginning ? "before any change" : `from ${date} on`;
}
