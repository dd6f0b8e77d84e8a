import type { RunRecord } from "#app/ports/pipeline-state.ts";
import { dayMs, hourMs, type Instant, parseInstant, startOfDay, usageDateOf } from "#core/time.ts";
import type { MemoryLake } from "../lake/memory-lake.ts";
import { checkBooks } from "./books.ts";
import { type Chance, makeChance } from "./chance.ts";
import { demand, Model } from "./model.ts";
import { makePlay, type Play } from "./play.ts";
import type { Sabotage } from "./sabotage.ts";
import { makeSenders, type Senders } from "./senders.ts";
import { CONSUMERS, type Consumer, type Durable, openDurable } from "./world.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** Opened once and used for many seeds. */
  readonly lake: MemoryLake;
  readonly sabotage?: Sabotage;
  /** Told every step. */
  readonly tell?: (what: string) => void;
}

const epoch = parseInstant("2026-11-23T00:00:00Z") as Instant;
/** A crash, or an outage, per call of a port. */
const weathers = [
  { crash: 0, outage: 0 },
  { crash: 0.01, outage: 0.02 },
  { crash: 0.05, outage: 0.05 },
  { crash: 0.02, outage: 0.2 },
];
/** The pipeline looks once more at what landed in the last minute before a run. */
const landingDelayMs = 60_000;
const settleMax = 200;

interface Run {
  readonly durable: Durable;
  readonly chance: Chance;
  readonly play: Play;
  readonly senders: Senders;
}

/** Any shard, from its checkpoint or once more from its start, in any cut. */
async function deliverSome({ durable, chance, play }: Run, consumer: Consumer = chance.pick(CONSUMERS)): Promise<void> {
  const shards = await durable.ledger.changes.shards();
  if (shards.length === 0) return;
  const { id } = chance.pick(shards);
  const limit = 1 + chance.below(12);
  const again = chance.happens(0.15);
  await play(`${consumer} ${id}${again ? " once more from its start" : ""}, ${limit} changes`, (process) =>
    process.deliver(consumer, id, limit, again),
  );
}

/** Everything the stream has, to both consumers. */
async function drain({ durable, play }: Run): Promise<void> {
  for (const consumer of CONSUMERS) {
    for (const { id } of await durable.ledger.changes.shards()) {
      const deliver = () => play(`drain ${consumer} ${id}`, (process) => process.deliver(consumer, id, 1_000, false));
      for (let round = 0; (await deliver()) !== false; round++) demand(round < settleMax, `${id} does not drain`);
    }
  }
}

/** Forward by minutes or hours; back by seconds, as clocks do, but not over midnight. */
function stepClock({ durable, chance }: Run): void {
  const { now } = durable;
  if (chance.happens(0.1)) {
    const midnight = startOfDay(usageDateOf(now));
    durable.now = Math.max(midnight, now - 1 - chance.below(5_000)) as Instant;
    return;
  }
  const step = chance.happens(0.1) ? chance.below(8 * hourMs) : chance.below(600_000);
  durable.now = (now + step) as Instant;
}

/** Days go by: the stream has long been read (it keeps a day), the ledger forgets what is past its time. */
async function skipDays(run: Run): Promise<void> {
  const { durable, chance } = run;
  const { rates } = durable;
  durable.rates = { crash: 0, outage: 0 };
  await drain(run);
  await runPipeline(run);
  durable.now = (durable.now + (1 + chance.below(chance.happens(0.3) ? 40 : 4)) * dayMs) as Instant;
  await durable.ledger.purge(CONSUMERS);
  durable.rates = rates;
}

async function runPipeline({ play, senders }: Run): Promise<RunRecord | undefined> {
  const record = await play("run the pipeline", (process) => process.runPipeline());
  if (record?.status === "succeeded") senders.merged();
  return record;
}

/** No more faults: every request gets its answer, the stream is read, the pipeline runs until it has nothing to do. */
async function heal(run: Run): Promise<void> {
  const { durable, senders } = run;
  durable.rates = { crash: 0, outage: 0 };
  for (let round = 0; await senders.resend(); round++) demand(round < settleMax, "some events never get an answer");
  await drain(run);
  for (let round = 0; ; round++) {
    demand(round < 5, "the pipeline always finds something to do");
    const record = await runPipeline(run);
    demand(record?.status !== "failed", `the pipeline failed: ${record?.error}`);
    demand(
      record !== undefined && record.differences.length === 0,
      `differences: ${JSON.stringify(record?.differences)}`,
    );
    if (record.status === "skipped") return;
    durable.now = (durable.now + 2 * landingDelayMs) as Instant;
  }
}

/** Delivers all that the stream still has once more, lands it in another hour, and merges again. */
async function repeatEverything(run: Run): Promise<void> {
  const { durable, play } = run;
  durable.now = (durable.now + hourMs) as Instant;
  for (const consumer of CONSUMERS) {
    for (const { id } of await durable.ledger.changes.shards()) {
      await play(`${consumer} ${id} once more`, (process) => process.deliver(consumer, id, 1_000, true));
    }
  }
  await heal(run);
}

/** One storm and what it leaves. Throws a `Violation`, or whatever else the system throws, when something is wrong. */
export async function simulate({ seed, lake, sabotage = {}, tell = () => {} }: SimulationOptions): Promise<void> {
  const chance = makeChance(seed);
  const now = (epoch + chance.below(dayMs)) as Instant;
  await using durable = await openDurable(lake, now, 3 + chance.below(20));
  const model = new Model();
  const play = makePlay(durable, chance.fork(), sabotage, tell);
  const run: Run = { durable, chance, play, senders: makeSenders(durable, model, chance.fork(), play) };
  durable.rates = chance.pick(weathers);
  const steps = 10 + chance.below(40);
  for (let step = 0; step < steps; step++) {
    const draw = chance.below(100);
    if (draw < 30) await run.senders.sendLive();
    else if (draw < 40) await run.senders.sendImport();
    else if (draw < 46) await run.senders.adjust();
    else if (draw < 54) await run.senders.resend();
    else if (draw < 80) await deliverSome(run);
    else if (draw < 96) stepClock(run);
    else if (draw < 98) await runPipeline(run);
    else await skipDays(run);
  }
  await heal(run);
  await checkBooks(durable, model);
  if (chance.happens(0.25)) {
    await repeatEverything(run);
    await checkBooks(durable, model);
  }
}
