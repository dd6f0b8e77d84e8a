import type { AlertFact, AlertKind, AlertReading } from "./alert.ts";
import { alertHandle } from "./alert-handle.ts";
import { foreseen, type Projection } from "./budget-forecast.ts";
import { type BudgetState, percentOf, teamOf } from "./budget-state.ts";
import { thresholdsOf, thresholdText, thresholdUsd } from "./budget-thresholds.ts";
import { type BurnRate, FAST_MULTIPLE, isProjectable, SLOW_MULTIPLE } from "./burn-rate.ts";
import type { BudgetThreshold } from "./config.ts";
import { COST_CLASSES } from "./dimensions.ts";
import { formatUsd, type PicoUsd } from "./money.ts";
import { moneyText } from "./money-text.ts";
import { scopeKey } from "./scope-key.ts";
import { budgetScopeText } from "./scope-text.ts";
import { formatInstant } from "./time.ts";
import { visibleTo } from "./visibility.ts";

/** The highest threshold is told again at each further quarter of the amount. */
const stepPercent = 25;
const titleMax = 100;

const titleOf = (text: string) => (text.length > titleMax ? `${text.slice(0, titleMax - 1)}…` : text);
const usd = (amount: PicoUsd) => `${moneyText(amount)} USD`;
const periodOf = ({ from, to }: BudgetState) => `${from}/${to}`;
const daysOf = ({ from, to }: BudgetState) => (from === to ? from : `${from} to ${to}`);
const minuteOf = (text: string) => `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;

/** "83.2 %": cut off, so that no threshold is said to be reached that is not. */
function share(part: PicoUsd, amount: PicoUsd): string {
  const tenths = amount <= 0n ? 0n : (part * 1_000n) / amount;
  return `${(Number(tenths) / 10).toFixed(1)} %`;
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
  /** Absent: when it was first seen. */
  readonly since?: string;
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
    ...(since === undefined ? [] : [{ label: "Since", value: since }]),
    { label: "Projected", value: projected },
    { label: "Owner", value: budget.owner },
  ];
}

/** What all readings of a budget have in common. */
function readingOf(state: BudgetState, kind: AlertKind, threshold: string) {
  const { budget } = state;
  return {
    rule: { kind, subject: budget.id, period: periodOf(state), threshold },
    ...{ team: teamOf(budget), visibleTo: visibleTo(budget.scope), owner: budget.owner, isNotice: false },
  };
}

const levelOf = (part: PicoUsd, amount: PicoUsd) => Number(percentOf(part, amount) ?? 0);

/** Changes with where the threshold lies and with what is measured against it. */
function basisOf({ budget: { scope, customer_id, tags }, amount }: BudgetState, threshold: BudgetThreshold): string {
  const at = formatUsd(thresholdUsd(threshold, amount));
  return alertHandle(JSON.stringify([at, scopeKey(scope), customer_id, tags]));
}

/** Of the thresholds of a budget, those that are reached and those that are not. */
interface BudgetReadings {
  readonly reached: readonly AlertReading[];
  readonly calm: readonly AlertReading[];
}

interface Judged {
  readonly threshold: BudgetThreshold;
  readonly isReached: boolean;
  /** None is above it. */
  readonly isHighest: boolean;
  readonly isToldByOther: boolean;
}

function judged(state: BudgetState, projection: Projection): readonly Judged[] {
  const thresholds = thresholdsOf(state.budget);
  const likely = foreseen(projection);
  const usdOf = (threshold: BudgetThreshold) => thresholdUsd(threshold, state.amount);
  const isSpent = (threshold: BudgetThreshold) => state.spent >= usdOf(threshold);
  // What is spent already is told as that.
  const spentMax = thresholds.findLast((one) => one.on === "actual" && isSpent(one));
  return thresholds.map((threshold) => {
    const isActual = threshold.on === "actual";
    return {
      threshold,
      isReached: isSpent(threshold) || (!isActual && likely !== null && likely >= usdOf(threshold)),
      isHighest: thresholds.findLast(({ on }) => on === threshold.on) === threshold,
      isToldByOther: !isActual && spentMax !== undefined && usdOf(threshold) <= usdOf(spentMax),
    };
  });
}

function whatOf({ budget: { period } }: BudgetState, { threshold, isReached }: Judged, isForeseen: boolean): string {
  const its = `${thresholdText(threshold)} of its budget`;
  if (threshold.on === "actual") return `The ${period}'s spend ${isReached ? "has reached" : "is below"} ${its}`;
  if (!isReached && !isForeseen) return `Whether the ${period}'s spend will reach ${its} is not known`;
  return `The ${period}'s spend is ${isReached ? "" : "not "}expected to reach ${its}`;
}

