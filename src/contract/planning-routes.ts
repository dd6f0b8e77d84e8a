import {
  adoptionPlanParams,
  newAdoptionPlan,
  setAdoptionPlan,
  storedAdoptionPlan,
  storedAdoptionPlans,
} from "./adoption-plans.ts";
import { bridgeQuery, bridgeReport } from "./bridge.ts";
import { driversQuery, driversReport } from "./drivers.ts";
import { problem } from "./problem.ts";
import { bodyRefusals, refusals } from "./refusals.ts";
import type { Table } from "./route.ts";
import {
  newScenario,
  removedDocument,
  scenarioEvaluation,
  scenarioParams,
  scenarioPlan,
  scenarioPlanQuery,
  setDocument,
  storedScenario,
  storedScenarios,
} from "./scenarios.ts";

/** Customers are told by feature and not by team: a key that is confined to teams is refused. */
const read = { method: "GET", lambda: "read", role: "viewer", confined: "refuses" } as const;
const changing = { lambda: "control", role: "finops", confined: "refuses" } as const;
const removed = { ...refusals, 200: removedDocument, 404: problem, 409: problem } as const;

/** What drives cost, what it will be, and why it has changed. */
export const planningRoutes = {
  readDrivers: {
    ...read,
    path: "/v1/reports/drivers",
    summary: "What drives cost, by feature and cost class: customers, calls, tokens and price, with their forecast",
    query: driversQuery,
    replies: { ...refusals, 200: driversReport },
  },
  bridge: {
    ...read,
    path: "/v1/reports/bridge",
    summary: "Why a period costs something else than another: adoption, intensity, mix, price, new features",
    query: bridgeQuery,
    replies: { ...refusals, 200: bridgeReport },
  },
  evaluateScenario: {
    ...read,
    method: "POST",
    path: "/v1/scenario-evaluations",
    summary: "What changes would make of the months to come; changes nothing",
    body: scenarioEvaluation,
    replies: { ...bodyRefusals, 200: scenarioPlan },
  },
  listScenarios: {
    ...read,
    path: "/v1/scenarios",
    summary: "The stored scenarios, by id",
    replies: { ...refusals, 200: storedScenarios },
  },
  readScenario: {
    ...read,
    path: "/v1/scenarios/{id}",
    summary: "One scenario as it was set",
    params: scenarioParams,
    replies: { ...refusals, 200: storedScenario, 404: problem },
  },
  scenarioPlan: {
    ...read,
    path: "/v1/scenarios/{id}/plan",
    summary: "A stored scenario month by month, with its difference to the baseline",
    params: scenarioParams,
    query: scenarioPlanQuery,
    replies: { ...refusals, 200: scenarioPlan, 404: problem },
  },
  setScenario: {
    ...changing,
    method: "PUT",
    path: "/v1/scenarios/{id}",
    summary: "Store a scenario in the place of the one with its id",
    params: scenarioParams,
    body: newScenario,
    replies: { ...bodyRefusals, 200: setDocument, 409: problem },
  },
  removeScenario: {
    ...changing,
    method: "DELETE",
    path: "/v1/scenarios/{id}",
    summary: "Remove a scenario",
    params: scenarioParams,
    replies: removed,
  },
  listAdoptionPlans: {
    ...read,
    path: "/v1/adoption-plans",
    summary: "The plans of expected customers, by id",
    replies: { ...refusals, 200: storedAdoptionPlans },
  },
  readAdoptionPlan: {
    ...read,
    path: "/v1/adoption-plans/{id}",
    summary: "One plan with its rows",
    params: adoptionPlanParams,
    replies: { ...refusals, 200: storedAdoptionPlan, 404: problem },
  },
  setAdoptionPlan: {
    ...changing,
    method: "PUT",
    path: "/v1/adoption-plans/{id}",
    summary: "Set how many customers are expected by feature and month: all rows or none",
    params: adoptionPlanParams,
    body: newAdoptionPlan,
    replies: { ...bodyRefusals, 200: setAdoptionPlan, 409: problem },
  },
  removeAdoptionPlan: {
    ...changing,
    method: "DELETE",
    path: "/v1/adoption-plans/{id}",
    summary: "Remove a plan: customers are forecast from usage again",
    params: adoptionPlanParams,
    replies: removed,
  },
} as const satisfies Table;
