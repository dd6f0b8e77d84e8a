import { isAlone, type SimulationOptions, simulate } from "./simulate.ts";

const sharingMax = 25;

/** A seed whose books are wrong. */
export class FailedSeed extends Error {
  readonly seed: number;
  constructor(seed: number, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(`seed ${seed}: ${what} (replay: npm run sim -- --seed ${seed})`, { cause });
    this.name = "FailedSeed";
    this.seed = seed;
  }
}

async function failureOf(seed: number, options: SimulationOptions): Promise<FailedSeed | undefined> {
  try {
    await simulate([seed], options);
    return undefined;
  } catch (error) {
    return new FailedSeed(seed, error);
  }
}

/** Several seeds at once; when something is wrong, the seed that it is wrong with, on its own. */
async function simulateTogether(seeds: readonly number[], options: SimulationOptions): Promise<void> {
  try {
    await simulate(seeds, options);
  } catch (error) {
    for (const seed of seeds) {
      const failure = await failureOf(seed, options);
      if (failure) throw failure;
    }
    throw new Error(`seeds ${seeds.join(", ")} fail together, and none of them alone`, { cause: error });
  }
}

/** Seeds from `from` to before `to`. Throws the `FailedSeed` that it finds first. */
export async function campaign(from: number, to: number, options: SimulationOptions): Promise<void> {
  let sharing: number[] = [];
  for (let seed = from; seed < to; seed++) {
    if (isAlone(seed)) await simulateTogether([seed], options);
    else sharing.push(seed);
    if (sharing.length < sharingMax && seed < to - 1) continue;
    if (sharing.length > 0) await simulateTogether(sharing, options);
    sharing = [];
  }
}
