import type { ModelName } from "#core/approved-models.ts";
import type { FieldError } from "#core/field-error.ts";
import type { CatalogFile, Rater } from "#core/price-book.ts";
import { makeResolveModel } from "#core/resolve-catalog-model.ts";
import type { Scenario, ScenarioChange } from "#core/scenario.ts";
import { evaluateScenario, type ScenarioPlan } from "#core/scenario-plan.ts";
import { changesInTime } from "#core/stored-changes.ts";
import type { Instant } from "#core/time.ts";
import { putAudited, type Removed, removeAudited, type Written } from "./audited-change.ts";
import type { Caller } from "./caller.ts";
import type { Baseline, makePlanMonths } from "./plan-months.ts";
import type { AuditedDocuments } from "./ports/audited-documents.ts";

export type EvaluatedScenario =
  | {
      readonly status: "evaluated";
      readonly baseline: Baseline;
      readonly plan: ScenarioPlan;
      /** What of a stored scenario was not applied as it stands. */
      readonly notes: readonly string[];
    }
  | { readonly status: "refused"; readonly errors: readonly FieldError[] };

export interface EvaluateScenarioDeps {
  readonly planMonths: ReturnType<typeof makePlanMonths>;
  readonly rater: () => Promise<Rater>;
  readonly catalog: (provider: string) => CatalogFile | undefined;
  readonly clock: () => Instant;
}

/**
 * What these changes make of so many months to come, beside what they would be without. Of stored ones, what cannot be
 * applied any more is left out, with a note; of others, it is refused.
 */
export const makeEvaluateScenario = ({ planMonths, rater, catalog, clock }: EvaluateScenarioDeps) => {
  const resolveModel = makeResolveModel(catalog);
  const canonical = ({ provider, model }: ModelName): ModelName => {
    const resolved = resolveModel(provider, model);
    return { provider: resolved.provider, model: resolved.model };
  };
  const named = (change: ScenarioChange): ScenarioChange =>
    change.change === "model"
      ? { ...change, current: canonical(change.current), proposed: canonical(change.proposed) }
      : change;
  const leftOut = ({ path, found, wanted }: FieldError, places: readonly number[]) => {
    const where = path.replace(/^changes\[(\d+)\]/, (_, place) => `changes[${places[Number(place)]}]`);
    return `${where}: found ${found}, wanted ${wanted}. This change is left out.`;
  };
  return async (
    sent: readonly ScenarioChange[],
    monthCount: number,
    { isStored }: { readonly isStored: boolean },
  ): Promise<EvaluatedScenario> => {
    const [baseline, rate] = await Promise.all([planMonths(monthCount), rater()]);
    const context = { months: baseline.months, rate, now: clock() };
    if (!isStored) {
      const { plan, errors } = evaluateScenario(baseline.state, sent.map(named), context);
      return errors.length === 0 ? { status: "evaluated", baseline, plan, notes: [] } : { status: "refused", errors };
    }
    const { changes, places, notes } = changesInTime(sent, baseline.months);
    const { plan, errors } = evaluateScenario(baseline.state, changes.map(named), context);
    if (errors.some(({ path }) => path === "changes")) return { status: "refused", errors };
    return { status: "evaluated", baseline, plan, notes: [...notes, ...errors.map((one) => leftOut(one, places))] };
  };
};

export interface ScenariosDeps {
  readonly scenarios: AuditedDocuments<Scenario>;
  readonly clock: () => Instant;
}

export type SetScenario = Written | Extract<EvaluatedScenario, { readonly status: "refused" }>;

const subjectOf = (id: string) => `scenario/${id}`;

/** Of a stored scenario, every change must lie in the months of the longest plan. */
const planMonthsMax = 12;

/** Puts a scenario in the place of the one with its id, if it can be evaluated today. */
export const makeSetScenario =
  ({ scenarios, clock, evaluate }: ScenariosDeps & { readonly evaluate: ReturnType<typeof makeEvaluateScenario> }) =>
  async (
    { id, changes, reason }: Pick<Scenario, "id" | "changes"> & { readonly reason: string },
    caller: Caller,
  ): Promise<SetScenario> => {
    const evaluated = await evaluate(changes, planMonthsMax, { isStored: false });
    if (evaluated.status === "refused") return evaluated;
    const now = clock();
    const scenario: Scenario = { id, changes, setBy: caller.keyId, setAt: now };
    const change = { action: "scenario.set", subject: subjectOf(id) } as const;
    return putAudited(scenarios, scenario, change, { caller, now, reason });
  };

export const makeRemoveScenario =
  ({ scenarios, clock }: ScenariosDeps) =>
  (id: string, caller: Caller): Promise<Removed> => {
    const change = { action: "scenario.remove", subject: subjectOf(id) } as const;
    return removeAudited(scenarios, id, change, { caller, now: clock(), reason: "" });
  };
