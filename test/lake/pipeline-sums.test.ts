import fc from "fast-check";
import { expect, test } from "vitest";
import type { LedgerEntry } from "#core/ledger-entry.ts";
import { adjustment, type EntrySketch, entry } from "./entries.ts";
import { openMemoryLake } from "./memory-lake.ts";
import { openWorld } from "./world.ts";

const sketch: fc.Arbitrary<EntrySketch> = fc.record({
  id: fc.nat({ max: 25 }).map(String),
  time: fc.nat({ max: 23 }).map((hour) => `2026-11-${20 + (hour % 3)}T${String(hour).padStart(2, "0")}:30:00Z`),
  team: fc.constantFrom("search", "ads"),
  feature: fc.constantFrom("answers", "bids"),
  cost: fc.oneof(fc.constant(null), fc.bigInt({ min: 0n, max: 10n ** 20n })),
  input: fc.nat({ max: 10 ** 9 }),
});
const delivery = fc.record({ sketches: fc.array(sketch, { maxLength: 12 }), adjusts: fc.boolean() });

/** What each day, team, feature and price status must come to, added up here: the first entry of each key counts. */
function sumsOf(entries: Iterable<LedgerEntry>): Record<string, [entries: bigint, input: bigint, cost: bigint]> {
  const sums: Record<string, [bigint, bigint, bigint]> = {};
  for (const { usageDate, attribution, priceStatus, quantities, cost } of entries) {
    const place = [usageDate, attribution.team, attribution.feature, priceStatus].join(" ");
    const [count, input, total] = sums[place] ?? [0n, 0n, 0n];
    sums[place] = [count + 1n, input + BigInt(quantities.uncached_input_tokens ?? 0), total + (cost ?? 0n)];
  }
  return sums;
}

test("whatever is delivered in whatever files and runs, cost_daily is the sum of the first entry of each key", async () => {
  await using lake = await openMemoryLake();
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 4 }), async (deliveries) => {
      await using world = await openWorld(lake);
      const first = new Map<string, LedgerEntry>();
      for (const { sketches, adjusts } of deliveries) {
        const entries = sketches.map(entry);
        const [original] = entries;
        if (adjusts && original !== undefined) {
          const known = first.get(original.key) ?? original;
          entries.push(...adjustment(known, { team: "ads", cost: 3n }, "2026-11-22T13:00:00Z"));
        }
        for (const one of entries) if (!first.has(one.key)) first.set(one.key, one);
        await world.deliver(entries, { cells: false });
        world.wait(60_000);
        expect((await world.run()).status).not.toBe("failed"); // skipped when nothing was delivered
      }
      const rows = await world.query(
        `select concat_ws(' ', usage_date, team, feature, price_status), cast(entries as varchar),
           cast(uncached_input_tokens as varchar), cast(cost as varchar) from cost_daily`,
      );
      const found = rows.map(([place, ...sums]) => [place, sums.map((sum) => BigInt(String(sum).replace(".", "")))]);
      expect(Object.fromEntries(found)).toEqual(sumsOf(first.values()));
    }),
    { numRuns: 8 },
  );
});
