import { type Alert, type AlertReading, type AlertRule, type AlertState, ruleId } from "#core/alert.ts";
import { nextAlert } from "#core/alert-state.ts";
import type { Instant } from "#core/time.ts";
import type { AlertStore } from "./ports/alerts.ts";
import { Unavailable } from "./unavailable.ts";

export interface JudgeAlertsDeps {
  readonly alerts: Pick<AlertStore, "firing" | "state" | "put">;
  readonly clock: () => Instant;
}

/** What an evaluation has looked at, and what it found. */
export interface Evaluated {
  /** Whether it has looked at this rule: then a rule that fires and has no reading is resolved. */
  readonly covers: (rule: AlertRule) => boolean;
  /** What fires now, one a rule. */
  readonly readings: readonly AlertReading[];
  /** How what does not fire is now, where that is known: what is resolved says so. */
  readonly calm?: readonly AlertReading[];
}

/** Rules that could not be judged keep no other from it. What is unavailable is tried again. */
function thrownOf(faults: readonly unknown[]): unknown {
  const outage = faults.find((fault) => fault instanceof Unavailable);
  if (outage !== undefined || faults.length === 1) return outage ?? faults[0];
  return new AggregateError(faults, `${faults.length} rules could not be judged, the first: ${String(faults[0])}`);
}

interface Reading {
  /** Undefined: it does not. */
  readonly fires: AlertReading | undefined;
  readonly calm: AlertReading | undefined;
}

/** Each lost to another evaluation that came first. */
const attemptsMax = 5;

/**
 * Tells what has changed, each rule's change by one conditional write of its state and its alert. Killed anywhere and
 * called again, or called by two at once, it ends the same, with each alert in the outbox once. A rule that cannot be
 * judged keeps no other from it, and is thrown at the end.
 * @returns the alerts that this call has written
 */
export function makeJudgeAlerts({ alerts, clock }: JudgeAlertsDeps) {
  async function judge(id: string, first: AlertState | undefined, reading: Reading) {
    let known = first;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const next = nextAlert(known, reading.fires, clock(), reading.calm);
      if (next === undefined) return undefined;
      const { state, alert } = next;
      if ((await alerts.put(known?.version ?? 0, state, { ...(alert && { alert }) })) === "stored") return alert;
      known = await alerts.state(id);
    }
    throw new Unavailable("control", {
      cause: new Error(`the state of alert ${id} moved ${attemptsMax} times in turn`),
    });
  }

  return async ({ covers, readings, calm = [] }: Evaluated): Promise<readonly Alert[]> => {
    const firing = new Map((await alerts.firing()).map((state) => [state.id, state]));
    const read = new Map(readings.map((reading) => [ruleId(reading.rule), reading]));
    const calmById = new Map(calm.map((reading) => [ruleId(reading.rule), reading]));
    const over = [...firing].filter(([id, { rule }]) => !read.has(id) && covers(rule));
    const written: Alert[] = [];
    const faults: unknown[] = [];
    for (const [id, reading] of [...read, ...over.map(([id]) => [id, undefined] as const)]) {
      try {
        const known = firing.get(id) ?? (await alerts.state(id));
        const alert = await judge(id, known, { fires: reading, calm: calmById.get(id) });
        if (alert !== undefined) written.push(alert);
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw thrownOf(faults);
    return written;
  };
}
