import fc from "fast-check";
import { expect, test } from "vitest";
import { checkConfig } from "#core/check-config.ts";
import { type Config, type CostClassTable, INITIAL_CONFIG, type ModelPolicy, type SharedCost } from "#core/config.ts";
import type { UsageDate } from "#core/time.ts";
import { anyConfig } from "./any-config.ts";

const date = (text: string) => text as UsageDate;
const rule = (id: string, when: object, set: object) => ({ id, when, set });
const strictTeam = { team: { mode: "strict", values: [{ id: "search", aliases: ["Search"] }] } } as const;
const table = (change: Partial<CostClassTable>): CostClassTable => ({
  ...{ id: "t", from: date("2026-01-01"), approved_by: "cfo", reason: "r", rows: [{ cost_class: "rnd" }] },
  ...change,
});
const policy = (change: Partial<ModelPolicy>): ModelPolicy => ({
  ...{ id: "p", status: "approved", model: "gpt-4o", owner: "o", reason: "r" },
  ...change,
});
const usageOf = (team: string): SharedCost["split"] => ({ by: "usage", measure: "cost", of: { team: [team] } });
const shared = (change: Partial<SharedCost>): SharedCost => ({
  ...{ id: "s", scope: { feature: ["gateway"] }, from: date("2026-01-01") },
  split: { by: "weights", weights: [{ team: "a", weight: 1 }] },
  ...change,
});
const budget = { id: "b", owner: "o", scope: {}, period: "day", amount_usd: "1", when_used_up: "warn" } as const;
const fixed = {
  id: "f",
  vendor: "v",
  team: "search",
  cost_class: "rnd",
  usd_per_month: "1",
  from: date("2026-01-01"),
} as const;

const wrong: [string, Partial<Config>, string, RegExp][] = [
  ["an id that is taken", { budgets: [budget, budget] }, "budgets[1].id", /budgets\[0\] has it/],
  [
    "a pattern of sources twice",
    {
      sources: [
        { id: "a*", silent_after_minutes: 1 },
        { id: "a*", silent_after_minutes: 2 },
      ],
    },
    "sources[1].id",
    /sources\[0\] has it/,
  ],
  [
    "an alias that is another's id",
    { registry: { team: { mode: "open", values: [{ id: "a", aliases: ["b"] }, { id: "b" }] } } },
    "registry.team.values[0].aliases[0]",
    /registry\.team\.values\[1\]\.id has it/,
  ],
  [
    "an alias of two values",
    {
      registry: {
        team: {
          mode: "open",
          values: [
            { id: "a", aliases: ["x"] },
            { id: "b", aliases: ["x"] },
          ],
        },
      },
    },
    "registry.team.values[1].aliases[0]",
    /registry\.team\.values\[0\]\.aliases\[0\] has it/,
  ],
  [
    "an environment that is another's alias",
    { registry: { environment: { mode: "open", values: [{ id: "development", aliases: ["dev1", "production"] }] } } },
    "registry.environment.values[0].aliases[1]",
    /it is an environment itself/,
  ],
  [
    "a fourth environment",
    { registry: { environment: { mode: "open", values: [{ id: "canary" }] } } },
    "registry.environment.values[0].id",
    /one of development, staging, production/,
  ],
  ["a rule that sets nothing", { rules: [rule("a", {}, {})] }, "rules[0].set", /at least one dimension/],
  [
    "a rule that sets an unregistered value",
    { registry: strictTeam, rules: [rule("a", {}, { team: "Search" })] },
    "rules[0].set.team",
    /registry\.team is strict/,
  ],
  [
    "a rule after one that matches everything",
    { rules: [rule("all", {}, { team: "x" }), rule("b", { model: ["gpt*"] }, { team: "y" })] },
    "rules[1].when",
    /all before it has set/,
  ],
  [
    "a rule whose patterns are within an earlier one's",
    {
      rules: [
        rule("wide", { model: ["gpt-*", "o*"], tags: { app: "*" } }, { team: "x", feature: "z" }),
        rule("narrow", { model: ["gpt-4*", "o1"], tags: { app: "chat" }, key: ["k"] }, { feature: "y" }),
      ],
    },
    "rules[1].when",
    /wide before it has set/,
  ],
  [
    "tables of the same day",
    { cost_classes: [table({}), table({ id: "u" })] },
    "cost_classes[1].from",
    /cost_classes\[0\]/,
  ],
  [
    "a table without a last row for everything",
    { cost_classes: [table({ rows: [{ environment: ["staging"], cost_class: "rnd" }] })] },
    "cost_classes[0].rows[0]",
    /a last row with nothing but `cost_class`/,
  ],
  [
    "a row behind the one for everything",
    { cost_classes: [table({ rows: [{ cost_class: "rnd" }, { feature: ["x"], cost_class: "cogs" }] })] },
    "cost_classes[0].rows[1]",
    /rows\[0\] before it matches everything/,
  ],
  [
    "a policy that expires before it begins",
    { policies: { unlisted: "allow", list: [policy({ from: date("2026-02-01"), expires: date("2026-01-31") })] } },
    "policies.list[0].expires",
    /not before `from`, which is 2026-02-01/,
  ],
  [
    "a deprecated model without its day",
    { policies: { unlisted: "allow", list: [policy({ status: "deprecated", successor: "gpt-5" })] } },
    "policies.list[0].deprecated_on",
    /the UTC day from which/,
  ],
  [
    "a deprecated model without its successor",
    { policies: { unlisted: "allow", list: [policy({ status: "deprecated", deprecated_on: date("2026-01-01") })] } },
    "policies.list[0].successor",
    /the model to use in its place/,
  ],
  [
    "a price limit of a denied model",
    { policies: { unlisted: "allow", list: [policy({ status: "denied", max_usd_per_million: {} })] } },
    "policies.list[0].max_usd_per_million",
    /the status approved/,
  ],
  [
    "a policy for a team that is not registered",
    { registry: strictTeam, policies: { unlisted: "allow", list: [policy({ team: ["sales"] })] } },
    "policies.list[0].team[0]",
    /a registered team/,
  ],
  [
    "a budget of an unregistered team",
    {
      registry: strictTeam,
      budgets: [
        {
          ...{ id: "b", owner: "o", scope: { team: ["search", "unallocated", "serch"], feature: ["any"] } },
          ...{ period: "day", amount_usd: "1", when_used_up: "deny" },
        },
      ],
    },
    "budgets[0].scope.team[2]",
    /a registered team, as registry\.team is strict .*: did you mean "search"\?/,
  ],
  [
    "a shared cost of an unregistered team",
    { registry: strictTeam, shared_costs: [shared({ scope: { team: ["serch"] }, split: usageOf("search") })] },
    "shared_costs[0].scope.team[0]",
    /a registered team/,
  ],
  [
    "a shared cost split by what an unregistered team uses",
    { registry: strictTeam, shared_costs: [shared({ scope: { team: ["search"] }, split: usageOf("serch") })] },
    "shared_costs[0].split.of.team[0]",
    /a registered team/,
  ],
  [
    "a weight of 0",
    { shared_costs: [shared({ split: { by: "weights", weights: [{ team: "a", weight: 0 }] } })] },
    "shared_costs[0].split.weights[0].weight",
    /above 0/,
  ],
  [
    "a team with two weights",
    {
      shared_costs: [
        shared({
          split: {
            by: "weights",
            weights: [
              { team: "a", weight: 1 },
              { team: "a", weight: 2 },
            ],
          },
        }),
      ],
    },
    "shared_costs[0].split.weights[1].team",
    /each team once/,
  ],
  ["all spend shared", { shared_costs: [shared({ scope: {} })] }, "shared_costs[0].scope", /at least one dimension/],
  [
    "scopes that may share a cell",
    { shared_costs: [shared({}), shared({ id: "u", scope: { model: ["gpt-4o"], feature: ["chat", "gateway"] } })] },
    "shared_costs[1].scope",
    /shared_costs\[0\]/,
  ],
  [
    "a fixed cost of nothing",
    { fixed_costs: [{ ...fixed, usd_per_month: "0" }] },
    "fixed_costs[0].usd_per_month",
    /above 0/,
  ],
  [
    "a fixed cost that ends first",
    { fixed_costs: [{ ...fixed, to: date("2025-12-31") }] },
    "fixed_costs[0].to",
    /not before/,
  ],
  ["a budget below nothing", { budgets: [{ ...budget, amount_usd: "-1" }] }, "budgets[0].amount_usd", /above 0/],
];

