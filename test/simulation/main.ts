// npm run sim -- --seeds 20000: a long run, from seed 1,000,000 on. npm run sim -- --seed N: one seed, told step by step.
import { parseArgs } from "node:util";
import { openMemoryLake } from "../lake/memory-lake.ts";
import { campaign } from "./campaign.ts";
import { simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "2000" },
    from: { type: "string", default: "1000000" },
  },
});
const toldEvery = 1_000;
await using lake = await openMemoryLake();

if (values.seed !== undefined) {
  await simulate([Number(values.seed)], { lake, tell: console.log });
  console.log(`seed ${values.seed}: the books are right`);
} else {
  const from = Number(values.from);
  const to = from + Number(values.seeds);
  const startedAt = performance.now();
  for (let next = from; next < to; next += toldEvery) {
    await campaign(next, Math.min(next + toldEvery, to), { lake });
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(
      `seeds ${from} to ${Math.min(next + toldEvery, to) - 1}: the books are right, ${Math.round(seconds)} s`,
    );
  }
}
