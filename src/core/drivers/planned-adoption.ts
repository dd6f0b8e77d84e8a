import { type AdoptionPlan, adoptionKey } from "../adoption-plan.ts";
import { adoptionOf, drivenSegments, type PlanState } from "../scenario-apply.ts";

export interface PlannedAdoption {
  readonly state: PlanState;
  /** `adoptionKey` of each feature and month whose customers are those of a plan, with the plan's id. */
  readonly planOf: ReadonlyMap<string, string>;
  /** Features and months that several plans have, each as text. */
  readonly overlaps: readonly string[];
  /** Features of a plan that have no usage which names its customers: there is nothing to multiply. */
  readonly unused: readonly string[];
}

/**
 * The baseline with the customers that plans expect in the place of forecast ones: calls grow with them, by as much. Of
 * two plans that have the same feature and month, the first counts. A plan counts the customers of a feature; those of
 * its cost classes keep their proportion.
 */
export function withAdoptionPlans(
  state: PlanState,
  plans: readonly Pick<AdoptionPlan, "id" | "rows">[],
): PlannedAdoption {
  const planned = new Map<string, { readonly id: string; readonly customers: number }>();
  const overlaps: string[] = [];
  for (const { id, rows } of plans) {
    for (const { feature, month, customers } of rows) {
      const key = adoptionKey(feature, month);
      const other = planned.get(key);
      if (other === undefined) planned.set(key, { id, customers });
      else overlaps.push(`${feature} in ${month} (${other.id} counts, ${id} does not)`);
    }
  }
  const planOf = new Map<string, string>();
  const next = state.map((segment) => {
    const driven = drivenSegments(state, segment.feature);
    const months = segment.months.map((month, place) => {
      const key = adoptionKey(segment.feature, month.month);
      const plan = planned.get(key);
      if (plan === undefined || !driven.includes(segment)) return month;
      const adopted = adoptionOf(driven, place, plan.customers);
      if (adopted === undefined) return month;
      planOf.set(key, plan.id);
      return adopted(month);
    });
    return { ...segment, months };
  });
  const months = new Set(state.flatMap((segment) => segment.months.map(({ month }) => month)));
  const features = plans.flatMap(({ rows }) =>
    rows
      .filter(({ feature, month }) => months.has(month) && !planOf.has(adoptionKey(feature, month)))
      .map(({ feature }) => feature),
  );
  return { state: next, planOf, overlaps, unused: [...new Set(features)].sort() };
}
