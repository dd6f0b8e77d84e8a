import type { AlertState } from "#core/alert.ts";
import { alertHandle } from "#core/alert-handle.ts";
import type { AuditDraft } from "#core/audit.ts";
import type { Instant } from "#core/time.ts";
import type { Caller } from "./caller.ts";
import { firingCalled } from "./find-alert-state.ts";
import type { AlertStore } from "./ports/alerts.ts";
import { Unavailable } from "./unavailable.ts";

export interface AcknowledgeAlertDeps {
  readonly alerts: Pick<AlertStore, "firing" | "state" | "called" | "put">;
  readonly clock: () => Instant;
}

/** `over`: it does not fire, so that nobody has to know of it. */
export type Acknowledged =
  | { readonly status: "acknowledged" | "over"; readonly state: AlertState }
  | { readonly status: "unknown" }
  | { readonly status: "ambiguous"; readonly states: readonly AlertState[] };

/** Each lost to an evaluation that has changed the state at this moment. */
const attemptsMax = 5;

const textOf = ({ acknowledgement }: AlertState) => (acknowledgement === null ? null : JSON.stringify(acknowledgement));

/** Writes down who knows of an alert, with its audit entry. Done again by the same person alike, it changes nothing. */
export function makeAcknowledgeAlert({ alerts, clock }: AcknowledgeAlertDeps) {
  return async (id: string, note: string, { keyId }: Pick<Caller, "keyId">): Promise<Acknowledged> => {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const states = await firingCalled(id, alerts);
      const [known] = states;
      if (known === undefined) return { status: "unknown" };
      if (states.length > 1) return { status: "ambiguous", states };
      if (known.status !== "firing") return { status: "over", state: known };
      const last = known.acknowledgement;
      if (last?.by === keyId && last.note === note) return { status: "acknowledged", state: known };
      const at = clock();
      const state = { ...known, version: known.version + 1, acknowledgement: { by: keyId, at, note } };
      const audit: AuditDraft = {
        ...{ at, by: keyId, action: "alert.acknowledge", subject: `alert/${alertHandle(known.id)}` },
        ...{ from: textOf(known), to: textOf(state), reason: note },
      };
      if ((await alerts.put(known.version, state, { audit })) === "stored") return { status: "acknowledged", state };
    }
    throw new Unavailable("control", {
      cause: new Error(`the state of alert ${id} moved ${attemptsMax} times in turn`),
    });
  };
}
