import type { DayDifference, RunRecord } from "#app/ports/pipeline-state.ts";
import type { Change } from "#core/ledger-entry.ts";
import { dayMs, type Instant } from "#core/time.ts";
import { startStreamPump } from "#local/stream-pump.ts";
import type { FaultLog } from "./fault-log.ts";
import type { Stores } from "./stores.ts";
import { startWorker } from "./worker.ts";

type Consumer = (shard: string, changes: readonly Change[]) => Promise<void>;

export interface BackgroundDeps {
  readonly stores: Stores;
  readonly clock: () => Instant;
  readonly postSpend: Consumer;
  readonly landUsage: Consumer;
  readonly runPipeline: () => Promise<RunRecord>;
  readonly log: FaultLog;
}

const consumers = { postSpend: "post-spend", landUsage: "land-usage" } as const;

/** Reports follow an accepted event by about as much. */
const spendGatherMs = 20;
/** Each gathering makes a file; a pipeline run does not wait for it. */
const landGatherMs = 30_000;
const pipelineEveryMs = 60_000;
const pipelineNudgeMs = 1_000;
/** What no run has merged stays, however old. */
const landingKeptMs = 30 * dayMs;

function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** Logs the differences of a run that stand, once until they change. */
function standingTeller(log: FaultLog): (record: RunRecord) => void {
  const what = "live sums and the lake differ, and nothing is on its way that would explain it";
  const line = ({ usageDate, cells_usd, cost_daily_usd, combinations }: DayDifference) =>
    `${usageDate}: live sums ${cells_usd} USD, lake ${cost_daily_usd} USD, ${combinations} combinations`;
  let told = "";
  return ({ id, differences }) => {
    const days = differences
      .filter(({ standing }) => standing)
      .map(line)
      .join("; ");
    if (days !== "" && days !== told) log(what, undefined, { run: id, days });
    told = days;
  };
}

/** What runs without being asked: the stream's consumers, the pipeline, the purge of what is past its time. */
export function startBackground({ stores, clock, postSpend, landUsage, runPipeline, log }: BackgroundDeps) {
  const { changes, checkpoints } = stores.ledger;
  const pump = (consumer: string, consume: Consumer, gatherMs: number) =>
    startStreamPump({
      consumer,
      changes,
      checkpoints,
      consume,
      gatherMs,
      onError: (error) => log(`${consumer} failed and is tried again`, error),
    });
  const spendPump = pump(consumers.postSpend, postSpend, spendGatherMs);
  const landPump = pump(consumers.landUsage, landUsage, landGatherMs);

  const tellStanding = standingTeller(log);
  /** Everything accepted so far is in the cells and in the landing before the run. */
  const runNow = oneAtATime(async () => {
    await spendPump.drain();
    await landPump.drain();
    const record = await runPipeline();
    tellStanding(record);
    if (record.status === "failed") log("the pipeline failed", record.error, { run: record.id });
    return record;
  });

  const pipeline = startWorker({
    name: "the pipeline",
    work: async () => void (await runNow()),
    everyMs: pipelineEveryMs,
    nudgeMs: pipelineNudgeMs,
    log,
  });
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
  pipeline.nudge();
  purge.nudge();
  return {
    runNow,
    nudgePipeline: pipeline.nudge,
    /** Returns when everything accepted so far is in reports; what fails is tried again, and logged, by the pump. */
    settleSpend: () => spendPump.drain().catch(() => undefined),
    stop: async () => {
      await Promise.all([pipeline.stop(), purge.stop()]);
      await Promise.all([spendPump.stop(), landPump.stop()]);
    },
  };
}
