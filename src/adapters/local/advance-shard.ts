import { Unavailable } from "#app/unavailable.ts";
import type { Change } from "#core/ledger-entry.ts";
import type { ChangeLog } from "./change-log.ts";
import type { SetAside } from "./sqlite-failed-changes.ts";

/** Takes changes of one shard, in order; they may have come before, in other batches. Throws when it cannot take them. */
export type Consumer = (shard: string, changes: readonly Change[]) => Promise<void>;

export interface AdvanceOptions {
  readonly consumer: string;
  readonly changes: Pick<ChangeLog, "read" | "readStored">;
  readonly consume: Consumer;
  /** Where a change goes that cannot be decoded or taken, so that those behind it come through. */
  readonly setAside: SetAside;
}

const batchChangesMax = 1_000;
/** So often a batch is tried as it is before it is cut: over six seconds. */
const triesMax = 8;

/**
 * Consumes the next changes of a shard; resolves with the sequence it has come to, undefined when there were none. A
 * batch that fails again and again, and not for an outage, is halved until a part of it is taken, or the one change is
 * found that is to blame: that one is set aside.
 */
export function makeAdvance({ consumer, changes, consume, setAside }: AdvanceOptions) {
  /** How often in turn the whole batch of a shard has failed. */
  const tries = new Map<string, number>();

  async function consumeBatch(shard: string, position: string | undefined, limit: number): Promise<string | undefined> {
    const batch = await changes.read(shard, position, limit);
    const last = batch.at(-1);
    if (last === undefined) return undefined;
    await consume(shard, batch);
    return last.sequence;
  }

  async function passBy(shard: string, position: string | undefined, error: unknown): Promise<string> {
    const [change] = await changes.readStored(shard, position, 1);
    if (change === undefined) throw error;
    await setAside.add(consumer, shard, change, error instanceof Error ? error.message : String(error));
    return change.sequence;
  }

  async function bisect(shard: string, position: string | undefined): Promise<string | undefined> {
    for (let limit = Math.ceil(batchChangesMax / 2); ; limit = Math.ceil(limit / 2)) {
      try {
        return await consumeBatch(shard, position, limit);
      } catch (error) {
        if (error instanceof Unavailable) throw error;
        if (limit === 1) return passBy(shard, position, error);
      }
    }
  }

  return async (shard: string, position: string | undefined): Promise<string | undefined> => {
    try {
      const reached = await consumeBatch(shard, position, batchChangesMax);
      tries.delete(shard);
      return reached;
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      const times = (tries.get(shard) ?? 0) + 1;
      tries.set(shard, times);
      if (times < triesMax) throw error;
      return bisect(shard, position);
    }
  };
}
