import type { Acknowledged, makeAcknowledgeAlert } from "#app/acknowledge-alert.ts";
import type { Caller } from "#app/caller.ts";
import { statesCalled } from "#app/find-alert-state.ts";
import type { AlertStore, StoredAlert } from "#app/ports/alerts.ts";
import type { Handlers, Reply } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { Alert, AlertState } from "#core/alert.ts";
import { alertHandle } from "#core/alert-handle.ts";
import { formatInstant } from "#core/time.ts";
import { maySee } from "#core/visibility.ts";
import { confineTeams } from "./confine-teams.ts";
import { problemOf } from "./refusal.ts";

type AlertHandlers = Handlers<Routes, Caller>;

export interface AlertsDeps {
  readonly alerts: Pick<AlertStore, "firing" | "states" | "state" | "called" | "alerts">;
  readonly acknowledgeAlert: ReturnType<typeof makeAcknowledgeAlert>;
}

/** Messages are chosen by team after they are read: so many of them. */
const messagesReadMax = 1_000;

function toldOf(
  stateId: string,
  told: Pick<Alert, "rule" | "severity" | "team" | "owner" | "title" | "facts" | "since">,
) {
  const { rule, severity, team, owner, title, facts, since } = told;
  return {
    ...{ handle: alertHandle(stateId), kind: rule.kind, subject: rule.subject, period: rule.period },
    ...{ threshold: rule.threshold, severity, team, owner, title },
    facts: facts.map((fact) => ({ ...fact })),
    since: formatInstant(since),
  };
}

function shownState(state: AlertState) {
  const { id, status, told, changedAt, acknowledgement } = state;
  return {
    ...{ id, ...toldOf(id, state), status, changed_at: formatInstant(changedAt), messages: told },
    acknowledgement: acknowledgement && { ...acknowledgement, at: formatInstant(acknowledgement.at) },
  };
}

function shownMessage(alert: StoredAlert) {
  const { id, stateId, number, event, at, publishedAt } = alert;
  return {
    ...{ id, ...toldOf(stateId, alert), number, event, at: formatInstant(at) },
    published_at: publishedAt === null ? null : formatInstant(publishedAt),
  };
}

/** Those that go to a team where one is asked for, of those that the caller may see. */
function shownTo<T extends Pick<Alert, "team" | "visibleTo">>(
  { teams }: Pick<Caller, "teams">,
  asked: string | undefined,
  all: readonly T[],
): readonly T[] {
  return all.filter((one) => maySee(one.visibleTo, teams) && (asked === undefined || one.team === asked));
}

export const makeListAlerts =
  ({ alerts }: Pick<AlertsDeps, "alerts">): AlertHandlers["listAlerts"] =>
  async ({ query: { state = "firing", team, id, limit } }, caller) => {
    const teams = confineTeams(team === undefined ? undefined : [team], caller);
    if (!teams.ok) return { status: 403, body: problemOf(teams.refusal) };
    const all = () => (state === "firing" ? alerts.firing() : alerts.states());
    const found = shownTo(caller, team, await (id === undefined ? all() : statesCalled(id, alerts)));
    return { status: 200, body: { alerts: found.slice(0, limit).map(shownState) } };
  };

export const makeAlertMessages =
  ({ alerts }: Pick<AlertsDeps, "alerts">): AlertHandlers["alertMessages"] =>
  async ({ query: { team, limit } }, caller) => {
    const teams = confineTeams(team === undefined ? undefined : [team], caller);
    if (!teams.ok) return { status: 403, body: problemOf(teams.refusal) };
    const read = await alerts.alerts({ limit: teams.value === undefined ? limit : messagesReadMax });
    return { status: 200, body: { messages: shownTo(caller, team, read).slice(0, limit).map(shownMessage) } };
  };

function replyTo(id: string, done: Acknowledged): Reply<Routes["acknowledgeAlert"]> {
  switch (done.status) {
    case "acknowledged":
      return { status: 200, body: shownState(done.state) };
    case "over": {
      const message = `Alert ${alertHandle(done.state.id)} does not fire: there is nothing to acknowledge.`;
      return { status: 409, body: problemOf({ code: "conflict", message }) };
    }
    case "ambiguous": {
      const handles = [...new Set(done.states.map((state) => alertHandle(state.id)))].join(", ");
      const message = `Several alerts begin with ${id}: ${handles}. Give more of it, or the whole id.`;
      return { status: 409, body: problemOf({ code: "conflict", message }) };
    }
    case "unknown":
      return { status: 404, body: problemOf({ code: "not_found", message: `There is no alert ${id}.` }) };
    default:
      return done satisfies never;
  }
}

export const makeAcknowledgeAlertHandler =
  ({ acknowledgeAlert }: Pick<AlertsDeps, "acknowledgeAlert">): AlertHandlers["acknowledgeAlert"] =>
  async ({ body: { id, note = "" } }, caller) =>
    replyTo(id, await acknowledgeAlert(id, note, caller));