function thresholdReading(state: BudgetState, projection: Projection, one: Judged): AlertReading {
  const { budget, amount, spent } = state;
  const { threshold, isReached, isHighest, isToldByOther } = one;
  const isActual = threshold.on === "actual";
  const likely = foreseen(projection);
  const isProjected = !isActual && likely !== null;
  // Of a forecast of low confidence, what is not reached is the lower end.
  const projected = isReached && projection.status === "projected" ? projection.mean : likely;
  const sum = isActual || projected === null ? spent : projected;
  const text = thresholdText(threshold);
  const standing = isReached ? `${text} ${isActual ? "reached" : "expected"}` : `below ${text}`;
  return {
    ...readingOf(state, isActual ? "budget_actual" : "budget_forecast", text),
    severity: threshold.severity,
    title: titleOf(
      `${budget.id}: ${share(sum, amount)} of ${usd(amount)} ${isProjected ? "projected" : "spent"} (${standing})`,
    ),
    facts: factsOf(state, { what: whatOf(state, one, isProjected), projected: projectedText(projection, state) }),
    level: levelOf(sum, amount),
    step: isHighest ? stepPercent : null,
    basis: basisOf(state, threshold),
    ...(isToldByOther && { isToldByOther }),
  };
}

/** Readings of the thresholds, on what is spent and on what is projected; none while nothing is known. */
export function budgetReadings(state: BudgetState, projection: Projection): BudgetReadings {
  if (state.asOf === null) return { reached: [], calm: [] };
  const all = judged(state, projection);
  const readingsOf = (isReached: boolean) =>
    all.filter((one) => one.isReached === isReached).map((one) => thresholdReading(state, projection, one));
  return { reached: readingsOf(true), calm: readingsOf(false) };
}

function usedUpText(burn: BurnRate, { amount, spent }: BudgetState): string {
  const { usedUpAt } = burn;
  if (spent >= amount) return "used up already";
  if (!isProjectable(burn)) return "not known yet: less than six hours are known";
  if (usedUpAt === null) return "not used up in this period, at the rate of the last 24 hours";
  return `used up on ${minuteOf(formatInstant(usedUpAt))}, at the rate of the last 24 hours`;
}

/** Of the windows that are known whole; then of all that is known, where it is less than the longest. */
function ratesText({ windows }: BurnRate): string {
  const names: Readonly<Record<number, string>> = { 1: "1 hour", 24: "24 hours", 168: "7 days" };
  const isWhole = ({ hours, knownHours }: BurnRate["windows"][number]) => knownHours >= hours;
  const whole = windows.filter(isWhole).map(({ hours, perHour }) => `${usd(perHour)} per hour over ${names[hours]}`);
  const part = windows.find((one) => !isWhole(one));
  const known = part === undefined ? [] : [`${usd(part.booked)} in the ${part.knownHours.toFixed(1)} hours known`];
  return [...whole, ...known].join(", ");
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
        what: `Spend per hour is ${level.toFixed(1)} × the ${usd(burn.evenPerHour)} that use the budget up exactly: ${ratesText(burn)}`,
        since: isFast ? "within the last hour" : "for a day or more",
        projected: usedUpText(burn, state),
      }),
      level,
      // A burn far above it is told again when it has doubled.
      step: Math.max(isFast ? FAST_MULTIPLE : SLOW_MULTIPLE, level / 2),
    },
  ];
}
