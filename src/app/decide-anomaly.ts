import { alertHandle } from "#core/alert-handle.ts";
import type { AnomalyDecision, StoredAnomaly } from "#core/anomaly.ts";
import { addDays, type Instant, usageDateOf } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import type { AnomalyStore } from "./ports/anomalies.ts";

export interface DecideAnomalyDeps {
  readonly anomalies: AnomalyStore;
  readonly clock: () => Instant;
}

export type DecidedAnomaly =
  | { readonly status: "decided"; readonly anomaly: StoredAnomaly }
  | { readonly status: "unknown" }
  /** The handle is that of several. */
  | { readonly status: "ambiguous"; readonly ids: readonly string[] };

/** Handles are looked up among the anomalies of so many days; an older one is decided by its id. */
const handleDays = 100;

interface DecisionOrder {
  /** The anomaly's id, or its handle. */
  readonly id: string;
  readonly state: AnomalyDecision["state"];
  readonly note: string;
}

/**
 * Says what an anomaly is, with an audit entry. The next run of the pipeline takes the alert of one back that is explained
 * or over.
 */
export const makeDecideAnomaly = ({ anomalies, clock }: DecideAnomalyDeps) => {
  async function find(id: string): Promise<readonly StoredAnomaly[]> {
    const one = await anomalies.get(id);
    if (one !== undefined) return [one];
    const recent = await anomalies.list(addDays(usageDateOf(clock()), -handleDays));
    return recent.filter((anomaly) => alertHandle(anomaly.id) === id);
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
    return { status: "decided", anomaly: decided };
  };
};
