import { makePipelineRun } from "#app/pipeline-run.ts";
import { snsNotifier } from "#aws/sns-notifier.ts";
import { clock } from "./shared/clock.ts";
import { engine } from "./shared/engine.ts";
import { env } from "./shared/env.ts";
import { newId } from "./shared/random.ts";
import { runStep } from "./shared/run-step.ts";
import { snsClient } from "./shared/sns-client.ts";
import { closedDays, erasures, imports, ledger, ledgerErasure, pipelineState, spend } from "./shared/stores.ts";

/** Longer than the state machine may take: the lease cannot end under a run that is still alive. */
const leaseTtlMs = 70 * 60_000;

/** What the state machine has done of a run besides its statements. */
export const handler = runStep(
  makePipelineRun({
    engine: engine(),
    state: pipelineState(),
    spend: spend(),
    closedDays: closedDays(),
    imports: imports(),
    erasures: erasures(),
    ledger: ledger(),
    ledgerErasure: ledgerErasure(),
    notifier: snsNotifier({ client: snsClient(), topicArn: env("ALERT_TOPIC_ARN") }),
    clock,
    newId,
    leaseTtlMs,
  }),
);
