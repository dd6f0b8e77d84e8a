import { expect, test } from "vitest";
import type { Attribution } from "#core/attribution.ts";
import { costClassOf } from "#core/cost-class.ts";

const table = [
  ["production", "customer_facing", "cogs"],
  ["production", "internal", "g_and_a"],
  ["production", "evaluation", "rnd"],
  ["production", "experiment", "rnd"],
  ["staging", "customer_facing", "rnd"],
  ["staging", "internal", "g_and_a"],
  ["staging", "evaluation", "rnd"],
  ["development", "customer_facing", "rnd"],
  ["development", "internal", "g_and_a"],
  ["development", "experiment", "rnd"],
  ["unallocated", "customer_facing", "rnd"],
  ["unallocated", "internal", "g_and_a"],
] as const;

test.each(table)("%s and %s is %s", (environment, purpose, costClass) => {
  const attribution: Attribution = { team: "t", feature: "f", environment, region: "r", customer_tier: "c", purpose };
  expect(costClassOf(attribution)).toBe(costClass);
});
