import {
  type Alert,
  type AlertFact,
  type AlertKind,
  type AlertReading,
  type AlertRule,
  type AlertState,
  ruleId,
} from "./alert.ts";
import { ANOMALY_LISTED_DAYS } from "./anomaly.ts";
import { addDays, dayMs, hourMs, type Instant, minuteText, type UsageDate, usageDateOf } from "./time.ts";

export interface AlertStep {
  readonly state: AlertState;
  /** What is told of it; a period that is looked at no more ends its alerts without a word. */
  readonly alert?: Alert;
}

/**
 * An evaluation that began before another one may have seen less, or the budget as it was: what was told within the last
 * minute stands. The next evaluation changes it.
 */
const settledMs = 60_000;

/**
 * What has ended is raised anew after so long, at whatever level. Spend of a period only grows, so that what an
 * adjustment took back comes again by itself; each burst of spend is another one.
 */
function quietMsOf({ kind }: AlertRule): number {
  if (kind === "budget_actual" || kind === "budget_forecast") return 7 * dayMs;
  return kind === "burn_rate_fast" || kind === "burn_rate_slow" || kind === "runaway" ? hourMs : 6 * hourMs;
}

const titleCharsMax = 100;

/**
 * Where a rule stands after an evaluation, and what is told of it; undefined when nothing changes. `reading` is undefined
 * of what does not fire: of that, `calm` is how it is now, where that is known. The same arguments give the same alert,
 * and of every alert there is one next state: whoever writes it on condition of the version tells it once.
 */
export function nextAlert(
  known: AlertState | undefined,
  reading: AlertReading | undefined,
  now: Instant,
  calm?: AlertReading,
): AlertStep | undefined {
  if (reading === undefined) return known && resolved(known, now, calm);
  if (reading.isToldByOther) return undefined;
  if (known === undefined) return told(undefined, reading, reading.isNotice ? "told" : "raised", now);
  if (known.status === "told" || reading.isNotice) return undefined;
  if (isOfOtherBasis(known, reading) && now - known.changedAt >= settledMs) return told(known, reading, "raised", now);
  if (known.status === "firing") return hasWorsened(known, reading) ? told(known, reading, "worsened", now) : undefined;
  return mayFireAgain(known, reading, now) ? told(known, reading, "raised", now) : undefined;
}

/** The budget was changed since it was told. */
function isOfOtherBasis(known: AlertState, { basis }: AlertReading): boolean {
  return known.basis !== undefined && basis !== undefined && known.basis !== basis;
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
  return isStepAbove(known, reading) || now - known.changedAt >= quietMsOf(known.rule);
}

function told(
  known: AlertState | undefined,
  reading: AlertReading,
  event: "raised" | "worsened" | "told",
  now: Instant,
): AlertStep {
  const { rule, level, severity, team, visibleTo, owner, title, facts, basis } = reading;
  const isWorse = known !== undefined && event === "worsened";
  return step(
    {
      ...{ id: known?.id ?? ruleId(rule), rule, severity, team, visibleTo, owner, title, facts },
      version: (known?.version ?? 0) + 1,
      status: event === "told" ? "told" : "firing",
      told: (known?.told ?? 0) + 1,
      toldLevel: level,
      ...(basis !== undefined && { basis }),
      since: isWorse ? known.since : now,
      changedAt: now,
      acknowledgement: isWorse ? known.acknowledgement : null,
    },
    event,
  );
}

/** For so many days after its end a period is looked at: usage comes to its last day for another one. */
const lookedAtDays: Readonly<Partial<Record<AlertKind, number>>> = {
  budget_actual: 1,
  budget_forecast: 0,
  burn_rate_fast: 0,
  burn_rate_slow: 0,
  anomaly: ANOMALY_LISTED_DAYS,
};

/** Nothing has become better: nobody looks at its period any longer. */
function isPast({ kind, period }: AlertRule, now: Instant): boolean {
  const days = lookedAtDays[kind];
  if (period === null || days === undefined) return false;
  const today = usageDateOf(now);
  return addDays(period.slice(-today.length) as UsageDate, days) < today;
}

/** How it is now, or else what it was; then from when to when it fired. */
function factsOfEnd(known: AlertState, now: Instant, calm: AlertReading | undefined): readonly AlertFact[] {
  const was = known.facts.flatMap(({ label, value }) => {
    if (label === "Where") return [{ label, value }];
    return label === "How much" ? [{ label: "It was", value }] : [];
  });
  const isChanged = calm !== undefined && isOfOtherBasis(known, calm);
  return [
    ...(isChanged ? [{ label: "Changed", value: "the budget was changed after this was told" }] : []),
    ...(calm?.facts ?? was),
    { label: "Since", value: minuteText(known.since) },
    { label: "Resolved", value: minuteText(now) },
  ];
}

function resolved(known: AlertState, now: Instant, calm: AlertReading | undefined): AlertStep | undefined {
  if (known.status !== "firing" || now - known.changedAt < settledMs) return undefined;
  const version = known.version + 1;
  if (isPast(known.rule, now)) return { state: { ...known, version, status: "resolved", changedAt: now } };
  const { title } = calm ?? known;
  const [number, facts] = [known.told + 1, factsOfEnd(known, now, calm)];
  return step({ ...known, version, status: "resolved", told: number, changedAt: now, title, facts }, "resolved");
}

const cut = (text: string) => (text.length <= titleCharsMax ? text : `${text.slice(0, titleCharsMax - 1)}…`);

function step(state: AlertState, event: Alert["event"]): AlertStep {
  const { id: stateId, rule, told: number, severity, team, visibleTo } = state;
  const { owner, title, facts, changedAt: at, since } = state;
  const alert: Alert = {
    id: JSON.stringify([stateId, number]),
    ...{ stateId, rule, number, event, at, since, severity, team, visibleTo, owner, facts },
    title: event === "resolved" ? cut(`Resolved: ${title}`) : title,
  };
  return { state, alert };
}
