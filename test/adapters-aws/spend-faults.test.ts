import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makePostSpend } from "#app/post-spend.ts";
import { Unavailable } from "#app/unavailable.ts";
import { dynamoSpend } from "#aws/dynamo-spend.ts";
import type { Change } from "#core/ledger-entry.ts";
import type { Instant, UsageDate } from "#core/time.ts";
import { entryWith, sampleTime } from "../ports/sample-entry.ts";
import { weatherOf } from "./any-weather.ts";
import { fakeDynamo } from "./fake-dynamo.ts";

beforeAll(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }).setTimerTickMode("nextTimerAsync"));
afterAll(() => vi.useRealTimers());

const shards = ["shard-1", "shard-2"];
const dayMs = 86_400_000;

/** Change `place` of a shard: which team and day, and so which cell and whether its day is closed, follows from it. */
function changeOf(shard: string, place: number): Change {
  const time = (sampleTime - (place % 4) * dayMs) as Instant;
  const entry = entryWith({
    id: `${shard} ${place}`,
    time,
    quantities: { images: place },
    attribution: { ...entryWith({}).attribution, team: `team-${place % 30}` },
  });
  return { shard, sequence: String(10n ** 20n + BigInt(place)), entry };
}

/** A batch as it is delivered: a stretch of a shard's changes, some of which came before. */
const anyDelivery = fc.record({
  shard: fc.constantFrom(...shards),
  back: fc.nat(60),
  count: fc.integer({ min: 1, max: 120 }),
});

test("whatever fails, and however often a batch comes again, each change is added once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyDelivery, { minLength: 1, maxLength: 6 }),
      fc.integer(),
      fc.constantFrom(0, 0.01, 0.03),
      async (deliveries, seed, probability) => {
        const dynamo = fakeDynamo(weatherOf(seed, probability));
        const spend = dynamoSpend({ client: dynamo.client, table: "spend", random: () => 0.5 });
        const postSpend = makePostSpend({ spend, clock: () => sampleTime });
        const delivered = new Map(shards.map((shard) => [shard, 0]));
        for (const { shard, back, count } of deliveries) {
          const known = delivered.get(shard) ?? 0;
          const from = Math.max(0, known - back);
          const to = Math.max(known, from + count);
          const batch = Array.from({ length: to - from }, (_, i) => changeOf(shard, from + i));
          // As a stream does: the same batch again until it is taken.
          for (let isTaken = false; !isTaken; ) {
            isTaken = await postSpend(shard, batch).then(
              () => true,
              (error) => {
                if (error instanceof Unavailable) return false;
                throw error;
              },
            );
          }
          delivered.set(shard, to);
        }

        dynamo.faults = () => undefined;
        const cells = await spend.read("2026-11-01" as UsageDate, "2026-11-30" as UsageDate);
        const counts = [...delivered.values()];
        const sumOf = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n);
        expect(sumOf(cells.map(({ sums }) => sums.entries))).toBe(
          BigInt(counts.reduce((sum, count) => sum + count, 0)),
        );
        // 0 + 1 + … + (count - 1) for each shard.
        expect(sumOf(cells.map(({ sums }) => sums.quantities.images ?? 0n))).toBe(
          sumOf(counts.map((count) => (BigInt(count) * BigInt(count - 1)) / 2n)),
        );
      },
    ),
    { numRuns: 15 },
  );
});
