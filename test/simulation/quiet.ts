import type { RunRecord } from "#app/ports/pipeline-state.ts";
import { hourMs, type Instant } from "#core/time.ts";
import { demand } from "./model.ts";
import { CONSUMERS } from "./process.ts";
import type { Run } from "./simulate.ts";

export const noFaults = { crash: 0, outage: 0 };
const settleMax = 200;
const pipelineRunsMax = 5;
/** The pipeline looks once more at what landed in the last minute before a run. */
const landingDelayMs = 60_000;

/** Everything the stream has, to both consumers. */
export async function drain({ durable, play }: Run): Promise<void> {
  for (const consumer of CONSUMERS) {
    for (const { id } of await durable.ledger.changes.shards()) {
      const deliver = () => play(`drain ${consumer} ${id}`, (process) => process.deliver(consumer, id, 1_000, false));
      for (let round = 0; (await deliver()) !== false; round++) demand(round < settleMax, `${id} does not drain`);
    }
  }
}

export function runPipeline({ play }: Run): Promise<RunRecord | undefined> {
  return play("run the pipeline", (process) => process.runPipeline());
}

/** Every request gets its answer at last, and the stream is read. The weather stays as it was. */
export async function healSenders(run: Run): Promise<void> {
  const { durable, senders } = run;
  const { rates } = durable;
  durable.rates = noFaults;
  for (let round = 0; await senders.resend(); round++) demand(round < settleMax, "some events never get an answer");
  await drain(run);
  durable.rates = rates;
}

/** No more faults: the pipeline runs until it has nothing to do, and has found nothing wrong. */
export async function healLake(run: Run): Promise<void> {
  const { durable, side } = run;
  durable.rates = noFaults;
  for (let round = 0; ; round++) {
    demand(round < pipelineRunsMax, "the pipeline always finds something to do");
    durable.now = (side.clock() + 2 * landingDelayMs) as Instant;
    const record = await runPipeline(run);
    demand(record !== undefined && record.status !== "failed", `the pipeline failed: ${record?.error}`);
    demand(record.differences.length === 0, `differences: ${JSON.stringify(record.differences)}`);
    if (record.status === "skipped") return;
  }
}

/** Delivers all that the stream still has once more, and lands it in another hour. */
export async function repeatDeliveries({ durable, play }: Run): Promise<void> {
  durable.rates = noFaults;
  durable.now = (durable.now + hourMs) as Instant;
  for (const consumer of CONSUMERS) {
    for (const { id } of await durable.ledger.changes.shards()) {
      await play(`${consumer} ${id} once more`, (process) => process.deliver(consumer, id, 1_000, true));
    }
  }
}
