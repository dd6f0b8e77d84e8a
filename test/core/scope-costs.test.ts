import { expect, test } from "vitest";
import type { Scope } from "#core/config.ts";
import type { PicoUsd } from "#core/money.ts";
import { isWatched, makeScopeSums } from "#core/scope-costs.ts";
import { scopeKey } from "#core/scope-key.ts";
import type { SpendCell } from "#core/spend-cell.ts";
import type { UsageDate } from "#core/time.ts";

const monday = "2026-11-23" as UsageDate;
const tuesday = "2026-11-24" as UsageDate;

function cell(usageDate: UsageDate, team: string, region: string, cost: bigint): SpendCell {
  return {
    usageDate,
    dimensions: {
      ...{ team, feature: "chat", environment: "production", region, customer_tier: "pro", cost_class: "cogs" },
      ...{ provider: "openai", model: "gpt-4o", service_tier: "standard" },
      ...{ price_status: "priced", policy_status: "ungoverned" },
    },
    sums: { cost: cost as PicoUsd, listCost: cost as PicoUsd, requests: 1n, entries: 1n, quantities: {} },
  };
}

test("sums all spend, each team, feature and cost class, and the scopes that are named, by usage day", () => {
  const named: Scope = { region: ["eu", "us"], team: ["search"] };
  const sums = makeScopeSums([named, { team: ["search"] }, {}, named, { region: ["nowhere"] }]);
  expect(sums.named).toEqual([scopeKey(named), scopeKey({ region: ["nowhere"] })]);
  const costs = sums.costsOf([
    cell(monday, "search", "eu", 1n),
    cell(monday, "search", "apac", 10n),
    cell(tuesday, "search", "us", 100n),
    cell(tuesday, "support", "us", 1_000n),
    cell(tuesday, "support", "eu", 0n),
  ]);
  expect(Object.fromEntries([...costs].map(([key, days]) => [key, Object.fromEntries(days)]))).toEqual({
    "{}": { [monday]: 11n, [tuesday]: 1_100n },
    '{"team":["search"]}': { [monday]: 11n, [tuesday]: 100n },
    '{"team":["support"]}': { [tuesday]: 1_000n },
    '{"feature":["chat"]}': { [monday]: 11n, [tuesday]: 1_100n },
    '{"cost_class":["cogs"]}': { [monday]: 11n, [tuesday]: 1_100n },
    '{"team":["search"],"region":["eu","us"]}': { [monday]: 1n, [tuesday]: 100n },
  });
});

test.each<[Scope, boolean]>([
  [{}, true],
  [{ team: ["a"] }, true],
  [{ feature: ["a"] }, true],
  [{ cost_class: ["rnd"] }, true],
  [{ team: ["a", "b"] }, false],
  [{ region: ["eu"] }, false],
  [{ team: ["a"], cost_class: ["rnd"] }, false],
])("whether %j is watched without being named: %s", (scope, expected) => {
  expect(isWatched(scope)).toBe(expected);
});
