import { createHash } from "node:crypto";
import { makeAdjust } from "#app/adjust.ts";
import { makeCompanyRules } from "#app/company-rules.ts";
import { makeLakeEvents } from "#app/find-events.ts";
import { makeImport } from "#app/imports.ts";
import { makeIngest } from "#app/ingest.ts";
import { makeLandUsage } from "#app/land-usage.ts";
import { makePostSpend } from "#app/post-spend.ts";
import { makeRater } from "#app/rater.ts";
import { makeRunPipeline } from "#app/run-pipeline.ts";
import { Unavailable } from "#app/unavailable.ts";
import { hourMs } from "#core/time.ts";
import { noFindings } from "../fakes/no-findings.ts";
import { untold } from "../fakes/untold.ts";
import type { Chance } from "./chance.ts";
import { catalog, decided } from "./company.ts";
import type { Durable, LakeSide } from "./durable.ts";
import { faulty, makeLife, throttled } from "./faults.ts";
import type { Sabotage } from "./sabotage.ts";

export const CONSUMERS = ["post-spend", "land-usage"] as const;
type Consumer = (typeof CONSUMERS)[number];

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64url");

/** One process: the use cases over the durable parts, until it dies. */
function startProcess(durable: Durable, side: LakeSide, chance: Chance, sabotage: Sabotage) {
  const life = makeLife(chance, () => durable.rates);
  const clock = () => durable.now;
  const plainLedger = sabotage.ledger?.(durable.ledger, life) ?? durable.ledger;
  const ledger = faulty("ledger", throttled(plainLedger, life), life);
  const spend = faulty("spend", sabotage.spend?.(durable.spend.spend, life) ?? durable.spend.spend, life);
  const engine = faulty("engine", sabotage.engine?.(side.lake.engine) ?? side.lake.engine, life);
  const landing = faulty("landing", durable.landing, life);
  const imports = faulty("imports", durable.control.imports, life);
  const checkpoints = faulty("checkpoints", durable.ledger.checkpoints, life);
  const prices = faulty("prices", durable.control.prices, life);
  const rules = makeCompanyRules({
    config: faulty("config", { read: async () => ({ config: decided, revision: 1 }) }, life),
    clock,
  });
  const openai = (provider: string) => (provider === "openai" ? catalog : undefined);
  const ingest = {
    ledger,
    rater: makeRater({ catalog: openai, prices, clock, cacheTtlMs: 10_000 }),
    rules,
    clock,
    sha256,
  };
  const consume = { "post-spend": makePostSpend({ spend, clock }), "land-usage": makeLandUsage({ landing, clock }) };
  return {
    life,
    ingest: makeIngest(ingest),
    import: makeImport({ ...ingest, landing, imports }),
    adjust: makeAdjust({ ...ingest, lakeEvents: makeLakeEvents({ engine }) }),
    runPipeline: makeRunPipeline({
      engine,
      state: faulty("pipeline-state", side.state, life),
      spend: faulty("spend", side.spend, life),
      closedDays: faulty("closed-days", side.closedDays, life),
      imports: faulty("imports", side.imports, life),
      erasures: durable.control.erasures,
      ledger,
      ledgerErasure: { replace: async () => {} },
      clock: side.clock,
      newId: () => `run-${chance.below(2 ** 31)}`,
      ...untold,
      findings: noFindings,
      leaseTtlMs: hourMs,
      holder: "simulation",
    }),
    /** Delivers one batch of one shard, from its checkpoint or, `again`, from the oldest there is. True when there was one. */
    async deliver(consumer: Consumer, shard: string, limit: number, again: boolean): Promise<boolean> {
      const reached = (await checkpoints.load(consumer)).get(shard);
      const batch = await durable.read(shard, again ? undefined : reached, limit);
      const last = batch.at(-1);
      if (last === undefined) return false;
      await consume[consumer](shard, batch);
      if (!again) await checkpoints.save(consumer, shard, last.sequence);
      return true;
    },
  };
}

type Process = ReturnType<typeof startProcess>;

/**
 * Does something with the process. Undefined when nobody knows what came of it: an outage, or the process died and
 * another has taken its place. What else is thrown is a bug.
 */
export type Play = <T>(what: string, work: (process: Process) => Promise<T>) => Promise<T | undefined>;

export function makePlay(
  durable: Durable,
  side: LakeSide,
  chance: Chance,
  sabotage: Sabotage,
  tell: (what: string) => void,
): Play {
  let process = startProcess(durable, side, chance.fork(), sabotage);
  return async (what, work) => {
    tell(what);
    try {
      return await work(process);
    } catch (error) {
      if (process.life.alive() && !(error instanceof Unavailable)) throw error;
      tell(`  ${process.life.alive() ? "outage" : "crash"}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    } finally {
      if (!process.life.alive()) process = startProcess(durable, side, chance.fork(), sabotage);
    }
  };
}
