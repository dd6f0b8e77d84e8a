import { makeRemoveAdoptionPlan, makeSetAdoptionPlan } from "#app/adoption-plans.ts";
import { makeBridge } from "#app/bridge.ts";
import { makePlanMonths } from "#app/plan-months.ts";
import { makeEvaluateScenario, makeRemoveScenario, makeSetScenario } from "#app/scenarios.ts";
import type { Rater } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";
import type { Stores } from "./stores.ts";

interface Deps {
  readonly stores: Stores;
  readonly rater: () => Promise<Rater>;
  readonly clock: () => Instant;
}

/** What drives cost, what it will be, and why it has changed. */
export function planningUseCases({
  stores: { engine, catalog, adoptionPlans, scenarios, forecasts },
  rater,
  clock,
}: Deps) {
  const planMonths = makePlanMonths({ engine, adoptionPlans, forecasts, clock });
  const evaluateScenario = makeEvaluateScenario({ planMonths, rater, catalog, clock });
  return {
    ...{ adoptionPlans, scenarios, planMonths, evaluateScenario },
    bridge: makeBridge({ engine, rater, clock }),
    setScenario: makeSetScenario({ scenarios, clock, evaluate: evaluateScenario }),
    removeScenario: makeRemoveScenario({ scenarios, clock }),
    setAdoptionPlan: makeSetAdoptionPlan({ adoptionPlans, clock }),
    removeAdoptionPlan: makeRemoveAdoptionPlan({ adoptionPlans, clock }),
  };
}
