import { expect, test } from "vitest";
import { roundedUsd } from "#core/rounded-usd.ts";

test.each([
  [0, 0n],
  [0.005615, 5_615_000_000n],
  [3.0000000000000004e-5, 30_000_000n],
  [1.6e-7, 160_000n],
  [5e-13, 0n],
  [1.5e-12, 2n],
  [2.5e-12, 2n],
  [1e-300, 0n],
  [123_456.789, 123_456_789_000_000_000n],
  [-0.25, -250_000_000_000n],
  [1e14, 100_000_000_000_000_000_000_000_000n],
])("%d USD is %d pico-dollars", (amount, pico) => {
  expect(roundedUsd(amount)).toBe(pico);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e15, 1e300])("%d is no amount", (amount) => {
  expect(roundedUsd(amount)).toBeUndefined();
});
