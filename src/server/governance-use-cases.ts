import { makeApprovalOutcome } from "#app/approval-outcome.ts";
import { makeAuthorize } from "#app/authorize.ts";
import { makeAuthorizeReadings } from "#app/authorize-readings.ts";
import { makeReadBudgets } from "#app/budget-states.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeDecideApproval } from "#app/decide-approval.ts";
import { makeModelUsage } from "#app/model-usage.ts";
import { makeModelsInUse } from "#app/models-in-use.ts";
import { makeReadBurn } from "#app/read-burn.ts";
import { makeRequestApproval } from "#app/request-approval.ts";
import type { Rater } from "#core/price-book.ts";
import type { Instant } from "#core/time.ts";
import { newId, sha256 } from "./secrets.ts";
import type { Stores } from "./stores.ts";

interface Deps {
  readonly stores: Stores;
  readonly rater: () => Promise<Rater>;
  readonly clock: () => Instant;
  readonly whenUnreachable: "allow" | "deny";
}

/** Which models may be called, how that is decided, and what became of it. */
export function governanceUseCases({ stores, rater, clock, whenUnreachable }: Deps) {
  const { approvals, catalog, closedDays, config, engine, keys, lakeBudgetSpend, prices, spend } = stores;
  const costReport = makeCostReport({ spend, closedDays, clock });
  const readings = makeAuthorizeReadings({ config, prices, catalog, costReport, clock });
  return {
    authorize: makeAuthorize({ readings, clock, sha256, whenUnreachable }),
    readBudgets: makeReadBudgets({ costReport, lakeSpend: lakeBudgetSpend }),
    readBurn: makeReadBurn({ booked: stores.bookedHours }),
    approvals,
    config,
    forecasts: stores.forecasts,
    requestApproval: makeRequestApproval({ approvals, config, costReport, rater, catalog, clock, newId }),
    decideApproval: makeDecideApproval({ approvals, config, keys, clock }),
    approvalOutcome: makeApprovalOutcome({ approvals, costReport, clock }),
    modelsInUse: makeModelsInUse({ costReport, engine, config, rater, catalog, clock }),
    modelUsage: makeModelUsage({ engine, keys }),
  };
}
