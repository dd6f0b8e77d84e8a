import { ruleId } from "#core/alert.ts";
import { isOpen } from "#core/anomaly.ts";
import { budgetPeriod, type Period } from "#core/budget-period.ts";
import { earliestOpenDate } from "#core/event-window.ts";
import { type SpendOfPeriod, type SummaryKind, summaryReading, summaryRule } from "#core/summary.ts";
import { addDays, type Instant, type UsageDate, usageDateOf } from "#core/time.ts";
import type { makeReadBudgets } from "./budget-states.ts";
import type { CompanyRules } from "./company-rules.ts";
import type { makeCostReport } from "./cost-report.ts";
import type { makeJudgeAlerts } from "./judge-alerts.ts";
import type { AlertStore } from "./ports/alerts.ts";
import type { AnomalyStore } from "./ports/anomalies.ts";
import type { ForecastStore } from "./ports/forecasts.ts";

export interface SendSummariesDeps {
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly readBudgets: ReturnType<typeof makeReadBudgets>;
  readonly forecasts: ForecastStore;
  readonly anomalies: Pick<AnomalyStore, "list">;
  readonly alerts: Pick<AlertStore, "firing" | "state">;
  readonly rules: () => Promise<CompanyRules>;
  readonly judgeAlerts: ReturnType<typeof makeJudgeAlerts>;
  readonly clock: () => Instant;
}

/**
 * Tells of the last week (Monday to Sunday) and the last month that are over, each once ever: by the first run on a Monday,
 * and on the 1st, or by the next run after. A period without any spend is not told, nor one to which this run has brought
 * history (`days` have changed): more of it may be on its way, and the next run tells it.
 */
export type SendSummaries = (days: readonly UsageDate[]) => Promise<void>;

/** Late usage of yesterday and the day before is no history. */
const lateDays = 2;

const kinds: readonly SummaryKind[] = ["week", "month"];

/** The one before the period that the day is in. */
const periodBefore = (kind: SummaryKind, day: UsageDate): Period =>
  budgetPeriod(kind, addDays(budgetPeriod(kind, day).from, -1));

async function spendOf(deps: SendSummariesDeps, { from, to }: Period): Promise<SpendOfPeriod> {
  const query = { from, to, granularity: "total", groupBy: ["feature"], filters: {} } as const;
  const { rows, totals } = await deps.costReport(query);
  return {
    total: totals.cost,
    requests: totals.requests,
    byClass: new Map([...totals.byClass].map(([name, { cost }]) => [name, cost])),
    byFeature: new Map(rows.map(({ dimensions, sums }) => [dimensions.feature ?? "", sums.cost])),
    unallocated: totals.unallocated.cost,
    unpricedRequests: totals.unpriced.requests,
  };
}

async function send(deps: SendSummariesDeps, kind: SummaryKind, days: readonly UsageDate[]): Promise<void> {
  const now = deps.clock();
  const today = usageDateOf(now);
  const period = periodBefore(kind, today);
  const historyTo = addDays(today, -lateDays);
  if (days.some((day) => day < historyTo && day <= period.to)) return;
  if ((await deps.alerts.state(ruleId(summaryRule(kind, period)))) !== undefined) return;
  const [spend, before] = await Promise.all([spendOf(deps, period), spendOf(deps, periodBefore(kind, period.from))]);
  if (spend.requests === 0n) return;
  const { config } = await deps.rules();
  const [budgets, forecast, anomalies, firing] = await Promise.all([
    deps.readBudgets(config.budgets, now),
    deps.forecasts.latest(),
    deps.anomalies.list(period.from),
    deps.alerts.firing(),
  ]);
  const [monthSoFar, soFarToday] = await Promise.all([
    spendOf(deps, { from: budgetPeriod("month", today).from, to: today }),
    spendOf(deps, { from: today, to: today }),
  ]);
  const reading = summaryReading({
    ...{ kind, period, spend, before, budgets, forecast, firing, today },
    ...{ spentThisMonth: monthSoFar.total, spentToday: soFarToday.total },
    unresolved: anomalies.filter((one) => one.toldBy === null && isOpen(one)),
    isFinal: period.to < earliestOpenDate(now),
  });
  await deps.judgeAlerts({ covers: () => false, readings: [reading] });
}

export const makeSendSummaries =
  (deps: SendSummariesDeps): SendSummaries =>
  async (days) => {
    for (const kind of kinds) await send(deps, kind, days);
  };
