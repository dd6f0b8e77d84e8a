import type { Instant } from "#core/time.ts";
import { logFault } from "./log.ts";

export interface OrderEvaluationDeps {
  readonly invoke: () => Promise<void>;
  readonly clock: () => Instant;
}

/** Of one process, however many batches it posts. */
const leastMsBetween = 10_000;

/**
 * Has alerts judged now that spend was posted. Nothing of the batch hangs on it: the schedule judges within a minute what
 * an order that failed, or was left out, would have.
 */
export function makeOrderEvaluation({ invoke, clock }: OrderEvaluationDeps): () => Promise<void> {
  let orderedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock();
    if (now >= orderedAt && now - orderedAt < leastMsBetween) return;
    orderedAt = now;
    await invoke().catch((error) => logFault("alerts could not be ordered to be judged", error));
  };
}
