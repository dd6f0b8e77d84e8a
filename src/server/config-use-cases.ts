import { makeAllocationReport } from "#app/allocation-report.ts";
import { makeApplyConfig } from "#app/apply-config.ts";
import type { makeCompanyRules } from "#app/company-rules.ts";
import type { makeCostReport } from "#app/cost-report.ts";
import { makeJudgePrice } from "#app/judge-price.ts";
import { makePlanConfig, makeReadConfig } from "#app/plan-config.ts";
import type { Instant } from "#core/time.ts";
import { newId } from "./secrets.ts";
import type { Stores } from "./stores.ts";

export interface ConfigUseCasesOptions {
  readonly stores: Pick<Stores, "config" | "prices" | "catalog" | "keys" | "approvals">;
  readonly clock: () => Instant;
  readonly costReport: ReturnType<typeof makeCostReport>;
  readonly rules: ReturnType<typeof makeCompanyRules>;
}

/** The company's decisions as a document, and the report that its shared and fixed costs make. */
export function configUseCases({ stores, clock, costReport, rules }: ConfigUseCasesOptions) {
  const { config, prices, catalog, keys, approvals } = stores;
  const deps = { config, prices, judge: makeJudgePrice(catalog), utf8Bytes: Buffer.byteLength, clock };
  return {
    readConfig: makeReadConfig(deps),
    planConfig: makePlanConfig({ ...deps, costReport, catalog, keys, approvals }),
    applyConfig: makeApplyConfig({ ...deps, newId }),
    allocationReport: makeAllocationReport({ costReport, rules }),
  };
}
