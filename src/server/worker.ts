import type { FaultLog } from "./fault-log.ts";

export interface WorkerOptions {
  readonly name: string;
  readonly work: () => Promise<void>;
  /** Longest rest between the end of one run and the start of the next. */
  readonly everyMs: number;
  /** Rest after a nudge: nudges in that time make one run. */
  readonly nudgeMs: number;
  readonly log: FaultLog;
}

export interface Worker {
  /** Something is there to do. */
  nudge(): void;
  /** Runs no more; resolves when a run under way has ended. */
  stop(): Promise<void>;
}

const retryMsMin = 250;
const retryMsMax = 10_000;

/** Does its work over and over, one run at a time. A run that fails is logged and tried again, ever more slowly. */
export function startWorker({ name, work, everyMs, nudgeMs, log }: WorkerOptions): Worker {
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> | undefined;
  let nudged = false;
  let stopped = false;
  let failures = 0;

  function schedule(delayMs: number): void {
    const at = performance.now() + delayMs;
    if (stopped || running || at >= dueAt) return;
    clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => {
      running = run();
    }, delayMs);
  }

  async function run(): Promise<void> {
    dueAt = Number.POSITIVE_INFINITY;
    nudged = false;
    try {
      await work();
      failures = 0;
    } catch (error) {
      failures++;
      log(`${name} failed`, error);
    }
    running = undefined;
    if (failures > 0) schedule(Math.min(retryMsMax, retryMsMin * 2 ** Math.min(failures, 10)));
    else schedule(nudged ? nudgeMs : everyMs);
  }

  schedule(everyMs);
  return {
    nudge() {
      nudged = true;
      if (failures === 0) schedule(nudgeMs);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
