import { expect, test } from "vitest";
import { openMemoryLake } from "../lake/memory-lake.ts";
import { campaign, FailedSeed } from "./campaign.ts";
import { sabotages } from "./sabotage.ts";

/** Seeds within which the simulation has to find each bug. */
const seedsMax = 100;

for (const [bug, sabotage] of Object.entries(sabotages)) {
  test(`the simulation finds a planted bug: ${bug}`, async () => {
    await using lake = await openMemoryLake();
    await expect(campaign(1, seedsMax + 1, { lake, sabotage })).rejects.toBeInstanceOf(FailedSeed);
  });
}
