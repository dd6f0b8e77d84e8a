import { amountOf } from "#core/budget-amounts.ts";
import { budgetPeriod, type Period } from "#core/budget-period.ts";
import { type BudgetState, evaluatedFrom } from "#core/budget-state.ts";
import { type BudgetSum, sumScopes } from "#core/budget-sums.ts";
import type { Budget } from "#core/config.ts";
import { SPEND_DIMENSIONS, type SpendDimension } from "#core/dimensions.ts";
import { earliestOpenDate } from "#core/event-window.ts";
import { type MeasuredSpend, narrowedKey } from "#core/measured-spend.ts";
import { type PicoUsd, zeroUsd } from "#core/money.ts";
import { addDays, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { CostReportRow, makeCostReport } from "./cost-report.ts";

import type { LakeBudgetSpend } from "./ports/lake-budget-spend.ts";

type CostReport = ReturnType<typeof makeCostReport>;

export interface ReadBudgetsDeps {
  readonly costReport: CostReport;
  readonly lakeSpend: Pick<LakeBudgetSpend, "list">;
}

const summed = (rows: readonly CostReportRow[]) =>
  rows.map(({ dimensions, sums }) => ({ dimensions, cost: sums.cost }));

const nothing: BudgetSum = { spent: zeroUsd, byClass: new Map() };

/** In the period that a day is in. */
interface Current extends Period {
  readonly budget: Budget;
  readonly amount: PicoUsd;
}

function currentOf(budget: Budget, day: UsageDate): Current {
  const period = budgetPeriod(budget.period, day);
  return { budget, ...period, amount: amountOf(budget, period) };
}

/** Up to `day`, today or yesterday. Budgets whose periods begin on the same day are summed together. */
async function readLive(
  costReport: CostReport,
  budgets: readonly Current[],
  now: Instant,
  day: UsageDate,
): Promise<BudgetState[]> {
  const openFrom = earliestOpenDate(now);
  const groupBy: readonly SpendDimension[] = SPEND_DIMENSIONS.filter(
    (name) => name === "cost_class" || budgets.some(({ budget }) => budget.scope[name] !== undefined),
  );
  const query = { groupBy, filters: {} };
  // Closed days are asked for apart from the open ones, so that they may be remembered.
  const closedFrom = async (from: UsageDate) => {
    if (from >= openFrom) return [];
    return (await costReport({ ...query, from, to: addDays(openFrom, -1), granularity: "total" })).rows;
  };
  const openRows = async () => (await costReport({ ...query, from: openFrom, to: day, granularity: "daily" })).rows;
  const open = budgets.length === 0 ? [] : await openRows();
  const byStart = [...Map.groupBy(budgets, ({ from }) => from)];
  const states = byStart.map(async ([from, ofStart]) => {
    const scopes = ofStart.map(({ budget }) => budget.scope);
    const inPeriod = open.filter(({ date }) => date !== null && date >= from);
    const sums = sumScopes(scopes, summed([...(await closedFrom(from)), ...inPeriod]));
    const ofToday = sumScopes(scopes, summed(inPeriod.filter(({ date }) => date === day)));
    return ofStart.map((current, i): BudgetState => {
      const { spent, byClass } = sums[i] ?? nothing;
      const spentToday = (ofToday[i] ?? nothing).spent;
      return { ...current, spent, byClass, spentToday, evaluated: "live", asOf: now };
    });
  });
  return (await Promise.all(states)).flat();
}

/** As of the last run that measured this period of it. */
function lakeState(current: Current, measured: ReadonlyMap<string, MeasuredSpend>): BudgetState {
  const last = measured.get(current.budget.id);
  const isNarrowedSo = last?.narrowedTo === narrowedKey(current.budget);
  const ofThis = isNarrowedSo ? [last, last.ended].find((one) => one?.from === current.from) : undefined;
  const byClass: BudgetSum["byClass"] = ofThis?.byClass ?? new Map();
  const spent = [...byClass.values()].reduce((sum: bigint, cost) => sum + cost, 0n) as PicoUsd;
  return {
    ...{ ...current, spent, byClass, spentToday: zeroUsd },
    ...{ evaluated: "lake", asOf: ofThis?.asOf ?? null },
  };
}

/** As `makeReadBudgets`, of budgets that no customers or tags narrow; the others are left out. */
export const makeReadLiveBudgets =
  ({ costReport }: Pick<ReadBudgetsDeps, "costReport">) =>
  async (budgets: readonly Budget[], now: Instant): Promise<readonly BudgetState[]> => {
    const today = usageDateOf(now);
    const live = budgets.filter((budget) => evaluatedFrom(budget) === "live");
    return readLive(
      costReport,
      live.map((budget) => currentOf(budget, today)),
      now,
      today,
    );
  };

/** Budgets of which a period has ended yesterday, to which usage may still come. */
export function endedYesterday(budgets: readonly Budget[], now: Instant): readonly Budget[] {
  const yesterday = earliestOpenDate(now);
  return budgets.filter(({ period }) => budgetPeriod(period, yesterday).to === yesterday);
}

/** What each budget has spent in the period that `day`, today or yesterday, is in; in the order of the budgets. */
export const makeReadBudgets =
  ({ costReport, lakeSpend }: ReadBudgetsDeps) =>
  async (budgets: readonly Budget[], now: Instant, day = usageDateOf(now)): Promise<readonly BudgetState[]> => {
    const current = budgets.map((budget) => currentOf(budget, day));
    const live = current.filter(({ budget }) => evaluatedFrom(budget) === "live");
    const isAllLive = live.length === current.length;
    const [states, measured] = await Promise.all([
      readLive(costReport, live, now, day),
      isAllLive ? [] : lakeSpend.list(),
    ]);
    const byId = new Map(states.map((state) => [state.budget.id, state]));
    const measuredById = new Map(measured.map((one) => [one.budgetId, one]));
    return current.map((one) => byId.get(one.budget.id) ?? lakeState(one, measuredById));
  };

const rememberedMs = 300_000;
const rememberedMax = 64;

/** The same report, asked again within 5 minutes, of days that are closed: only adjustments and late usage change it. */
export function rememberClosedDays(costReport: CostReport, clock: () => Instant): CostReport {
  const remembered = new Map<string, { readonly report: ReturnType<CostReport>; readonly at: Instant }>();
  return async (query) => {
    const now = clock();
    if (query.to >= earliestOpenDate(now)) return costReport(query);
    const key = JSON.stringify(query);
    const known = remembered.get(key);
    if (known && now >= known.at && now - known.at < rememberedMs) return known.report;
    const report = costReport(query);
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(key, { report, at: now });
    report.catch(() => remembered.delete(key));
    return report;
  };
}
