import { type AdoptionPlan, adoptionKey } from "../adoption-plan.ts";
import { ratioOf } from "../ratio.ts";
import { customersIn, drivenSegments, type PlanState, withAdoption } from "../scenario-apply.ts";

export interface PlannedAdoption {
  readonly state: PlanState;
  /** `adoptionKey` of each feature and month whose customers are those of a plan, with the plan's id. */
  readonly planOf: ReadonlyMap<string, string>;
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
  for (const { id, rows } of plans) {
    for (const { feature, month, customers } of rows) {
      const key = adoptionKey(feature, month);
      if (!planned.has(key)) planned.set(key, { id, customers });
    }
  }
  const planOf = new Map<string, string>();
  const next = state.map((segment) => {
    const driven = drivenSegments(state, segment.feature);
    const months = segment.months.map((month, place) => {
      const key = adoptionKey(segment.feature, month.month);
      const [plan, forecast] = [planned.get(key), customersIn(driven, place)];
      if (plan === undefined || forecast === 0n || !driven.includes(segment)) return month;
      planOf.set(key, plan.id);
      return withAdoption(month, ratioOf(BigInt(plan.customers), forecast));
    });
    return { ...segment, months };
  });
  const months = new Set(state.flatMap((segment) => segment.months.map(({ month }) => month)));
  const features = plans.flatMap(({ rows }) =>
    rows
      .filter(({ feature, month }) => months.has(month) && !planOf.has(adoptionKey(feature, month)))
      .map(({ feature }) => feature),
  );
  return { state: next, planOf, unused: [...new Set(features)].sort() };
}
