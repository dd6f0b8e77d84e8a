import type { Caller } from "#app/caller.ts";
import type { AuditedDocuments, StoredDocument } from "#app/ports/audited-documents.ts";
import type { makeEvaluateScenario, makeRemoveScenario, makeSetScenario } from "#app/scenarios.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { FieldError } from "#core/field-error.ts";
import type { Scenario } from "#core/scenario.ts";
import { formatInstant } from "#core/time.ts";
import { monthsByDefault } from "./drivers.ts";
import { problemOf } from "./refusal.ts";
import { removedReply } from "./removed-reply.ts";
import { shownPlan } from "./shown-plan.ts";

type ScenarioHandlers = Handlers<Routes, Caller>;

function shown({ document: { id, changes, setBy, setAt }, revision }: StoredDocument<Scenario>) {
  return { id, revision, changes: changes.map((one) => ({ ...one })), set_by: setBy, set_at: formatInstant(setAt) };
}

const unknown = (id: string) => problemOf({ code: "not_found", message: `There is no scenario ${id}.` });

function rejection(fields: readonly FieldError[]) {
  const message = "The scenario cannot be evaluated: each change is named with what is wanted.";
  return problemOf({ code: "bad_request", message, fields });
}

export interface ReadScenariosDeps {
  readonly scenarios: Pick<AuditedDocuments<Scenario>, "find" | "list">;
  readonly evaluateScenario: ReturnType<typeof makeEvaluateScenario>;
}

export const makeEvaluateScenarioHandler =
  ({ evaluateScenario }: ReadScenariosDeps): ScenarioHandlers["evaluateScenario"] =>
  async ({ body: { changes, months = monthsByDefault } }) => {
    const evaluated = await evaluateScenario(changes, months, { isStored: false });
    return evaluated.status === "refused"
      ? { status: 400, body: rejection(evaluated.errors) }
      : { status: 200, body: shownPlan(evaluated) };
  };

export const makeListScenarios =
  ({ scenarios }: ReadScenariosDeps): ScenarioHandlers["listScenarios"] =>
  async () => ({ status: 200, body: { scenarios: (await scenarios.list()).map(shown) } });

export const makeReadScenario =
  ({ scenarios }: ReadScenariosDeps): ScenarioHandlers["readScenario"] =>
  async ({ params: { id } }) => {
    const stored = await scenarios.find(id);
    return stored === undefined ? { status: 404, body: unknown(id) } : { status: 200, body: shown(stored) };
  };

export const makeScenarioPlanHandler =
  ({ scenarios, evaluateScenario }: ReadScenariosDeps): ScenarioHandlers["scenarioPlan"] =>
  async ({ params: { id }, query: { months = monthsByDefault } }) => {
    const stored = await scenarios.find(id);
    if (stored === undefined) return { status: 404, body: unknown(id) };
    const evaluated = await evaluateScenario(stored.document.changes, months, { isStored: true });
    return evaluated.status === "refused"
      ? { status: 400, body: rejection(evaluated.errors) }
      : { status: 200, body: shownPlan(evaluated) };
  };

export interface ChangeScenariosDeps {
  readonly setScenario: ReturnType<typeof makeSetScenario>;
  readonly removeScenario: ReturnType<typeof makeRemoveScenario>;
}

export const makeSetScenarioHandler =
  ({ setScenario }: Pick<ChangeScenariosDeps, "setScenario">): ScenarioHandlers["setScenario"] =>
  async ({ params: { id }, body: { changes, reason = "" } }, caller) => {
    const result = await setScenario({ id, changes, reason }, caller);
    switch (result.status) {
      case "written":
        return { status: 200, body: { id, revision: result.revision } };
      case "moved": {
        const message = `The scenario ${id} was changed at this moment: look at it, and set it again.`;
        return { status: 409, body: problemOf({ code: "conflict", message }) };
      }
      case "refused":
        return { status: 400, body: rejection(result.errors) };
      default:
        return result satisfies never;
    }
  };

export const makeRemoveScenarioHandler =
  ({ removeScenario }: Pick<ChangeScenariosDeps, "removeScenario">): ScenarioHandlers["removeScenario"] =>
  async ({ params: { id } }, caller) =>
    removedReply("scenario", id, await removeScenario(id, caller));

export type ScenariosDeps = ReadScenariosDeps & ChangeScenariosDeps;
