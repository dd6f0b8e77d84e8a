import { type AdvanceOptions, makeAdvance } from "./advance-shard.ts";
import type { ChangeLog, ChangeShard } from "./change-log.ts";
import type { Checkpoints } from "./checkpoints.ts";

export interface ConsumerOptions extends AdvanceOptions {
  readonly changes: Pick<ChangeLog, "shards" | "read" | "readStored">;
  /** Positions are kept under the name of the consumer. */
  readonly checkpoints: Checkpoints;
}

export interface RoundResult {
  readonly failures: readonly unknown[];
  /** When the first of the shards that failed may be tried again; undefined when none has. */
  readonly retryInMs: number | undefined;
}

/**
 * Consumes what stood in the log when it began, at least: what is appended meanwhile is for the next round, so that a
 * round ends however fast the log grows.
 * @param patient leaves out a shard that failed lately
 */
export type Round = (patient: boolean) => Promise<RoundResult>;

const retryMinMs = 50;
const retryMaxMs = 10_000;

interface Failing {
  readonly times: number;
  readonly retryAtMs: number;
}

function failedAgain(before: Failing | undefined): Failing {
  const times = (before?.times ?? 0) + 1;
  return { times, retryAtMs: performance.now() + Math.min(retryMaxMs, retryMinMs * 2 ** (times - 1)) };
}

/** @param stopped asked before each batch */
export function makeRound(options: ConsumerOptions, stopped: () => boolean): Round {
  const { consumer, changes, checkpoints } = options;
  const advance = makeAdvance(options);
  /** Closed shards that have nothing left. */
  const finished = new Set<string>();
  const failing = new Map<string, Failing>();
  let positions: Map<string, string> | undefined;

  /** One batch of one shard, unless it has come as far as `lastSequence`. True when there was one. */
  async function step({ id, closed, lastSequence }: ChangeShard): Promise<boolean> {
    positions ??= new Map(await checkpoints.load(consumer));
    const position = positions.get(id);
    const isThere = lastSequence === undefined || (position !== undefined && BigInt(position) >= BigInt(lastSequence));
    const reached = isThere ? undefined : await advance(id, position);
    if (reached === undefined) {
      if (closed) finished.add(id);
      return false;
    }
    await checkpoints.save(consumer, id, reached);
    positions.set(id, reached);
    return true;
  }

  function waiting(): Set<string> {
    const now = performance.now();
    return new Set([...failing].filter(([, { retryAtMs }]) => retryAtMs > now).map(([shard]) => shard));
  }

  /** One batch of each shard. A shard that fails is left out from then on, and does not keep the others waiting. */
  async function pass(shards: readonly ChangeShard[], leftOut: Set<string>, failures: unknown[]): Promise<boolean> {
    let moved = false;
    for (const shard of shards) {
      const { id } = shard;
      if (finished.has(id) || leftOut.has(id)) continue;
      if (stopped()) return false;
      try {
        moved = (await step(shard)) || moved;
        failing.delete(id);
      } catch (error) {
        failures.push(error);
        leftOut.add(id);
        failing.set(id, failedAgain(failing.get(id)));
      }
    }
    return moved;
  }

  return async (patient) => {
    const leftOut = patient ? waiting() : new Set<string>();
    const failures: unknown[] = [];
    const shards = await changes.shards();
    while (await pass(shards, leftOut, failures));
    const retryAtMs = Math.min(...[...failing.values()].map((shard) => shard.retryAtMs));
    return { failures, retryInMs: failing.size > 0 ? Math.max(0, retryAtMs - performance.now()) : undefined };
  };
}
