import type { AlertFact, AlertKind, AlertReading } from "./alert.ts";
import { foreseen, type Projection } from "./budget-forecast.ts";
import { type BudgetState, percentOf, teamOf } from "./budget-state.ts";
import { thresholdsOf, thresholdText, thresholdUsd } from "./budget-thresholds.ts";
import { type BurnRate, FAST_MULTIPLE, SLOW_MULTIPLE } from "./burn-rate.ts";
import { COST_CLASSES } from "./dimensions.ts";
import type { PicoUsd } from "./money.ts";
import { moneyText } from "./money-text.ts";
import { budgetScopeText } from "./scope-text.ts";
import { formatInstant } from "./time.ts";

/** The highest threshold reached is told again at each further quarter of the amount. */
const stepPercent = 25;
const titleMax = 100;

const titleOf = (text: string) => (text.length > titleMax ? `${text.slice(0, titleMax - 1)}…` : text);
const usd = (amount: PicoUsd) => `${moneyText(amount)} USD`;
const periodOf = ({ from, to }: BudgetState) => `${from}/${to}`;
const daysOf = ({ from, to }: BudgetState) => (from === to ? from : `${from} to ${to}`);
const minuteOf = (text: string) => `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;

/** "83.2 %". */
function share(part: PicoUsd, amount: PicoUsd): string {
  return `${Number(percentOf(part, amount) ?? 0).toFixed(1)} %`;
}

function byClassText({ byClass }: BudgetState): string {
  const parts = COST_CLASSES.flatMap((name) => {
    const spent = byClass.get(name);
    return spent === undefined || spent === 0n ? [] : [`${name} ${usd(spent)}`];
  });
  return parts.length === 0 ? "nothing yet" : parts.join(", ");
}

function projectedText(projection: Projection, { amount, spent }: BudgetState): string {
  if (projection.status === "none") return `not known: ${projection.reason}`;
  const { mean, p10, p90, usedUpOn, confidence } = projection;
  const range = `80 % interval ${moneyText(p10)} to ${usd(p90)}, ${confidence} confidence`;
  const atEnd = `${usd(mean)} at the period's end, ${share(mean, amount)} (${range})`;
  if (spent >= amount) return `${atEnd}; it is used up`;
  return `${atEnd}; ${usedUpOn === null ? "not used up in this period" : `used up on ${usedUpOn}`}`;
}

interface Told {
  readonly what: string;
  readonly since: string;
  readonly projected: string;
}

/** In the order in which people ask. */
function factsOf(state: BudgetState, { what, since, projected }: Told): readonly AlertFact[] {
  const { budget, amount, spent, evaluated, asOf } = state;
  const asOfText = evaluated === "lake" && asOf !== null ? `, as of ${minuteOf(formatInstant(asOf))}` : "";
  return [
    { label: "What", value: what },
    { label: "Where", value: `${budgetScopeText(budget)} (budget ${budget.id})` },
    {
      label: "How much",
      value: `${moneyText(spent)} of ${usd(amount)}, ${share(spent, amount)}, in the ${budget.period} ${daysOf(state)}${asOfText}`,
    },
    { label: "By class", value: byClassText(state) },
    { label: "Since", value: since },
    { label: "Projected", value: projected },
    { label: "Owner", value: budget.owner },
  ];
}

/** What all readings of a budget have in common. */
function readingOf(state: BudgetState, kind: AlertKind, threshold: string) {
  const { budget } = state;
  return {
    rule: { kind, subject: budget.id, period: periodOf(state), threshold },
    ...{ team: teamOf(budget), owner: budget.owner, isNotice: false },
  };
}

const levelOf = (part: PicoUsd, amount: PicoUsd) => Number(percentOf(part, amount) ?? 0);

/** Readings of the thresholds that are reached, on what is spent and on what is projected. */
export function budgetReadings(state: BudgetState, projection: Projection): readonly AlertReading[] {
  const { budget, amount, spent, from, asOf } = state;
  if (asOf === null) return [];
  const likely = foreseen(projection);
  const projected = projection.status === "projected" ? projection.mean : spent;
  const reached = thresholdsOf(budget).filter((threshold) => {
    const sum = threshold.on === "actual" ? spent : likely;
    return sum !== null && sum >= thresholdUsd(threshold, amount);
  });
  return reached.map((threshold): AlertReading => {
    const isActual = threshold.on === "actual";
    const isHighest = reached.findLast(({ on }) => on === threshold.on) === threshold;
    const text = thresholdText(threshold);
    const title = isActual
      ? `${budget.id}: ${share(spent, amount)} of ${usd(amount)} spent`
      : `${budget.id}: ${share(projected, amount)} of ${usd(amount)} projected`;
    const what = isActual
      ? `The ${budget.period}'s spend has reached ${text} of its budget`
      : `The ${budget.period}'s spend is expected to reach ${text} of its budget`;
    return {
      ...readingOf(state, isActual ? "budget_actual" : "budget_forecast", text),
      severity: threshold.severity,
      title: titleOf(title),
      facts: factsOf(state, {
        what,
        since: `the period began on ${from}`,
        projected: projectedText(projection, state),
      }),
      level: levelOf(isActual ? spent : projected, amount),
      step: isHighest ? stepPercent : null,
    };
  });
}

function usedUpText({ usedUpAt }: BurnRate, { amount, spent }: BudgetState): string {
  if (spent >= amount) return "it is used up";
  if (usedUpAt === null) return "not used up in this period, at the rate of the last 24 hours";
  return `used up on ${minuteOf(formatInstant(usedUpAt))}, at the rate of the last 24 hours`;
}

function ratesText({ windows, evenPerHour }: BurnRate): string {
  const names: Readonly<Record<number, string>> = { 1: "1 hour", 24: "24 hours", 168: "7 days" };
  const rates = windows.map(
    ({ hours, perHour, multiple }) => `${usd(perHour)} (${multiple.toFixed(1)} ×) over ${names[hours]}`,
  );
  return `${rates.join(", ")}; even is ${usd(evenPerHour)}`;
}

/** A reading where the budget burns fast or slow; never both. */
export function burnReadings(state: BudgetState, burn: BurnRate): readonly AlertReading[] {
  const isFast = burn.fast !== null;
  const level = burn.fast ?? burn.slow;
  if (level === null) return [];
  return [
    {
      ...readingOf(state, isFast ? "burn_rate_fast" : "burn_rate_slow", isFast ? "in an hour" : "in days"),
      severity: isFast ? "critical" : "warning",
      title: titleOf(
        `${state.budget.id}: spending ${level.toFixed(1)} × its even rate, ${isFast ? "in an hour" : "for days"}`,
      ),
      facts: factsOf(state, {
        what: `Spend per hour is ${level.toFixed(1)} × what uses the budget up exactly: ${ratesText(burn)}`,
        since: isFast ? "within the last hour" : "for a day or more",
        projected: usedUpText(burn, state),
      }),
      level,
      // A burn far above it is told again when it has doubled.
      step: Math.max(isFast ? FAST_MULTIPLE : SLOW_MULTIPLE, level / 2),
    },
  ];
}
