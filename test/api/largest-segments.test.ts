import { expect, test } from "vitest";
import { largestSegments } from "#api/largest-segments.ts";

test("the fifty largest are shown in their order, the others are the rest", () => {
  const amounts = Array.from({ length: 52 }, (_, place) => ({ amount: BigInt((place * 7) % 52) }));
  const { shown, rest } = largestSegments(amounts, ({ amount }) => amount);
  expect(rest.map(({ amount }) => amount)).toEqual([1n, 0n]);
  expect(shown).toEqual(amounts.filter(({ amount }) => amount > 1n));
});
