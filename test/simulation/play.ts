import { Unavailable } from "#app/unavailable.ts";
import type { Chance } from "./chance.ts";
import type { Sabotage } from "./sabotage.ts";
import { type Durable, type Process, startProcess } from "./world.ts";

/**
 * Does something with the process. Undefined when nobody knows what came of it: an outage, or the process died and
 * another has taken its place. What else is thrown is a bug.
 */
export type Play = <T>(what: string, work: (process: Process) => Promise<T>) => Promise<T | undefined>;

export function makePlay(durable: Durable, chance: Chance, sabotage: Sabotage, tell: (what: string) => void): Play {
  let process = startProcess(durable, chance.fork(), sabotage);
  return async (what, work) => {
    tell(what);
    try {
      return await work(process);
    } catch (error) {
      if (process.life.alive() && !(error instanceof Unavailable)) throw error;
      tell(`  ${process.life.alive() ? "outage" : "crash"}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    } finally {
      if (!process.life.alive()) process = startProcess(durable, chance.fork(), sabotage);
    }
  };
}
