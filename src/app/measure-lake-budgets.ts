import { budgetPeriod } from "#core/budget-period.ts";
import { evaluatedFrom } from "#core/budget-state.ts";
import { sumScopes } from "#core/budget-sums.ts";
import type { Budget } from "#core/config.ts";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { type MeasuredSpend, narrowedKey, parameterLines, TAGS_MAX } from "#core/measured-spend.ts";
import { parseUsd } from "#core/money.ts";
import { type Instant, usageDateOf } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import type { LakeBudgetSpend } from "./ports/lake-budget-spend.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";

export interface MeasureLakeBudgetsDeps {
  readonly engine: QueryEngine;
  readonly lakeBudgetSpend: LakeBudgetSpend;
  readonly rules: () => Promise<Pick<CompanyRules, "config">>;
  readonly clock: () => Instant;
}

export type MeasureLakeBudgets = () => Promise<void>;

function summedRow(row: QueryRow) {
  const cost = parseUsd(String(row.cost));
  if (cost === undefined) throw new Error(`budget_spend: a cost of ${row.cost}`);
  const dimensions = Object.fromEntries(SPEND_DIMENSIONS.map((name) => [name, String(row[name])]));
  return { dimensions, cost };
}

/** Of each tag its values, twice, and its name; what is not asked for is ''. */
function tagParameters({ tags = {} }: Budget): string[] {
  const named = Object.entries(tags).map(([name, values]): [string, string] => [name, parameterLines(values)]);
  return Array.from({ length: TAGS_MAX }, (_, i) => named[i] ?? (["", ""] as const)).flatMap(([name, lines]) => [
    ...[lines, lines, name],
  ]);
}

async function measure(engine: QueryEngine, budget: Budget, asOf: Instant): Promise<MeasuredSpend> {
  const period = budgetPeriod(budget.period, usageDateOf(asOf));
  const customers = budget.customer_id === undefined ? "" : parameterLines(budget.customer_id);
  const parameters = [period.from, period.to, customers, customers, ...tagParameters(budget)];
  const rows = await engine.run("budget_spend", { parameters });
  const [sum] = sumScopes([budget.scope], rows.map(summedRow));
  const byClass = sum?.byClass ?? new Map();
  return { ...period, budgetId: budget.id, narrowedTo: narrowedKey(budget), byClass, asOf };
}

/** What customers and events with tags have spent of their budgets in the period that it is now: one query a budget. */
export const makeMeasureLakeBudgets =
  ({ engine, lakeBudgetSpend, rules, clock }: MeasureLakeBudgetsDeps): MeasureLakeBudgets =>
  async () => {
    const { config } = await rules();
    const budgets = config.budgets.filter((budget) => evaluatedFrom(budget) === "lake");
    const ids = new Set(budgets.map(({ id }) => id));
    const gone = (await lakeBudgetSpend.list()).map(({ budgetId }) => budgetId).filter((id) => !ids.has(id));
    const measured: MeasuredSpend[] = [];
    for (const budget of budgets) measured.push(await measure(engine, budget, clock()));
    if (measured.length > 0 || gone.length > 0) await lakeBudgetSpend.put(measured, gone);
  };
