import fc from "fast-check";
import { expect, test } from "vitest";
import { INITIAL_CONFIG } from "#core/config.ts";
import { configChanges } from "#core/config-changes.ts";
import { wantedConfig } from "#core/config-document.ts";
import { anyConfig } from "./any-config.ts";

const budget = (id: string, amount_usd = "1") =>
  ({ id, owner: "o", scope: {}, period: "day", amount_usd, when_used_up: "warn" }) as const;
const budgets = (...list: readonly ReturnType<typeof budget>[]) => ({ ...INITIAL_CONFIG, budgets: list });

test("an item is added, changed and removed by its id", () => {
  expect(configChanges(budgets(budget("a"), budget("b")), budgets(budget("b", "2"), budget("c")))).toEqual([
    { section: "budgets", id: "a", change: "remove", from: budget("a"), to: null },
    { section: "budgets", id: "b", change: "change", from: budget("b"), to: budget("b", "2") },
    { section: "budgets", id: "c", change: "add", from: null, to: budget("c") },
  ]);
});

test("another order of fields is no change, another order of items is one", () => {
  const { id, ...rest } = budget("a");
  expect(configChanges(budgets(budget("a")), budgets({ ...rest, id }))).toEqual([]);
  expect(configChanges(budgets(budget("a"), budget("b")), budgets(budget("b"), budget("a")))).toEqual([
    { section: "settings", id: "budgets.order", change: "change", from: ["a", "b"], to: ["b", "a"] },
  ]);
});

test("an item put before the others changes their order too, one put last does not", () => {
  const sections = (after: typeof INITIAL_CONFIG) =>
    configChanges(budgets(budget("a")), after).map(({ section, id }) => `${section}/${id}`);
  expect(sections(budgets(budget("b"), budget("a")))).toEqual(["budgets/b", "settings/budgets.order"]);
  expect(sections(budgets(budget("a"), budget("b")))).toEqual(["budgets/b"]);
});

test("the registry changes by value, and by the mode of a dimension", () => {
  const before = { ...INITIAL_CONFIG, registry: { team: { mode: "open", values: [{ id: "a" }] } } } as const;
  const after = {
    ...INITIAL_CONFIG,
    registry: { team: { mode: "strict", values: [{ id: "a", owner: "x" }] } },
  } as const;
  expect(configChanges(before, after)).toEqual([
    { section: "registry", id: "team", change: "change", from: { mode: "open" }, to: { mode: "strict" } },
    { section: "registry", id: "team/a", change: "change", from: { id: "a" }, to: { id: "a", owner: "x" } },
  ]);
});

test("settings change one at a time, and what a document leaves out stays", () => {
  const enforcement = { ...INITIAL_CONFIG.enforcement, staging: "reject" } as const;
  expect(
    wantedConfig(INITIAL_CONFIG, { enforcement: { staging: "reject" }, policies: { unlisted: "forbid" } }),
  ).toEqual({
    ...INITIAL_CONFIG,
    enforcement,
    policies: { unlisted: "forbid", list: [] },
  });
  const after = { ...INITIAL_CONFIG, enforcement, coverage: { target_percent: "90" } };
  expect(configChanges(INITIAL_CONFIG, after).map(({ section, id }) => `${section}/${id}`)).toEqual([
    "settings/enforcement",
    "settings/coverage",
  ]);
});

test("a config has no changes to itself, and some to every other one", () => {
  fc.assert(
    fc.property(anyConfig, anyConfig, (a, b) => {
      expect(configChanges(a, structuredClone(a))).toEqual([]);
      const isSame = configChanges(a, b).length === 0;
      expect(isSame).toBe(configChanges(b, a).length === 0);
      if (isSame) expect(sorted(b)).toEqual(sorted(a));
    }),
    { numRuns: 60 },
  );
});

/** The values of a registry have no order. */
function sorted({ registry, ...config }: typeof INITIAL_CONFIG) {
  return { ...config, registry: JSON.parse(JSON.stringify(registry)) };
}
