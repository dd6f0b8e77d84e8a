import { dayMs, type Instant, parseInstant } from "#core/time.ts";
import type { MemoryLake } from "../lake/memory-lake.ts";
import { checkBooks } from "./books.ts";
import { type Chance, makeChance } from "./chance.ts";
import { type Durable, type LakeSide, lakeSide, openDurable } from "./durable.ts";
import { Model } from "./model.ts";
import { makePlay, type Play } from "./process.ts";
import { healLake, healSenders, repeatDeliveries, runBeforePosting, runPipeline } from "./quiet.ts";
import type { Sabotage } from "./sabotage.ts";
import { makeSenders, type Senders } from "./senders.ts";
import { storm } from "./storm.ts";
import { type Losses, noLosses } from "./trouble.ts";

export interface SimulationOptions {
  /** Opened once and used for many seeds. */
  readonly lake: MemoryLake;
  readonly sabotage?: Sabotage;
  /** Told every step. */
  readonly tell?: (what: string) => void;
}

/** One seed's system, and what must be true of it. */
export interface Run {
  readonly durable: Durable;
  readonly side: LakeSide;
  readonly model: Model;
  readonly chance: Chance;
  readonly play: Play;
  readonly senders: Senders;
  /** Alone in its lake: the pipeline also runs in the storm, and is killed in it. */
  readonly alone: boolean;
  /** Consumers of its stream give up, and are down for longer than it keeps a change. */
  readonly troubled: boolean;
  readonly losses: Losses;
  readonly tell: (what: string) => void;
}

/** Of these consumers are in trouble; where nothing is lost, nothing may ever have to be repaired. */
const isTroubled = (seed: number): boolean => seed % 40 === 30;

/** These have a lake to themselves. The others share one and its pipeline when their storms are over. */
export const isAlone = (seed: number): boolean => seed % 20 === 0 || isTroubled(seed);

const epoch = parseInstant("2026-11-23T00:00:00Z") as Instant;
/** A crash, or an outage, per call of a port. */
const weathers = [
  { crash: 0, outage: 0 },
  { crash: 0.01, outage: 0.02 },
  { crash: 0.05, outage: 0.05 },
  { crash: 0.02, outage: 0.2 },
];

function openRuns(seeds: readonly number[], { lake, sabotage = {}, tell = () => {} }: SimulationOptions): Run[] {
  const chances = seeds.map(makeChance);
  const durables = chances.map((chance, i) => {
    const now = (epoch + chance.below(dayMs)) as Instant;
    return openDurable(lake, `s${seeds[i]}`, now, 3 + chance.below(20), isTroubled(seeds[i] as number));
  });
  const side = lakeSide(lake, durables);
  return durables.map((durable, i) => {
    const chance = chances[i] as Chance;
    const alone = isAlone(seeds[i] as number);
    const model = new Model();
    const play = makePlay(durable, side, chance.fork(), sabotage, tell);
    const senders = makeSenders(durable, model, chance.fork(), play, alone);
    durable.rates = chance.pick(weathers);
    const troubled = isTroubled(seeds[i] as number);
    return { durable, side, model, chance, play, senders, alone, troubled, losses: noLosses(), tell };
  });
}

/**
 * A storm for each of these seeds, and what they leave: alone, or several that share a lake. Throws a `Violation`, or
 * whatever else the system throws, when something is wrong.
 */
export async function simulate(seeds: readonly number[], options: SimulationOptions): Promise<void> {
  await options.lake.reset();
  const runs = openRuns(seeds, options);
  const first = runs[0] as Run;
  try {
    for (const run of runs) await storm(run);
    if (first.troubled) await runBeforePosting(first);
    for (const run of runs) await healSenders(run);
    const models = new Map(runs.map(({ durable, model }) => [durable.tag, model]));
    await runPipeline(first); // in the first one's weather: it may be killed
    await healLake(first);
    await checkBooks(first.side, models);
    if (first.chance.happens(0.25)) {
      for (const run of runs) await repeatDeliveries(run);
      await healLake(first);
      await checkBooks(first.side, models);
    }
  } finally {
    for (const { durable } of runs) durable.close();
  }
}
