import type { RunRequest } from "#app/pipeline-run.ts";
import type { RunRecord } from "#app/ports/pipeline-state.ts";
import type { Backfill } from "#app/run-state.ts";
import { hourMs, type Instant } from "#core/time.ts";
import { demand } from "./model.ts";
import { CONSUMERS } from "./process.ts";
import type { Run } from "./simulate.ts";
import { recover, trim } from "./trouble.ts";

export const noFaults = { crash: 0, outage: 0 };
const settleMax = 200;
const pipelineRunsMax = 14;
/** A difference stands in the second run that finds it; the third may repair what the second left. */
const runsToStand = 3;
/** When repairs have not been enough: everything leaves the stream, */
const trimRound = 4;
/** and then somebody asks. */
const askRound = 8;
/** The pipeline looks once more at what landed in the last minute before a run. */
const landingDelayMs = 60_000;

async function drainTo(run: Run, consumer: (typeof CONSUMERS)[number]): Promise<void> {
  const { durable, play } = run;
  for (const { id } of await durable.ledger.changes.shards()) {
    await trim(run, consumer, id);
    const deliver = () => play(`drain ${consumer} ${id}`, (process) => process.deliver(consumer, id, 1_000, false));
    for (let round = 0; (await deliver()) !== false; round++) demand(round < settleMax, `${id} does not drain`);
  }
}

/** Everything the stream has, to both consumers. */
export async function drain(run: Run): Promise<void> {
  for (const consumer of CONSUMERS) await drainTo(run, consumer);
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
  await recover(run);
  durable.rates = rates;
}

/** What has landed reaches the lake before it is posted: the difference stands, and is nobody's to repair. */
export async function runBeforePosting(run: Run): Promise<void> {
  const { durable } = run;
  const { rates } = durable;
  durable.rates = noFaults;
  await drainTo(run, "land-usage");
  for (let i = 0; i < runsToStand; i++) {
    durable.now = (durable.now + 2 * landingDelayMs) as Instant;
    await runPipeline(run);
  }
  durable.rates = rates;
}

/** The days on which somebody has to lower cells. */
function asked({ differences }: RunRecord): Backfill {
  const [first, last] = [differences[0], differences.at(-1)] as const;
  if (first === undefined || last === undefined) throw new RangeError("there are no differences");
  return { from: first.usageDate, to: last.usageDate, lowerCells: true };
}

/**
 * No more faults: the pipeline runs until it has nothing to do, and has found nothing wrong. Where consumers were in
 * trouble it repairs the cells: at once, when everything has left the stream, or, where reversals never reached them,
 * when somebody asks for it.
 */
export async function healLake({ durable, side, senders, troubled, play }: Run): Promise<void> {
  let request: RunRequest | undefined;
  durable.rates = noFaults;
  for (let round = 0; ; round++) {
    demand(round < pipelineRunsMax, "the pipeline always finds something to do");
    durable.now = (side.clock() + (round === trimRound ? 26 * hourMs : 2 * landingDelayMs)) as Instant;
    const record = await play("run the pipeline", (process) => process.runPipeline(request));
    demand(record !== undefined && record.status !== "failed", `the pipeline failed: ${record?.error}`);
    const { differences } = record;
    const mayDiffer = troubled && (senders.adjusted() || round <= askRound);
    demand(mayDiffer || differences.length === 0, `differences: ${JSON.stringify(differences)}`);
    if (record.status === "skipped") return;
    request = differences.length > 0 && round >= askRound ? { backfill: asked(record) } : undefined;
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
