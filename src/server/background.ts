import type { RunRequest } from "#app/pipeline-run.ts";
import type { RunPipeline } from "#app/run-pipeline.ts";
import type { Change } from "#core/ledger-entry.ts";
import { dayMs, type Instant } from "#core/time.ts";
import type { SetAside } from "#local/sqlite-failed-changes.ts";
import { startStreamPump } from "#local/stream-pump.ts";
import type { FaultLog } from "./fault-log.ts";
import type { Stores } from "./stores.ts";
import { startWorker, type Worker } from "./worker.ts";

type Consumer = (shard: string, changes: readonly Change[]) => Promise<void>;

export interface BackgroundDeps {
  readonly stores: Stores;
  readonly clock: () => Instant;
  readonly postSpend: Consumer;
  readonly landUsage: Consumer;
  readonly runPipeline: RunPipeline;
  readonly log: FaultLog;
}

const consumers = { postSpend: "post-spend", landUsage: "land-usage" } as const;

/** Reports follow an accepted event by about as much. */
const spendGatherMs = 20;
/** Each gathering makes a file; a pipeline run does not wait for it. */
const landGatherMs = 30_000;
const pipelineEveryMs = 60_000;
const pipelineNudgeMs = 1_000;
/** What crosses a threshold is told within a second; a burst of events is judged four times a second. */
const evaluateNudgeMs = 250;
const evaluateEveryMs = 60_000;
/** What no run has merged stays, however old. */
const landingKeptMs = 30 * dayMs;

function oneAtATime<A extends unknown[], T>(work: (...input: A) => Promise<T>): (...input: A) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (...input) => {
    const mine = last.then(() => work(...input));
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** What runs without being asked: the stream's consumers, the pipeline, the purge of what is past its time. */
export function startBackground(deps: BackgroundDeps) {
  const { stores, clock, postSpend, landUsage, runPipeline, log } = deps;
  const { changes, checkpoints, failedChanges } = stores.ledger;
  const setAside: SetAside = {
    async add(consumer, shard, change, problem) {
      await failedChanges.add(consumer, shard, change, problem);
      const what = `${consumer} cannot take a change, which was set aside: \`finops redrive\` brings it into the lake`;
      log(what, problem, { event: change.key });
    },
  };
  const pump = (consumer: string, consume: Consumer, gatherMs: number) =>
    startStreamPump({
      consumer,
      changes,
      checkpoints,
      consume,
      setAside,
      gatherMs,
      onError: (error) => log(`${consumer} failed and is tried again`, error),
    });
  let evaluator: Worker | undefined;
  const nudgeEvaluator = () => evaluator?.nudge();
  const postAndJudge: Consumer = async (shard, changes) => {
    await postSpend(shard, changes);
    nudgeEvaluator();
  };
  const spendPump = pump(consumers.postSpend, postAndJudge, spendGatherMs);
  const landPump = pump(consumers.landUsage, landUsage, landGatherMs);

  /** Everything accepted so far is in the cells and in the landing before the run. */
  const runNow: RunPipeline = oneAtATime(async (request?: RunRequest) => {
    await spendPump.drain();
    await landPump.drain();
    const record = await runPipeline(request);
    nudgeEvaluator();
    return record;
  });

  let pipeline: Worker | undefined;
  const purge = startWorker({
    name: "the purge",
    work: async () => {
      await stores.ledger.purge(Object.values(consumers));
      const merged = await stores.pipeline.watermark();
      if (merged !== undefined) await stores.landing.purge((Math.min(clock(), merged) - landingKeptMs) as Instant);
    },
    everyMs: dayMs,
    nudgeMs: 0,
    log,
  });
  purge.nudge();
  return {
    runNow,
    /**
     * From now on the pipeline runs and alerts are judged. Whatever was booked before is nobody's burst, and nothing is
     * told of a history of which half has come.
     */
    startJudging: (evaluate: () => Promise<void>) => {
      evaluator ??= startWorker({
        ...{ name: "the evaluation of alerts", work: evaluate },
        ...{ everyMs: evaluateEveryMs, nudgeMs: evaluateNudgeMs, log },
      });
      pipeline ??= startWorker({
        ...{ name: "the pipeline", work: async () => void (await runNow()) },
        ...{ everyMs: pipelineEveryMs, nudgeMs: pipelineNudgeMs, log },
      });
      pipeline.nudge();
      nudgeEvaluator();
    },
    nudgeEvaluator,
    nudgePipeline: () => pipeline?.nudge(),
    /** Returns when everything accepted so far is in reports; what fails is tried again, and logged, by the pump. */
    settleSpend: () => spendPump.drain().catch(() => undefined),
    stop: async () => {
      await Promise.all([pipeline?.stop(), purge.stop()]);
      await Promise.all([spendPump.stop(), landPump.stop()]);
      await evaluator?.stop();
    },
  };
}
