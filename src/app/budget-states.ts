import { budgetPeriod } from "#core/budget-period.ts";
import { type BudgetState, isInScope } from "#core/budget-state.ts";
import type { Budget } from "#core/config.ts";
import { SPEND_DIMENSIONS } from "#core/dimensions.ts";
import { earliestOpenDate } from "#core/event-window.ts";
import type { PicoUsd } from "#core/money.ts";
import { addDays, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { CostReportRow, makeCostReport } from "./cost-report.ts";

type CostReport = ReturnType<typeof makeCostReport>;

const earlier = (a: UsageDate, b: UsageDate) => (a < b ? a : b);
const later = (a: UsageDate, b: UsageDate) => (a < b ? b : a);

/**
 * What each budget has spent in its period so far. Closed days are asked for apart from the open ones, so that they may
 * be remembered; budgets whose periods begin on the same day share a report.
 */
export const makeReadBudgets =
  ({ costReport }: { readonly costReport: CostReport }) =>
  async (budgets: readonly Budget[], now: Instant): Promise<readonly BudgetState[]> => {
    const today = usageDateOf(now);
    const openFrom = earliestOpenDate(now);
    const groupBy = SPEND_DIMENSIONS.filter((name) => budgets.some(({ scope }) => scope[name] !== undefined));
    const reports = new Map<string, Promise<readonly CostReportRow[]>>();
    const rowsOf = (from: UsageDate, to: UsageDate) => {
      const key = `${from} ${to}`;
      const query = { from, to, granularity: "total", groupBy, filters: {} } as const;
      const rows = reports.get(key) ?? costReport(query).then((report) => report.rows);
      reports.set(key, rows);
      return rows;
    };
    return Promise.all(
      budgets.map(async (budget): Promise<BudgetState> => {
        const { from, to } = budgetPeriod(budget.period, today);
        const closed = from < openFrom ? await rowsOf(from, earlier(addDays(openFrom, -1), today)) : [];
        const open = await rowsOf(later(from, openFrom), today);
        const spent = [...closed, ...open]
          .filter(({ dimensions }) => isInScope(budget.scope, dimensions))
          .reduce((sum, { sums }) => sum + sums.cost, 0n);
        return { budget, from, to, spent: spent as PicoUsd };
      }),
    );
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
