import fc from "fast-check";
import { expect, test } from "vitest";
import type { PicoUsd } from "#core/money.ts";
import { splitExactly } from "#core/split.ts";

const split = (total: bigint, weights: readonly bigint[]) => splitExactly(total as PicoUsd, weights);

test.each<[bigint, bigint[], bigint[]]>([
  [100n, [1n, 1n], [50n, 50n]],
  [100n, [1n, 1n, 1n], [34n, 33n, 33n]],
  [-100n, [1n, 1n, 1n], [-34n, -33n, -33n]],
  [10n, [2n, 3n, 6n], [2n, 3n, 5n]],
  [1n, [1n, 2n], [0n, 1n]],
  [7n, [0n, 5n, 0n], [0n, 7n, 0n]],
  [0n, [3n, 4n], [0n, 0n]],
  [10n ** 30n + 1n, [10n ** 20n, 10n ** 20n], [5n * 10n ** 29n + 1n, 5n * 10n ** 29n]],
])("%s by %s is %s", (total, weights, parts) => {
  expect(split(total, weights)).toEqual(parts);
});

test.each([[[]], [[0n, 0n]], [[2n, -1n]]])("weights %s split nothing", (weights) => {
  expect(() => split(5n, weights)).toThrow(RangeError);
});

test("parts sum to the total, and each is less than a pico-dollar from its share", () => {
  const amount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
  const weights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 18n }), { minLength: 1, maxLength: 12 })
    .filter((all) => all.some((weight) => weight > 0n));
  fc.assert(
    fc.property(amount, weights, (total, all) => {
      const parts = split(total, all);
      const sum = all.reduce((a, b) => a + b, 0n);
      expect(parts.reduce((a, b) => a + b, 0n)).toBe(total);
      parts.forEach((part, i) => {
        const off = part * sum - total * (all[i] ?? 0n);
        expect(off < sum && off > -sum).toBe(true);
        if (all[i] === 0n) expect(part).toBe(0n);
      });
      expect(split(-total, all)).toEqual(parts.map((part) => -part));
    }),
  );
});
