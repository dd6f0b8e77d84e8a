import type { Instant } from "#core/time.ts";
import { type ForgetErasedDeps, readForgetErased } from "./forget-erased.ts";
import { makeLandUsage } from "./land-usage.ts";
import type { FailedChanges } from "./ports/failed-changes.ts";
import type { Landing } from "./ports/landing.ts";

export interface RedriveDeps extends ForgetErasedDeps {
  readonly failedChanges: FailedChanges;
  readonly landing: Landing;
  readonly clock: () => Instant;
}

/** A batch that could not be decoded, or not all of it: it stays where it is. */
interface UndecodableBatch {
  readonly id: string;
  readonly problems: readonly string[];
}

export interface RedriveReport {
  /** Batches that are done. */
  readonly objects: number;
  /** Changes landed, those of undecodable batches that can be read included. */
  readonly changes: number;
  readonly undecodable: readonly UndecodableBatch[];
  /** Batches behind these, not looked at yet: counted up to 1,000. */
  readonly remaining: number;
  /** Where to go on; undefined when there is nothing behind. */
  readonly next: string | undefined;
}

const batchesAtOnce = 50;
const remainingMax = 1_000;
/** A gateway gives up on a request after 30 s: another batch is begun while this has not passed. */
const workMs = 15_000;

/**
 * Lands the changes that consumers of the stream could not process, each with the shard and sequence it came with: a
 * batch is done only when the landing has all of it, and landing it again is landing it once. The pipeline merges them,
 * and repairs the cells that never heard of them.
 */
export const makeRedrive = (deps: RedriveDeps) => {
  const { failedChanges, landing, clock } = deps;
  const land = makeLandUsage({ landing, clock });

  return async (after: string | undefined): Promise<RedriveReport> => {
    const startedAt = clock();
    const forget = await readForgetErased(deps);
    const undecodable: UndecodableBatch[] = [];
    let [objects, changes, last] = [0, 0, after];
    for (const id of await failedChanges.list(after, batchesAtOnce)) {
      const batch = await failedChanges.read(id);
      last = id;
      if (batch === undefined) continue;
      const known = batch.changes.map((change) => ({ ...change, entry: forget(change.entry) }));
      for (const [shard, ofShard] of Map.groupBy(known, (change) => change.shard)) await land(shard, ofShard);
      changes += batch.changes.length;
      if (batch.problems.length > 0) undecodable.push({ id, problems: batch.problems });
      else {
        await failedChanges.done(id);
        objects++;
      }
      if (clock() - startedAt > workMs) break;
    }
    const behind = await failedChanges.list(last, remainingMax);
    return { objects, changes, undecodable, remaining: behind.length, next: behind.length > 0 ? last : undefined };
  };
};
