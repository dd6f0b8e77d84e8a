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
}

/** Each lost to another evaluation that came first. */
const attemptsMax = 5;

/**
 * Tells what has changed, each rule's change by one conditional write of its state and its alert. Killed anywhere and
 * called again, or called by two at once, it ends the same, with each alert in the outbox once.
 * @returns the alerts that this call has written
 */
export function makeJudgeAlerts({ alerts, clock }: JudgeAlertsDeps) {
  async function judge(id: string, first: AlertState | undefined, reading: AlertReading | undefined) {
    let known = first;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const next = nextAlert(known, reading, clock());
      if (next === undefined) return undefined;
      const { state, alert } = next;
      if ((await alerts.put(known?.version ?? 0, state, { ...(alert && { alert }) })) === "stored") return alert;
      known = await alerts.state(id);
    }
    throw new Unavailable("control", {
      cause: new Error(`the state of alert ${id} moved ${attemptsMax} times in turn`),
    });
  }

  return async ({ covers, readings }: Evaluated): Promise<readonly Alert[]> => {
    const firing = new Map((await alerts.firing()).map((state) => [state.id, state]));
    const read = new Map(readings.map((reading) => [ruleId(reading.rule), reading]));
    const written: Alert[] = [];
    for (const [id, reading] of read) {
      const known = firing.get(id) ?? (await alerts.state(id));
      const alert = await judge(id, known, reading);
      if (alert !== undefined) written.push(alert);
    }
    for (const [id, state] of firing) {
      if (read.has(id) || !covers(state.rule)) continue;
      const alert = await judge(id, state, undefined);
      if (alert !== undefined) written.push(alert);
    }
    return written;
  };
}
