import { dayMs, hourMs, type Instant } from "#core/time.ts";
import { CONSUMERS } from "./process.ts";
import { drain, noFaults, runPipeline } from "./quiet.ts";
import type { Run } from "./simulate.ts";
import { recover, trim, trouble } from "./trouble.ts";

/** Any shard, from its checkpoint or once more from its start, in any cut. */
async function deliverSome(run: Run): Promise<void> {
  const { durable, chance, play } = run;
  const shards = await durable.ledger.changes.shards();
  if (shards.length === 0) return;
  const consumer = chance.pick(CONSUMERS);
  const { id } = chance.pick(shards);
  const limit = 1 + chance.below(12);
  const again = chance.happens(0.15);
  await trim(run, consumer, id);
  await play(`${consumer} ${id}${again ? " once more from its start" : ""}, ${limit} changes`, (process) =>
    process.deliver(consumer, id, limit, again),
  );
}

/** Forward by minutes or hours; back by seconds, as clocks do, also over midnight. */
function stepClock({ durable, chance }: Run): void {
  const { now } = durable;
  if (chance.happens(0.1)) {
    durable.now = (now - 1 - chance.below(5_000)) as Instant;
    return;
  }
  const step = chance.happens(0.1) ? chance.below(8 * hourMs) : chance.below(600_000);
  durable.now = (now + step) as Instant;
}

/** Days go by: the stream has long been read (it keeps a day), the ledger forgets what is past its time. */
async function skipDays(run: Run): Promise<void> {
  const { durable, chance } = run;
  const { rates } = durable;
  durable.rates = noFaults;
  await drain(run);
  await recover(run);
  if (run.alone) await runPipeline(run);
  durable.now = (durable.now + (1 + chance.below(chance.happens(0.3) ? 40 : 4)) * dayMs) as Instant;
  await durable.ledger.purge(CONSUMERS);
  durable.rates = rates;
}

/** Everything that happens to the system: senders, deliveries, runs, and the clock, drawn from the seed. */
export async function storm(run: Run): Promise<void> {
  const { chance, senders } = run;
  const steps = 8 + chance.below(32);
  for (let step = 0; step < steps; step++) {
    if (run.troubled && chance.happens(0.15)) await trouble(run);
    const draw = chance.below(100);
    if (draw < 30) await senders.sendLive();
    else if (draw < 40) await senders.sendImport();
    else if (draw < 46) await senders.adjust();
    else if (draw < 54) await senders.resend();
    else if (draw < 80) await deliverSome(run);
    else if (draw < 94) stepClock(run);
    else if (draw < 97) await skipDays(run);
    else if (run.alone) await runPipeline(run);
  }
}
