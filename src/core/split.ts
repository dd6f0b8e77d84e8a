import type { PicoUsd } from "./money.ts";

/**
 * Parts of `total` in the proportion of the weights, which sum to it exactly: each is rounded towards zero, and the
 * pico-dollars left over go one each to the largest remainders, among equal ones to the first. Throws when a weight is
 * negative or none is above 0.
 */
export function splitExactly(total: PicoUsd, weights: readonly bigint[]): PicoUsd[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum <= 0n || weights.some((weight) => weight < 0n)) {
    throw new RangeError(`splitExactly: want weights of 0 or more with one above 0, got [${weights.join(", ")}]`);
  }
  const magnitude = total < 0n ? -total : total;
  const parts = weights.map((weight) => (magnitude * weight) / sum);
  const remainders = weights.map((weight) => (magnitude * weight) % sum);
  const left = magnitude - parts.reduce((a, b) => a + b, 0n);
  const byRemainder = [...weights.keys()].sort((a, b) => compare(remainders[b] ?? 0n, remainders[a] ?? 0n));
  for (const place of byRemainder.slice(0, Number(left))) parts[place] = (parts[place] ?? 0n) + 1n;
  return parts.map((part) => (total < 0n ? -part : part) as PicoUsd);
}

const compare = (a: bigint, b: bigint) => Number(a > b) - Number(a < b);
