import { budgetPeriod, type Period } from "#core/budget-period.ts";
import { earliestOpenDate } from "#core/event-window.ts";
import { type SpendOfPeriod, type SummaryKind, summaryReading } from "#core/summary.ts";
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
  readonly alerts: Pick<AlertStore, "firing">;
  readonly rules: () => Promise<CompanyRules>;
  readonly judgeAlerts: ReturnType<typeof makeJudgeAlerts>;
  readonly clock: () => Instant;
}

/**
 * Tells of the last week (Monday to Sunday) and the last month that are over, each once ever: by the first run on a Monday,
 * and on the 1st, or by the next run after. A period without any spend is not told.
 */
export type SendSummaries = () => Promise<void>;

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

async function send(deps: SendSummariesDeps, kind: SummaryKind, now: Instant): Promise<void> {
  const today = usageDateOf(now);
  const period = periodBefore(kind, today);
  const [spend, before] = await Promise.all([spendOf(deps, period), spendOf(deps, periodBefore(kind, period.from))]);
  if (spend.requests === 0n) return;
  const { config } = await deps.rules();
  const [budgets, forecast, anomalies, firing] = await Promise.all([
    deps.readBudgets(config.budgets, now),
    deps.forecasts.latest(),
    deps.anomalies.list(period.from),
    deps.alerts.firing(),
  ]);
  const monthSoFar = await spendOf(deps, { from: budgetPeriod("month", today).from, to: today });
  const reading = summaryReading({
    ...{ kind, period, spend, before, budgets, forecast, firing, today },
    spentThisMonth: monthSoFar.total,
    unresolved: anomalies.filter(
      ({ state, toldBy }) => toldBy === null && (state === "new" || state === "acknowledged"),
    ),
    isFinal: period.to < earliestOpenDate(now),
  });
  await deps.judgeAlerts({ covers: () => false, readings: [reading] });
}

export const makeSendSummaries =
  (deps: SendSummariesDeps): SendSummaries =>
  async () => {
    for (const kind of kinds) await send(deps, kind, deps.clock());
  };
