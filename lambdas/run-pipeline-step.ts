import { makeBookAdjustment, makePlanAdjustment } from "#app/adjust.ts";
import { makeCostReport } from "#app/cost-report.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeLookForFindings } from "#app/look-for-findings.ts";
import { makePipelineRun } from "#app/pipeline-run.ts";
import { snsNotifier } from "#aws/sns-notifier.ts";
import { clock } from "./shared/clock.ts";
import { engine } from "./shared/engine.ts";
import { env } from "./shared/env.ts";
import { newId, sha256 } from "./shared/random.ts";
import { runStep } from "./shared/run-step.ts";
import { snsClient } from "./shared/sns-client.ts";
import {
  audit,
  closedDays,
  erasures,
  findings,
  imports,
  ledger,
  ledgerErasure,
  pipelineState,
  sourceRhythms,
  spend,
} from "./shared/stores.ts";
import { catalog, companyRules, rater } from "./shared/use-cases.ts";

/** Longer than the state machine may take: the lease cannot end under a run that is still alive. */
const leaseTtlMs = 70 * 60_000;

const lake = engine();
const events = ledger();
const cells = spend();
const packs = closedDays();
const rules = companyRules();
const notifier = snsNotifier({ client: snsClient(), topicArn: env("ALERT_TOPIC_ARN") });
const lakeEvents = makeLakeEvents({ engine: lake });
const adjusts = { ledger: events, lakeEvents, rater: rater(catalog()), rules, clock, sha256 };

/** What the state machine has done of a run besides its statements. */
export const handler = runStep(
  makePipelineRun({
    engine: lake,
    state: pipelineState(),
    spend: cells,
    closedDays: packs,
    imports: imports(),
    erasures: erasures(),
    ledger: events,
    ledgerErasure: ledgerErasure(),
    notifier,
    findings: makeLookForFindings({
      ...{ engine: lake, findings: findings(), rhythms: sourceRhythms(), rules, notifier, clock, audit: audit() },
      costReport: makeCostReport({ spend: cells, closedDays: packs, clock }),
      scans: "first run of a day",
      planAdjustment: makePlanAdjustment(adjusts),
      bookAdjustment: makeBookAdjustment(adjusts),
    }),
    clock,
    newId,
    leaseTtlMs,
  }),
);
