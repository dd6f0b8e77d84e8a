import { createHash } from "node:crypto";
import { makeAdjust } from "#app/adjust.ts";
import type { Caller } from "#app/caller.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeImport } from "#app/imports.ts";
import { makeIngest } from "#app/ingest.ts";
import { makeLandUsage } from "#app/land-usage.ts";
import type { PriceStore } from "#app/ports/prices.ts";
import { makePostSpend } from "#app/post-spend.ts";
import { makeRater } from "#app/rater.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import type { Instant } from "#core/time.ts";
import { openControl, openSpend } from "#local/open-stores.ts";
import { IN_MEMORY } from "#local/sqlite.ts";
import { openLedger } from "#local/sqlite-ledger.ts";
import type { MemoryLake } from "../lake/memory-lake.ts";
import type { Chance } from "./chance.ts";
import { catalog } from "./company.ts";
import { type FaultRates, faulty, type Life, makeLife, throttled } from "./faults.ts";
import type { Sabotage } from "./sabotage.ts";

export const caller: Caller = { keyId: "key-1", role: "admin", attribution: { fixed: {}, defaults: {} } };
export const CONSUMERS = ["post-spend", "land-usage"] as const;
export type Consumer = (typeof CONSUMERS)[number];

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

/** What outlives every process: the stores, the stream, the lake, and the clock on the wall. */
export interface Durable extends AsyncDisposable {
  now: Instant;
  rates: FaultRates;
  readonly ledger: ReturnType<typeof openLedger>;
  readonly spend: ReturnType<typeof openSpend>;
  readonly control: ReturnType<typeof openControl>;
  readonly lake: MemoryLake;
}

export async function openDurable(lake: MemoryLake, now: Instant, shardChangesMax: number): Promise<Durable> {
  await lake.reset();
  const durable: Durable = {
    now,
    rates: { crash: 0, outage: 0 },
    ledger: openLedger({
      path: IN_MEMORY,
      clock: () => durable.now,
      rotation: { openShards: 2, shardChangesMax },
    }),
    spend: openSpend(IN_MEMORY),
    control: openControl(IN_MEMORY),
    lake,
    async [Symbol.asyncDispose]() {
      durable.ledger.close();
      durable.spend.close();
      durable.control.close();
    },
  };
  return durable;
}

/** One process: the use cases over the durable parts, until it dies. */
export function startProcess(durable: Durable, chance: Chance, sabotage: Sabotage) {
  const life: Life = makeLife(chance, () => durable.rates);
  const clock = () => durable.now;
  const plainLedger = sabotage.ledger?.(durable.ledger, life) ?? durable.ledger;
  const ledger = faulty("ledger", throttled(plainLedger, life), life);
  const spend = faulty("spend", sabotage.spend?.(durable.spend.spend, life) ?? durable.spend.spend, life);
  const engine = faulty("engine", sabotage.engine?.(durable.lake.engine) ?? durable.lake.engine, life);
  const landing = faulty("landing", durable.lake.landing, life);
  const imports = faulty("imports", durable.control.imports, life);
  const closedDays = faulty("closed-days", durable.spend.closedDays, life);
  const state = faulty("pipeline-state", durable.control.pipeline, life);
  const checkpoints = faulty("checkpoints", durable.ledger.checkpoints, life);
  const prices: PriceStore = faulty("prices", durable.control.prices, life);
  const rater = makeRater({
    catalog: (name) => (name === "openai" ? catalog : undefined),
    prices,
    clock,
    cacheTtlMs: 10_000,
  });
  const ingestDeps = { ledger, rater, clock, sha256 };
  const lakeEvents = makeLakeEvents({ engine });
  const consume = {
    "post-spend": makePostSpend({ spend, clock }),
    "land-usage": makeLandUsage({ landing, clock }),
  };
  let runs = 0;
  return {
    life,
    ingest: makeIngest(ingestDeps),
    import: makeImport({ ...ingestDeps, landing, imports }),
    adjust: makeAdjust({ ...ingestDeps, landing, lakeEvents }),
    runPipeline: makeRunPipeline({
      engine,
      state,
      spend,
      closedDays,
      imports,
      clock,
      holder: "simulation",
      newId: () => `run-${chance.below(2 ** 31)}-${runs++}`,
    }),
    /** Delivers one batch of one shard, from its checkpoint or, `again`, from its first change. True when there was one. */
    async deliver(consumer: Consumer, shard: string, limit: number, again: boolean): Promise<boolean> {
      const reached = (await checkpoints.load(consumer)).get(shard);
      const batch = await durable.ledger.changes.read(shard, again ? undefined : reached, limit);
      const last = batch.at(-1);
      if (last === undefined) return false;
      await consume[consumer](shard, batch);
      if (!again) await checkpoints.save(consumer, shard, last.sequence);
      return true;
    },
  };
}

export type Process = ReturnType<typeof startProcess>;
