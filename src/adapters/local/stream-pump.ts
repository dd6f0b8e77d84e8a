import type { ChangeLog } from "./change-log.ts";
import { type ConsumerOptions, makeRound, type RoundResult } from "./stream-rounds.ts";

export interface StreamPumpOptions extends ConsumerOptions {
  readonly changes: ChangeLog;
  /** Wait after the first change, so that more come along in one batch. */
  readonly gatherMs: number;
  /** Told of every failure. The same changes are tried again, later and later, until they are taken. */
  readonly onError: (error: unknown) => void;
}

export interface StreamPump {
  /** Consumes all that has been appended so far; throws what the consumer throws. */
  drain(): Promise<void>;
  /** Ends after the batch in hand. */
  stop(): Promise<void>;
}

/** When the change log itself cannot be read. */
const retryUnreadableMs = 1_000;

/** Drives one consumer from the change log, at least once, from its start or from where it had come. */
export function startStreamPump(options: StreamPumpOptions): StreamPump {
  let stopping = false;
  let wake: { readonly timer: NodeJS.Timeout; readonly atMs: number } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const round = makeRound(options, () => stopping);

  /** Rounds follow one another, whoever asks for them. */
  function queueRound(patient: boolean): Promise<RoundResult> {
    const mine = last.then(() => round(patient));
    last = mine.catch(() => {});
    return mine;
  }

  async function runByItself(): Promise<void> {
    wake = undefined;
    try {
      const { failures, retryInMs } = await queueRound(true);
      for (const failure of failures) options.onError(failure);
      if (retryInMs !== undefined) wakeIn(retryInMs);
    } catch (error) {
      options.onError(error);
      wakeIn(retryUnreadableMs);
    }
  }

  function wakeIn(delayMs: number): void {
    const atMs = performance.now() + delayMs;
    if (stopping || (wake && wake.atMs <= atMs)) return;
    clearTimeout(wake?.timer);
    wake = { timer: setTimeout(runByItself, delayMs), atMs };
  }

  const unsubscribe = options.changes.onAppend(() => wakeIn(options.gatherMs));
  wakeIn(0);
  return {
    async drain() {
      const { failures } = await queueRound(false);
      if (failures.length > 0) throw failures[0];
    },
    async stop() {
      stopping = true;
      unsubscribe();
      clearTimeout(wake?.timer);
      await last;
    },
  };
}
