import { type AdoptionPlan, adoptionKey, adoptionPlanErrors } from "#core/adoption-plan.ts";
import type { FieldError } from "#core/field-error.ts";
import { type Instant, type Month, monthOf, usageDateOf } from "#core/time.ts";
import { putAudited, type Removed, removeAudited, type Written } from "./audited-change.ts";
import type { Caller } from "./caller.ts";
import type { AuditedDocuments } from "./ports/audited-documents.ts";

export interface AdoptionPlansDeps {
  readonly adoptionPlans: AuditedDocuments<AdoptionPlan>;
  readonly clock: () => Instant;
}

export type SetPlan =
  | Written
  | { readonly status: "checked" }
  | { readonly status: "refused"; readonly errors: readonly FieldError[] };

/** Rows that another plan has already: of two, nobody would know which counts. */
function overlaps({ id, rows }: Pick<AdoptionPlan, "id" | "rows">, others: readonly AdoptionPlan[]): FieldError[] {
  const planOf = new Map<string, string>();
  for (const other of others) {
    if (other.id === id) continue;
    for (const { feature, month } of other.rows) planOf.set(adoptionKey(feature, month), other.id);
  }
  return rows.flatMap(({ feature, month }, place): FieldError[] => {
    const other = planOf.get(adoptionKey(feature, month));
    if (other === undefined) return [];
    const found = `${feature} in ${month}, which the plan ${other} has`;
    return [{ path: `rows[${place}]`, found, wanted: "each feature and month in one plan" }];
  });
}

/** Nothing is forecast of a month that is over: its year is a slip, or its row is history. */
function pastMonths(rows: AdoptionPlan["rows"], running: Month): FieldError[] {
  return rows.flatMap(({ feature, month }, place): FieldError[] =>
    month >= running
      ? []
      : [
          {
            path: `rows[${place}]`,
            found: `${feature} in ${month}, which is over`,
            wanted: `a month from ${running} on`,
          },
        ],
  );
}

const subjectOf = (id: string) => `adoption_plan/${id}`;

/** Puts a plan in the place of the one with its id, all rows or none; a dry run only says what is wrong with it. */
export const makeSetAdoptionPlan =
  ({ adoptionPlans, clock }: AdoptionPlansDeps) =>
  async (
    sent: Pick<AdoptionPlan, "id" | "kind" | "rows"> & { readonly reason: string; readonly dryRun: boolean },
    caller: Caller,
  ): Promise<SetPlan> => {
    const { id, kind, rows, reason, dryRun } = sent;
    const now = clock();
    const others = (await adoptionPlans.list()).map(({ document }) => document);
    const errors = [
      ...pastMonths(rows, monthOf(usageDateOf(now))),
      ...adoptionPlanErrors(rows),
      ...overlaps(sent, others),
    ];
    if (errors.length > 0) return { status: "refused", errors };
    if (dryRun) return { status: "checked" };
    const plan: AdoptionPlan = { id, kind, rows, setBy: caller.keyId, setAt: now };
    const change = { action: "adoption_plan.set", subject: subjectOf(id) } as const;
    return putAudited(adoptionPlans, plan, change, { caller, now, reason });
  };

export const makeRemoveAdoptionPlan =
  ({ adoptionPlans, clock }: AdoptionPlansDeps) =>
  (id: string, caller: Caller): Promise<Removed> => {
    const change = { action: "adoption_plan.remove", subject: subjectOf(id) } as const;
    return removeAudited(adoptionPlans, id, change, { caller, now: clock(), reason: "" });
  };
