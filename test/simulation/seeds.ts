import { expect, test } from "vitest";
import { openMemoryLake } from "../lake/memory-lake.ts";
import { campaign } from "./campaign.ts";

/** Seeds `from` to before `to`, as a test. Several files, so that they run beside each other. */
export function testSeeds(from: number, to: number): void {
  test(`seeds ${from} to ${to - 1}: whatever happens, the books are right`, async () => {
    await using lake = await openMemoryLake();
    await expect(campaign(from, to, { lake })).resolves.toBeUndefined();
  }, 180_000);
}
