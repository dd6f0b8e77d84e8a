import { ruleId } from "#core/alert.ts";
import { alertHandle } from "#core/alert-handle.ts";
import { type AnomalyDecision, isOpen, isRunningHour, type StoredAnomaly } from "#core/anomaly.ts";
import { anomalyRule } from "#core/anomaly-alert.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import type { makeJudgeAlerts } from "./judge-alerts.ts";
import type { AnomalyStore } from "./ports/anomalies.ts";

export interface DecideAnomalyDeps {
  readonly anomalies: AnomalyStore;
  readonly judgeAlerts: ReturnType<typeof makeJudgeAlerts>;
  readonly clock: () => Instant;
}

export type DecidedAnomaly =
  | { readonly status: "decided"; readonly anomaly: StoredAnomaly }
  | { readonly status: "unknown" }
  /** The handle is that of several. */
  | { readonly status: "ambiguous"; readonly ids: readonly string[] };

/** Handles are looked up among the anomalies of so many days; an older one is decided by its id. */
const handleDays = 100;

export interface DecisionOrder {
  /** The anomaly's id, or its handle. */
  readonly id: string;
  readonly state: AnomalyDecision["state"];
  readonly note: string;
}

/** Says what an anomaly is, with an audit entry. The alert of one that is explained or over is resolved. */
export const makeDecideAnomaly = ({ anomalies, judgeAlerts, clock }: DecideAnomalyDeps) => {
  async function find(id: string): Promise<readonly StoredAnomaly[]> {
    const one = await anomalies.get(id);
    if (one !== undefined) return [one];
    const recent = await anomalies.list(addDays(usageDateOf(clock()), -handleDays));
    return recent.filter((anomaly) => alertHandle(anomaly.id) === id);
  }

  /** What runs away is told in one alert for all hours of the scope: another one that nobody has spoken of keeps it. */
  async function endAlert(decided: StoredAnomaly, now: Instant): Promise<void> {
    const rule = ruleId(anomalyRule(decided));
    const isSame = (one: StoredAnomaly) =>
      one.id !== decided.id && isRunningHour(one, now) && isOpen(one) && ruleId(anomalyRule(one)) === rule;
    const others = decided.hour === null ? [] : await anomalies.list(addDays(usageDateOf(now), -1));
    if (others.some(isSame)) return;
    await judgeAlerts({ covers: (one) => ruleId(one) === rule, readings: [] });
  }

  return async ({ id, state, note }: DecisionOrder, caller: Caller): Promise<DecidedAnomaly> => {
    const [anomaly, ...others] = await find(id);
    if (anomaly === undefined) return { status: "unknown" };
    if (others.length > 0) return { status: "ambiguous", ids: [anomaly, ...others].map((one) => one.id) };
    const at = clock();
    const decision: AnomalyDecision = { state, by: caller.keyId, at, note };
    const decided: StoredAnomaly = { ...anomaly, state, decision };
    await anomalies.put([decided], {
      ...{ at, by: caller.keyId, action: "anomaly.decide", subject: `anomaly/${anomaly.id}`, reason: note },
      from: JSON.stringify({ state: anomaly.state }),
      to: JSON.stringify({ state }),
    });
    if (!isOpen(decided)) await endAlert(decided, at);
    return { status: "decided", anomaly: decided };
  };
};
