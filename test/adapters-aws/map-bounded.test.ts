import fc from "fast-check";
import { expect, test } from "vitest";
import { mapBounded, piecesOf } from "#aws/map-bounded.ts";

test("never more at a time than the limit, and results in the order of the items", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), async (waits, limit) => {
      let running = 0;
      let most = 0;
      const results = await mapBounded([...waits.entries()], limit, async ([place, wait]) => {
        most = Math.max(most, ++running);
        for (let turn = 0; turn <= wait; turn++) await Promise.resolve();
        running -= 1;
        return place;
      });
      expect(results).toEqual(waits.map((_, place) => place));
      expect(most).toBe(Math.min(limit, waits.length));
    }),
  );
});

test("the first error ends it", async () => {
  const failing = mapBounded([1, 2, 3], 2, async (item) => {
    if (item === 2) throw new Error("item 2");
  });
  await expect(failing).rejects.toThrow("item 2");
});

test("pieces are in order and none is larger than its size", () => {
  expect(piecesOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(piecesOf([], 2)).toEqual([]);
});
