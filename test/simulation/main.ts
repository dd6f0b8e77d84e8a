// npm run sim -- --seeds 20000: a long run, from seed 1,000,000 on. npm run sim -- --seed N: one seed, told step by step.
import { parseArgs } from "node:util";
import { openMemoryLake } from "../lake/memory-lake.ts";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: "1000000" },
  },
});
await using lake = await openMemoryLake();

if (values.seed !== undefined) {
  await simulate({ seed: Number(values.seed), lake, tell: console.log });
  console.log(`seed ${values.seed}: the books are right`);
} else {
  const from = Number(values.from);
  const count = Number(values.seeds);
  const startedAt = performance.now();
  for (let seed = from; seed < from + count; seed++) {
    try {
      await simulate({ seed, lake });
    } catch (error) {
      console.error(`seed ${seed} (replay: npm run sim -- --seed ${seed})`);
      throw error;
    }
    if ((seed - from + 1) % 1000 === 0) console.log(`${seed - from + 1} seeds`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${count} seeds from ${from} on: the books are right (${Math.round(count / seconds)} a second)`);
}
