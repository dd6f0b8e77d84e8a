import type { makeRemoveAdoptionPlan, makeSetAdoptionPlan } from "#app/adoption-plans.ts";
import type { Caller } from "#app/caller.ts";
import type { AuditedDocuments, StoredDocument } from "#app/ports/audited-documents.ts";
import type { Handlers } from "#contract/route.ts";
import type { Routes } from "#contract/routes.ts";
import type { AdoptionPlan } from "#core/adoption-plan.ts";
import { formatInstant } from "#core/time.ts";
import { problemOf } from "./refusal.ts";
import { removedReply } from "./removed-reply.ts";

type PlanHandlers = Handlers<Routes, Caller>;

function shown({ document: { id, kind, rows, setBy, setAt }, revision }: StoredDocument<AdoptionPlan>) {
  return { id, revision, kind, rows: rows.map((row) => ({ ...row })), set_by: setBy, set_at: formatInstant(setAt) };
}

export interface ReadAdoptionPlansDeps {
  readonly adoptionPlans: Pick<AuditedDocuments<AdoptionPlan>, "find" | "list">;
}

export const makeListAdoptionPlans =
  ({ adoptionPlans }: ReadAdoptionPlansDeps): PlanHandlers["listAdoptionPlans"] =>
  async () => ({ status: 200, body: { adoption_plans: (await adoptionPlans.list()).map(shown) } });

export const makeReadAdoptionPlan =
  ({ adoptionPlans }: ReadAdoptionPlansDeps): PlanHandlers["readAdoptionPlan"] =>
  async ({ params: { id } }) => {
    const stored = await adoptionPlans.find(id);
    if (stored !== undefined) return { status: 200, body: shown(stored) };
    return { status: 404, body: problemOf({ code: "not_found", message: `There is no adoption plan ${id}.` }) };
  };

export interface ChangeAdoptionPlansDeps {
  readonly setAdoptionPlan: ReturnType<typeof makeSetAdoptionPlan>;
  readonly removeAdoptionPlan: ReturnType<typeof makeRemoveAdoptionPlan>;
}

export const makeSetAdoptionPlanHandler =
  ({ setAdoptionPlan }: Pick<ChangeAdoptionPlansDeps, "setAdoptionPlan">): PlanHandlers["setAdoptionPlan"] =>
  async ({ params: { id }, body: { kind, rows, reason = "", dry_run: dryRun = false } }, caller) => {
    const result = await setAdoptionPlan({ id, kind, rows, reason, dryRun }, caller);
    switch (result.status) {
      case "written":
        return { status: 200, body: { id, revision: result.revision, rows: rows.length } };
      case "checked":
        return { status: 200, body: { id, revision: null, rows: rows.length } };
      case "moved": {
        const message = `The adoption plan ${id} was changed at this moment: look at it, and set it again.`;
        return { status: 409, body: problemOf({ code: "conflict", message }) };
      }
      case "refused": {
        const message = "The plan cannot be taken, and nothing of it was: each row is named with what is wanted.";
        return { status: 400, body: problemOf({ code: "bad_request", message, fields: result.errors }) };
      }
      default:
        return result satisfies never;
    }
  };

export const makeRemoveAdoptionPlanHandler =
  ({ removeAdoptionPlan }: Pick<ChangeAdoptionPlansDeps, "removeAdoptionPlan">): PlanHandlers["removeAdoptionPlan"] =>
  async ({ params: { id } }, caller) =>
    removedReply("adoption plan", id, await removeAdoptionPlan(id, caller));

export type AdoptionPlansDeps = ReadAdoptionPlansDeps & ChangeAdoptionPlansDeps;
