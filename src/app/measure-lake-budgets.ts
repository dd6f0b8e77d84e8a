import { budgetPeriod, type Period } from "#core/budget-period.ts";
import { evaluatedFrom } from "#core/budget-state.ts";
import { sumScopes } from "#core/budget-sums.ts";
import type { Budget } from "#core/config.ts";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { earliestOpenDate } from "#core/event-window.ts";
import {
  type MeasuredPeriod,
  type MeasuredSpend,
  narrowedKey,
  parameterLines,
  TAGS_MAX,
} from "#core/measured-spend.ts";
import { parseUsd } from "#core/money.ts";
import { type Instant, usageDateOf } from "#core/time.ts";
import type { CompanyRules } from "./company-rules.ts";
import type { LakeBudgetSpend } from "./ports/lake-budget-spend.ts";
import type { QueryEngine, QueryRow } from "./ports/query-engine.ts";
import type { RunState } from "./run-state.ts";

export interface MeasureLakeBudgetsDeps {
  readonly engine: QueryEngine;
  readonly lakeBudgetSpend: LakeBudgetSpend;
  readonly rules: () => Promise<Pick<CompanyRules, "config">>;
  readonly clock: () => Instant;
}

type RunSoFar = Pick<RunState, "nightly" | "changedDays" | "landedDays">;

export type MeasureLakeBudgets = (run: RunSoFar) => Promise<void>;

/**
 * Days of the period may have changed since the last run. Landed days are among them, changed or not: a run that failed
 * may have merged them; and the first run of a day trusts nothing.
 */
function mayHaveChanged({ nightly, changedDays, landedDays }: RunSoFar, { from, to }: Period): boolean {
  if (nightly || changedDays.some((day) => day >= from && day <= to)) return true;
  return landedDays.some(({ first_day, last_day }) => first_day <= to && last_day >= from);
}

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

async function measurePeriod(
  engine: QueryEngine,
  budget: Budget,
  period: Period,
  asOf: Instant,
): Promise<MeasuredPeriod> {
  const customers = budget.customer_id === undefined ? "" : parameterLines(budget.customer_id);
  const parameters = [period.from, period.to, customers, customers, ...tagParameters(budget)];
  const rows = await engine.run("budget_spend", { parameters });
  const [sum] = sumScopes([budget.scope], rows.map(summedRow));
  return { ...period, byClass: sum?.byClass ?? new Map(), asOf };
}

interface Measuring {
  readonly engine: QueryEngine;
  readonly run: RunSoFar;
  readonly asOf: Instant;
  readonly last: MeasuredSpend | undefined;
}

async function measure(budget: Budget, { engine, run, asOf, last }: Measuring): Promise<MeasuredSpend> {
  const known = last?.narrowedTo === narrowedKey(budget) ? [last, ...(last.ended ? [last.ended] : [])] : [];
  const measured = async (period: Period): Promise<MeasuredPeriod> => {
    const before = known.find(({ from, to }) => from === period.from && to === period.to);
    if (before === undefined || mayHaveChanged(run, period)) return measurePeriod(engine, budget, period, asOf);
    return { ...period, byClass: before.byClass, asOf };
  };
  const yesterday = earliestOpenDate(asOf);
  const before = budgetPeriod(budget.period, yesterday);
  const ended = before.to === yesterday ? await measured(before) : undefined;
  const present = await measured(budgetPeriod(budget.period, usageDateOf(asOf)));
  return { ...present, budgetId: budget.id, narrowedTo: narrowedKey(budget), ...(ended && { ended }) };
}

/**
 * What customers and events with tags have spent of their budgets in the period that it is now, and in the one that ended
 * yesterday: one query a budget and period of which days may have changed.
 */
export const makeMeasureLakeBudgets =
  ({ engine, lakeBudgetSpend, rules, clock }: MeasureLakeBudgetsDeps): MeasureLakeBudgets =>
  async (run) => {
    const { config } = await rules();
    const budgets = config.budgets.filter((budget) => evaluatedFrom(budget) === "lake");
    const ids = new Set(budgets.map(({ id }) => id));
    const stored = new Map((await lakeBudgetSpend.list()).map((last) => [last.budgetId, last]));
    const gone = [...stored.keys()].filter((id) => !ids.has(id));
    const measured: MeasuredSpend[] = [];
    for (const budget of budgets) {
      measured.push(await measure(budget, { engine, run, asOf: clock(), last: stored.get(budget.id) }));
    }
    if (measured.length > 0 || gone.length > 0) await lakeBudgetSpend.put(measured, gone);
  };
