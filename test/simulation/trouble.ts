import { makeLandUsage } from "#app/land-usage.ts";
import type { LandedEntry } from "#app/ports/landing.ts";
import type { Change, LedgerEntry } from "#core/ledger-entry.ts";
import { dayMs, hourMs, type Instant } from "#core/time.ts";
import { CONSUMERS } from "./process.ts";
import type { Run } from "./simulate.ts";

/** What consumers have not taken, and what nobody has brought in yet. */
export interface Losses {
  /** Batches kept for the redrive. */
  failed: (readonly Change[])[];
  /** Changes left the stream before they had landed: only the ledger has them. */
  untold: boolean;
  exports: number;
}

export const noLosses = (): Losses => ({ failed: [], untold: false, exports: 0 });

type Consumer = (typeof CONSUMERS)[number];

const whole = 100_000;

/** What the consumer has not read of this shard. */
async function unread({ durable }: Run, consumer: Consumer, shard: string): Promise<readonly Change[]> {
  const reached = (await durable.ledger.checkpoints.load(consumer)).get(shard);
  return durable.ledger.changes.read(shard, reached, whole);
}

/** The consumer goes on behind these changes, which it has not taken. */
async function passOver({ durable }: Run, consumer: Consumer, changes: readonly Change[]): Promise<void> {
  const last = changes.at(-1);
  if (last !== undefined) await durable.ledger.checkpoints.save(consumer, last.shard, last.sequence);
}

/** A consumer gives up its next batch of a shard, which goes to the failures, records and all. */
async function giveUp(run: Run): Promise<void> {
  const shards = await run.durable.ledger.changes.shards();
  if (shards.length === 0) return;
  const consumer = run.chance.pick(CONSUMERS);
  const { id } = run.chance.pick(shards);
  const batch = (await unread(run, consumer, id)).slice(0, 1 + run.chance.below(4));
  run.tell(`${consumer} gives up ${batch.length} changes of ${id}`);
  await passOver(run, consumer, batch);
  if (batch.length > 0) run.losses.failed.push(batch);
}

/** The stream keeps a change for a day: what a consumer has not read by then is gone for it. */
export async function trim(run: Run, consumer: Consumer, shard: string): Promise<void> {
  if (!run.troubled) return;
  const { durable, losses } = run;
  const trimmed = (await unread(run, consumer, shard)).filter(({ entry }) => entry.receivedAt < durable.now - dayMs);
  if (trimmed.length === 0) return;
  run.tell(`${trimmed.length} changes of ${shard} are gone for ${consumer}`);
  if (consumer === "land-usage") losses.untold = true;
  await passOver(run, consumer, trimmed);
}

/** Both consumers are down, or one of them: the clock goes on, and the senders go on. */
async function goDown(run: Run): Promise<void> {
  const { durable, chance, senders, tell } = run;
  for (let left = chance.below(4); left > 0; left--) await senders.sendLive();
  for (const consumer of CONSUMERS) {
    const shards = chance.happens(0.5) ? await durable.ledger.changes.shards() : [];
    for (const { id } of shards)
      await run.play(`${consumer} ${id}`, (process) => process.deliver(consumer, id, 50, false));
  }
  tell("what is left to consume waits for 25 hours");
  durable.now = (durable.now + 25 * hourMs) as Instant;
}

/** Lands what was given up, each change as it came. */
async function redrive({ durable, losses, tell }: Run): Promise<void> {
  tell(`redrive ${losses.failed.length} batches`);
  const land = makeLandUsage({ landing: durable.landing, clock: () => durable.now });
  for (const batch of losses.failed) await land(batch[0]?.shard ?? "", batch);
  losses.failed = [];
}

/** Lands all that the ledger has, in an order of its own. */
async function landExport({ durable, losses, chance, tell }: Run): Promise<void> {
  const shard = `export-${losses.exports++}`;
  const entries: LedgerEntry[] = [];
  for (const { id } of await durable.ledger.changes.shards()) {
    entries.push(...(await durable.ledger.changes.read(id, undefined, whole)).map(({ entry }) => entry));
  }
  tell(`land an export of ${entries.length} entries`);
  const rows = chance
    .shuffled(entries)
    .map((entry, i): LandedEntry => ({ shard, sequence: String(i), entry, importId: "" }));
  if (rows.length > 0) await durable.landing.write(shard, durable.now, rows);
  losses.untold = false;
}

/** Consumers that give up, or are down for longer than the stream waits; and who cleans up after them. */
export async function trouble(run: Run): Promise<void> {
  const draw = run.chance.below(10);
  if (draw < 6) await giveUp(run);
  else if (draw < 8) await goDown(run);
  else await redrive(run);
}

/** Everything that a consumer has not taken is in the landing. */
export async function recover(run: Run): Promise<void> {
  if (run.losses.failed.length > 0) await redrive(run);
  if (run.losses.untold) await landExport(run);
}
