import { type CompanyRules, makeCompanyRules } from "#app/company-rules.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeCoverage } from "#app/coverage.ts";
import { makeRevokeKey } from "#app/keys.ts";
import { makeQuarantine } from "#app/quarantine.ts";
import { makeRater } from "#app/rater.ts";
import { makeRestate } from "#app/restate.ts";
import type { Instant } from "#core/time.ts";
import { sha256 } from "./secrets.ts";
import type { Stores } from "./stores.ts";

interface Deps {
  readonly stores: Stores;
  readonly rules: () => Promise<CompanyRules>;
  readonly clock: () => Instant;
}

/** A restatement goes by what was decided just before: nothing is kept. */
const cacheTtlMs = 0;

/** How much is unallocated and why, and what books it. */
export function attributionUseCases({ stores, rules, clock }: Deps) {
  const { ledger, engine, keys, audit, pipeline, spend, closedDays, catalog, prices, config } = stores;
  const costReport = makeCostReport({ spend, closedDays, clock });
  const revokeKey = makeRevokeKey({ keys, clock });
  const inForce = {
    rater: makeRater({ catalog, prices, clock, cacheTtlMs }),
    rules: makeCompanyRules({ config, clock, cacheTtlMs }),
  };
  return {
    restate: makeRestate({ ...inForce, ledger, clock, sha256, engine, audit, pipeline, revokeKey }),
    quarantine: makeQuarantine({ engine, rules, keys, costReport }),
    coverage: makeCoverage({ spend, closedDays, clock, rules }),
  };
}
