import { type AdjustDeps, makeBookAdjustment, makePlanAdjustment } from "#app/adjust.ts";
import { type FindingsDeps, makeLookForFindings } from "#app/look-for-findings.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { hourMs } from "#core/time.ts";
import { newId } from "./secrets.ts";
import type { Stores } from "./stores.ts";

/** Longer than a merge of everything: a run of this server goes on where a killed one held the lease. */
const leaseTtlMs = hourMs / 2;

export type PipelineDeps = Pick<FindingsDeps, "clock" | "rules" | "costReport" | "notifier"> & {
  readonly stores: Stores;
  readonly adjusts: AdjustDeps;
};

/** The pipeline over the stores of one machine, with what it looks for besides. */
export function pipelineOf({ stores, clock, rules, costReport, adjusts, notifier }: PipelineDeps) {
  const { engine, pipeline: state, spend, closedDays, imports, erasures, ledger, audit } = stores;
  return makeRunPipeline({
    ...{ engine, state, spend, closedDays, imports, erasures, ledger, ledgerErasure: ledger.erasure },
    findings: makeLookForFindings({
      ...{ engine, findings: stores.findings, rhythms: stores.sourceRhythms, audit },
      ...{ planAdjustment: makePlanAdjustment(adjusts), bookAdjustment: makeBookAdjustment(adjusts) },
      ...{ rules, costReport, notifier, clock, scans: "each run" },
    }),
    ...{ notifier, clock, newId, leaseTtlMs, holder: "local server" },
  });
}
