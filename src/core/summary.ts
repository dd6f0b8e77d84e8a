import type { AlertFact, AlertReading, AlertRule, AlertState } from "./alert.ts";
import type { StoredAnomaly } from "./anomaly.ts";
import { projectSpend } from "./budget-forecast.ts";
import { budgetPeriod, type Period } from "./budget-period.ts";
import type { BudgetState, SpendByClass } from "./budget-state.ts";
import { COST_CLASSES } from "./dimensions.ts";
import type { ForecastRun } from "./forecast-run.ts";
import { addUsd, divHalfEven, negateUsd, type PicoUsd, zeroUsd } from "./money.ts";
import { moneyText } from "./money-text.ts";
import { scopeText } from "./scope-text.ts";
import type { UsageDate } from "./time.ts";

export type SummaryKind = "week" | "month";

export interface SpendOfPeriod {
  readonly total: PicoUsd;
  readonly requests: bigint;
  readonly byClass: SpendByClass;
  readonly byFeature: ReadonlyMap<string, PicoUsd>;
  readonly unallocated: PicoUsd;
  /** Their cost is not known. */
  readonly unpricedRequests: bigint;
}

export interface Summarized {
  readonly kind: SummaryKind;
  readonly period: Period;
  readonly spend: SpendOfPeriod;
  /** Of the period before. */
  readonly before: SpendOfPeriod;
  /** In their present periods. */
  readonly budgets: readonly BudgetState[];
  readonly forecast: ForecastRun | undefined;
  readonly today: UsageDate;
  /** With today, as far as it has come. */
  readonly spentThisMonth: PicoUsd;
  readonly spentToday: PicoUsd;
  readonly unresolved: readonly StoredAnomaly[];
  readonly firing: readonly AlertState[];
  /** Nothing on time reaches the period any more. */
  readonly isFinal: boolean;
}

/** Of each list; how many more there are is said. */
const linesMax = 10;
const changesMax = 3;

const usd = (amount: PicoUsd) => `${moneyText(amount)} USD`;
const differenceOf = (now: PicoUsd, before: PicoUsd) => addUsd(now, negateUsd(before));
const signed = (amount: PicoUsd) => `${amount < 0n ? "" : "+"}${usd(amount)}`;
const magnitude = (amount: PicoUsd) => (amount < 0n ? -amount : amount);

function percent(part: bigint, whole: bigint): string {
  if (whole <= 0n) return "0.0 %";
  const tenths = divHalfEven(part * 1_000n, whole);
  const size = tenths < 0n ? -tenths : tenths;
  return `${tenths < 0n ? "-" : ""}${size / 10n}.${size % 10n} %`;
}

/** "110.00 USD, +10.00 USD (10.0 %)". */
function withChange(now: PicoUsd, before: PicoUsd): string {
  const change = differenceOf(now, before);
  const share = before > 0n ? ` (${change < 0n ? "" : "+"}${percent(change, before)})` : "";
  return `${usd(now)}, ${signed(change)}${share}`;
}

function listed(lines: readonly string[], none: string): string {
  if (lines.length === 0) return none;
  const more = lines.length > linesMax ? [`${lines.length - linesMax} more`] : [];
  return [...lines.slice(0, linesMax), ...more].join("; ");
}

function classFacts({ spend, before }: Summarized): AlertFact[] {
  return COST_CLASSES.flatMap((name) => {
    const [now, then] = [spend.byClass.get(name) ?? zeroUsd, before.byClass.get(name) ?? zeroUsd];
    return now === 0n && then === 0n ? [] : [{ label: `Class ${name}`, value: withChange(now, then) }];
  });
}

function changesText({ spend, before }: Summarized): string {
  const features = [...new Set([...spend.byFeature.keys(), ...before.byFeature.keys()])];
  const changes = features
    .map((feature) => {
      const [now, then] = [spend.byFeature.get(feature) ?? zeroUsd, before.byFeature.get(feature) ?? zeroUsd];
      return { feature, change: differenceOf(now, then) };
    })
    .filter(({ change }) => change !== 0n)
    .sort((a, b) => Number(magnitude(b.change) - magnitude(a.change)) || (a.feature < b.feature ? -1 : 1));
  return listed(
    changes.slice(0, changesMax).map(({ feature, change }) => `${feature} ${signed(change)}`),
    "none",
  );
}

function budgetLine({ budget, amount, spent, from, to, asOf }: BudgetState): string {
  const days = `in ${from} to ${to}`;
  if (asOf === null) return `${budget.id}: not measured yet ${days}`;
  return `${budget.id}: ${moneyText(spent)} of ${usd(amount)}, ${percent(spent, amount)}, ${days}`;
}

/** Of all spend, as a budget of it would be projected. */
function monthEndText({ forecast, today, spentThisMonth, spentToday }: Summarized): string {
  const period = budgetPeriod("month", today);
  const projection = projectSpend(
    {
      ...period,
      budget: { id: "", owner: "", scope: {}, period: "month", amount_usd: "1", when_used_up: "warn" },
      ...{ amount: zeroUsd, spent: spentThisMonth, spentToday, byClass: new Map() },
      ...{ evaluated: "live", asOf: null },
    },
    forecast,
    today,
  );
  if (projection.status === "none") return `not known: ${projection.reason}`;
  const { mean, p10, p90, confidence } = projection;
  return `${usd(mean)} expected by ${period.to}, all classes (80 % interval ${moneyText(p10)} to ${usd(p90)}, ${confidence} confidence)`;
}

/** It names the period: each is told once ever. */
export function summaryRule(kind: SummaryKind, { from, to }: Period): AlertRule {
  return { kind: `${kind}ly_summary`, subject: "all spend", period: `${from}/${to}`, threshold: null };
}

/** A notice of what a week or a month has cost, and of where things stand now. */
export function summaryReading(summarized: Summarized): AlertReading {
  const { kind, period, spend, before, budgets, unresolved, firing, isFinal } = summarized;
  const standing = isFinal ? "final" : "preliminary: its last days may still get late usage";
  return {
    rule: summaryRule(kind, period),
    ...{ severity: "info", team: null, visibleTo: null, owner: null },
    title: `AI spend of the ${kind} ${period.from} to ${period.to}: ${usd(spend.total)}`,
    facts: [
      { label: "Period", value: `${kind} ${period.from} to ${period.to} (UTC days), in USD; ${standing}` },
      { label: "All spend", value: `${withChange(spend.total, before.total)} against the ${kind} before` },
      ...classFacts(summarized),
      { label: "Top changes", value: changesText(summarized) },
      { label: "Budgets now", value: listed(budgets.map(budgetLine), "none") },
      { label: "This month", value: monthEndText(summarized) },
      {
        label: "Anomalies since",
        value: listed(
          unresolved.map(({ usageDate, scope, excess }) => `${usageDate} ${scopeText(scope)} ${signed(excess)}`),
          "none unresolved",
        ),
      },
      {
        label: "Firing now",
        value: listed(
          firing.map(({ title }) => title),
          "none",
        ),
      },
      {
        label: "Unallocated",
        value: `${usd(spend.unallocated)}, ${percent(spend.unallocated, spend.total)} of the spend`,
      },
      {
        label: "Unpriced",
        value: `${spend.unpricedRequests} of ${spend.requests} requests, ${percent(spend.unpricedRequests, spend.requests)}: in no sum`,
      },
    ],
    ...{ level: 1, step: null, isNotice: true },
  };
}