test.each(wrong)("%s is refused where it stands", (_, change, path, wanted) => {
  const errors = checkConfig({ ...INITIAL_CONFIG, ...change });
  expect(errors.map((error) => error.path)).toEqual([path]);
  expect(errors[0]?.wanted).toMatch(wanted);
  expect(errors[0]?.found).not.toBe("");
});

const right: [string, Partial<Config>][] = [
  ["nothing decided", {}],
  [
    "rules that leave something to each other",
    {
      rules: [
        rule("a", { model: ["gpt-4*"] }, { team: "x" }),
        rule("b", { model: ["gpt-*"] }, { team: "y" }),
        rule("c", { model: ["gpt-4o"] }, { feature: "z" }),
        rule("d", { source: ["s"] }, { team: "w" }),
        rule("e", { tags: { app: "a*" } }, { team: "v" }),
      ],
    },
  ],
  [
    "shared costs one after the other",
    {
      shared_costs: [shared({ to: date("2026-06-30") }), shared({ id: "u", from: date("2026-07-01") })],
    },
  ],
  [
    "shared costs of different values",
    { shared_costs: [shared({}), shared({ id: "u", scope: { feature: ["chat"] } })] },
  ],
  ["the same id in two lists", { budgets: [{ ...budget, id: "x" }], fixed_costs: [{ ...fixed, id: "x" }] }],
];

test.each(right)("%s is taken", (_, change) => {
  expect(checkConfig({ ...INITIAL_CONFIG, ...change })).toEqual([]);
});

test("the made-up configs of these tests pass", () => {
  const fails = (config: Config) => checkConfig(config).length > 0;
  fc.assert(
    fc.property(anyConfig, (config) => !fails(config)),
    { numRuns: 50 },
  );
});
