import { type Alert, type AlertKind, type AlertReading, type AlertRule, type AlertState, ruleId } from "./alert.ts";
import { dayMs, type Instant, minuteText, usageDateOf } from "./time.ts";

export interface AlertStep {
  readonly state: AlertState;
  /** What is told of it; a budget's period that is over ends its alerts without a word. */
  readonly alert?: Alert;
}

/**
 * An evaluation that began before another one may have seen less: what was told within the last minute is not resolved
 * yet. The next evaluation does it.
 */
const resolvedAfterMs = 60_000;
/** What has ended may fire again at the same level after so long; without a step sooner, since nothing else tells. */
const quietMs = 7 * dayMs;
const quietWithoutStepMs = dayMs;

const titleCharsMax = 100;

/**
 * Where a rule stands after an evaluation, and what is told of it; undefined when nothing changes. `reading` is undefined
 * of what does not fire. The same arguments give the same alert, and of every alert there is one next state: whoever
 * writes it on condition of the version tells it once.
 */
export function nextAlert(
  known: AlertState | undefined,
  reading: AlertReading | undefined,
  now: Instant,
): AlertStep | undefined {
  if (reading === undefined) return known && resolved(known, now);
  if (known === undefined) return told(undefined, reading, reading.isNotice ? "told" : "raised", now);
  if (known.status === "told" || reading.isNotice) return undefined;
  if (known.status === "firing") return hasWorsened(known, reading) ? told(known, reading, "worsened", now) : undefined;
  return mayFireAgain(known, reading, now) ? told(known, reading, "raised", now) : undefined;
}

/** A step above what was told last. */
function isStepAbove(known: AlertState, { level, step }: AlertReading): boolean {
  return step !== null && level >= known.toldLevel + step;
}

/** Who has acknowledged it knows of it, and hears of it again when it is critical. */
function hasWorsened(known: AlertState, reading: AlertReading): boolean {
  return isStepAbove(known, reading) && (known.acknowledgement === null || reading.severity === "critical");
}

function mayFireAgain(known: AlertState, reading: AlertReading, now: Instant): boolean {
  const quiet = reading.step === null ? quietWithoutStepMs : quietMs;
  return isStepAbove(known, reading) || now - known.changedAt >= quiet;
}

function told(
  known: AlertState | undefined,
  reading: AlertReading,
  event: "raised" | "worsened" | "told",
  now: Instant,
): AlertStep {
  const { rule, level, severity, team, owner, title, facts } = reading;
  const isWorse = known !== undefined && event === "worsened";
  return step(
    {
      ...{ id: known?.id ?? ruleId(rule), rule, severity, team, owner, title, facts },
      version: (known?.version ?? 0) + 1,
      status: event === "told" ? "told" : "firing",
      told: (known?.told ?? 0) + 1,
      toldLevel: level,
      since: isWorse ? known.since : now,
      changedAt: now,
      acknowledgement: isWorse ? known.acknowledgement : null,
    },
    event,
  );
}

const ofBudgets: ReadonlySet<AlertKind> = new Set([
  "budget_actual",
  "budget_forecast",
  "burn_rate_fast",
  "burn_rate_slow",
]);

/** Nothing has become better: a new period has begun. */
function isPastBudget({ kind, period }: AlertRule, now: Instant): boolean {
  return period !== null && ofBudgets.has(kind) && period.slice(-usageDateOf(now).length) < usageDateOf(now);
}

function resolved(known: AlertState, now: Instant): AlertStep | undefined {
  if (known.status !== "firing" || now - known.changedAt < resolvedAfterMs) return undefined;
  if (isPastBudget(known.rule, now)) {
    return { state: { ...known, version: known.version + 1, status: "resolved", changedAt: now } };
  }
  const facts = [
    { label: "Since", value: minuteText(known.since) },
    { label: "Resolved", value: minuteText(now) },
  ];
  const [version, number] = [known.version + 1, known.told + 1];
  return step({ ...known, version, status: "resolved", told: number, changedAt: now, facts }, "resolved");
}

const cut = (text: string) => (text.length <= titleCharsMax ? text : `${text.slice(0, titleCharsMax - 1)}…`);

function step(state: AlertState, event: Alert["event"]): AlertStep {
  const { id: stateId, rule, told: number, severity, team, owner, title, facts, changedAt: at, since } = state;
  const alert: Alert = {
    id: JSON.stringify([stateId, number]),
    ...{ stateId, rule, number, event, at, since, severity, team, owner, facts },
    title: event === "resolved" ? cut(`Resolved: ${title}`) : title,
  };
  return { state, alert };
}
