import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Attributed, makeAttributeUse } from "#core/attribute-usage.ts";
import {
  type Attribution,
  type ClaimedAttribution,
  type EventAttribution,
  missingDimensions,
  type Sender,
} from "#core/attribution.ts";
import { attributionErrors } from "#core/attribution-errors.ts";
import { compileRules } from "#core/attribution-rules.ts";
import type { AttributionRule, Config, Registry } from "#core/config.ts";
import { compileRegistry } from "#core/registry.ts";

interface Case {
  readonly claimed?: EventAttribution;
  readonly fixed?: ClaimedAttribution;
  readonly defaults?: ClaimedAttribution;
  readonly teams?: readonly string[];
  readonly registry?: Registry;
  readonly rules?: readonly AttributionRule[];
  readonly source?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

function attributed({ claimed = {}, fixed = {}, defaults = {}, registry = {}, rules = [], ...use }: Case): Attributed {
  const attribute = makeAttributeUse(compileRegistry(registry), compileRules(rules));
  const { teams, source = "gateway", tags = {} } = use;
  const sender: Sender = { keyId: "key_1", attribution: { fixed, defaults }, ...(teams && { teams }) };
  return attribute({ source, tags, claimed }, sender, { provider: "openai", model: "gpt-4o" });
}

const full = {
  team: "search",
  feature: "answers",
  environment: "production",
  region: "emea",
  customer_tier: "pro",
  purpose: "internal",
  customer_id: "c-1",
} as const satisfies ClaimedAttribution;

const other = {
  team: "ads",
  feature: "ranking",
  environment: "staging",
  region: "apac",
  customer_tier: "free",
  purpose: "evaluation",
  customer_id: "c-2",
} as const;

const nobody = {
  team: "unallocated",
  feature: "unallocated",
  environment: "unallocated",
  region: "unallocated",
  customer_tier: "unallocated",
  purpose: "customer_facing",
} as const;

const asSent = { missing: [], overridden: [], trace: undefined };
const fields = Object.keys(full) as (keyof typeof full)[];

const rule = (id: string, set: AttributionRule["set"], when: AttributionRule["when"] = {}) => ({ id, when, set });

describe("key, event and default", () => {
  test("what the event claims is taken", () => {
    expect(attributed({ claimed: full })).toEqual({ attribution: full, ...asSent });
  });

  test("what nobody says is unallocated, the purpose customer-facing, and the customer absent", () => {
    const result = attributed({});
    expect(result).toEqual({
      ...{ attribution: nobody, overridden: [], trace: undefined },
      missing: ["team", "feature", "environment", "region", "customer_tier"],
    });
    expect("customer_id" in result.attribution).toBe(false);
  });

  test.each(fields)("%s: the key's fixed value wins, its default yields", (field) => {
    const one = { [field]: other[field] } as ClaimedAttribution;
    const { [field]: _, ...without } = full;
    expect(attributed({ claimed: full, fixed: one })).toEqual({
      ...{ attribution: { ...full, ...one }, missing: [], overridden: [field] },
      // The trace outlives an erasure: it names no customer.
      trace: field === "customer_id" ? undefined : { overridden: { [field]: full[field] } },
    });
    expect(attributed({ claimed: full, defaults: one })).toEqual({ attribution: full, ...asSent });
    const filled = { attribution: { ...full, ...one }, ...asSent };
    expect(attributed({ claimed: without, defaults: one })).toEqual(filled);
    expect(attributed({ claimed: without, fixed: one, defaults: full })).toEqual(filled);
  });

  test("an event that claims what the key fixes, by whatever name, is not overridden", () => {
    const registry: Registry = { team: { mode: "strict", values: [{ id: "search", aliases: ["srch"] }] } };
    const fixed = { team: "search", environment: "production" } as const;
    for (const claimed of [{ team: "search" }, { team: "srch" }, { environment: "PROD" }]) {
      expect(attributed({ claimed, fixed, registry })).toMatchObject({ overridden: [], trace: undefined });
    }
  });
});

describe("the registry", () => {
  const registry: Registry = {
    team: { mode: "strict", values: [{ id: "search", aliases: ["srch"] }] },
    feature: { mode: "open", values: [{ id: "answers", aliases: ["qa-bot"] }] },
  };

  test("resolves aliases and spellings of environments, and remembers what was sent", () => {
    const claimed = { ...full, team: "srch", feature: "qa-bot", environment: "Prod" };
    expect(attributed({ claimed, registry })).toEqual({
      ...{ attribution: full, missing: [], overridden: [] },
      trace: { aliased: { team: "srch", feature: "qa-bot", environment: "Prod" } },
    });
  });

  test("what a strict dimension does not know is unallocated: neither default nor rule fills it", () => {
    const result = attributed({
      ...{ claimed: { ...full, team: "serach", environment: "mars", feature: "new" }, registry },
      ...{ defaults: { team: "search" }, rules: [rule("r", { team: "search", environment: "production" })] },
    });
    expect(result).toEqual({
      attribution: { ...full, team: "unallocated", environment: "unallocated", feature: "new" },
      missing: ["team", "environment"],
      overridden: [],
      trace: { unregistered: { team: "serach", environment: "mars" } },
    });
    expect(attributionErrors(result.attribution, result.trace, compileRegistry(registry))).toEqual([
      { path: "attribution.team", found: '"serach"', wanted: 'a registered team: did you mean "search"?' },
      { path: "attribution.environment", found: '"mars"', wanted: "one of development, staging, production" },
    ]);
  });

  test("does not judge what the company itself has set: keys and rules", () => {
    const { attribution, missing } = attributed({
      ...{ registry: { ...registry, region: { mode: "strict", values: [] } }, fixed: { team: "old-name" } },
      ...{ defaults: { feature: "f", region: "mars" }, rules: [rule("r", { customer_tier: "pro" })] },
    });
    expect(attribution).toMatchObject({ team: "old-name", region: "mars", customer_tier: "pro" });
    expect(missing).toEqual(["environment"]);
  });
});

describe("a key that is confined to teams", () => {
  test("books to its one team, whatever is said", () => {
    expect(attributed({ teams: ["ads"], claimed: full })).toMatchObject({
      ...{ attribution: { team: "ads" }, missing: [], overridden: ["team"] },
      trace: { overridden: { team: "search" } },
    });
    expect(attributed({ teams: ["ads"] })).toMatchObject({ attribution: { team: "ads" }, overridden: [] });
  });

  test("of several teams takes one of them, and another is unallocated with what was sent", () => {
    const teams = ["ads", "search"];
    const registry: Registry = { team: { mode: "open", values: [{ id: "search", aliases: ["srch"] }] } };
    expect(attributed({ teams, claimed: full })).toEqual({ attribution: full, ...asSent });
    expect(attributed({ teams, registry, claimed: { ...full, team: "srch" } })).toMatchObject({
      ...{ attribution: { team: "search" }, overridden: [] },
    });
    const refused = attributed({ teams, claimed: { ...full, team: "billing" } });
    expect(refused).toMatchObject({
      ...{ attribution: { team: "unallocated" }, missing: ["team"], overridden: ["team"] },
      trace: { overridden: { team: "billing" } },
    });
    expect(attributionErrors(refused.attribution, refused.trace, compileRegistry({}))).toEqual([
      { path: "attribution.team", found: '"billing"', wanted: "a team that the key may book to" },
    ]);
  });

  test("gets no other team by default or by rule", () => {
    const rules = [rule("r", { team: "billing" })];
    const result = attributed({ teams: ["ads", "search"], defaults: { team: "billing" }, rules });
    expect(result).toMatchObject({ attribution: { team: "unallocated" }, trace: undefined });
  });
});

describe("rules", () => {
  test("fill what neither key nor event says: of each dimension the first that matches and sets it", () => {
    const rules = [
      rule("other-source", { team: "no" }, { source: ["batch/*"] }),
      rule("team", { team: "search", region: "emea" }, { source: ["gate*"] }),
      rule("late", { team: "ads", feature: "answers", purpose: "internal", customer_id: "c-9" }),
    ];
    expect(attributed({ claimed: { region: "apac" }, defaults: { customer_tier: "pro" }, rules })).toEqual({
      attribution: {
        ...{ team: "search", feature: "answers", environment: "unallocated", region: "apac" },
        ...{ customer_tier: "pro", purpose: "internal", customer_id: "c-9" },
      },
      missing: ["environment"],
      overridden: [],
      trace: { filledBy: { team: "team", feature: "late", purpose: "late", customer_id: "late" } },
    });
  });

  test.each<[string, AttributionRule["when"], boolean]>([
    ["nothing is asked", {}, true],
    ["the key", { key: ["key_0", "key_1"] }, true],
    ["another key", { key: ["key_2"] }, false],
    ["the source, by a pattern", { source: ["otlp/*", "*/eu"] }, true],
    ["another source", { source: ["gateway"] }, false],
    ["provider and model", { provider: ["openai"], model: ["gpt-*"] }, true],
    ["the provider, and another model", { provider: ["openai"], model: ["o*"] }, false],
    ["tags", { tags: { app: "web-*", tier: "*" } }, true],
    ["a tag of another value", { tags: { app: "ios-*" } }, false],
    ["a tag that is not there", { tags: { app: "*", toString: "*" } }, false],
    ["all but one", { key: ["key_1"], source: ["gateway/*"], tags: { app: "x" } }, false],
    ["no pattern at all", { source: [] }, false],
  ])("match: %s", (_, when, matches) => {
    const use = { source: "gateway/eu", tags: { app: "web-1", tier: "" }, rules: [rule("r", { team: "t" }, when)] };
    expect(attributed(use).attribution.team).toBe(matches ? "t" : "unallocated");
  });

  test("go by the tags of each event, though the rest of it was seen before", () => {
    const attribute = makeAttributeUse(
      compileRegistry({}),
      compileRules([
        rule("a", { team: "a" }, { tags: { app: "a" } }),
        rule("b", { team: "b" }, { tags: { app: "b" } }),
      ]),
    );
    const teamOf = (app: string, keyId = "key_1") => {
      const sender = { keyId, attribution: { fixed: {}, defaults: {} } };
      const event = { source: "s", tags: { app }, claimed: {} };
      return attribute(event, sender, { provider: "p", model: "m" }).attribution.team;
    };
    expect(["a", "b", "c", "a"].map((app) => teamOf(app))).toEqual(["a", "b", "unallocated", "a"]);
  });
});

describe("whatever is sent, registered and ruled", () => {
  const value = fc.constantFrom("a", "b", "c");
  const environment = fc.constantFrom("development" as const, "staging" as const, "production" as const);
  const set = fc.record(
    { team: value, feature: value, environment, region: value, customer_tier: value, customer_id: value },
    { requiredKeys: [] },
  );
  const claimed = fc.record(
    {
      ...{ team: value, feature: value, region: value, customer_tier: value, customer_id: value },
      environment: fc.constantFrom("prod", "production", "dev", "live", "mars"),
    },
    { requiredKeys: [] },
  );
  const dimension = fc.record({
    mode: fc.constantFrom("open" as const, "strict" as const),
    values: fc.uniqueArray(fc.record({ id: value, aliases: fc.uniqueArray(value, { maxLength: 2 }) }), {
      selector: ({ id }) => id,
      maxLength: 2,
    }),
  });
  const environments = fc.constant({
    mode: "open" as const,
    values: [{ id: "production", aliases: ["dev", "development", "mars"] }],
  });
  const registry: fc.Arbitrary<Config["registry"]> = fc.record(
    { team: dimension, feature: dimension, region: dimension, customer_tier: dimension, environment: environments },
    { requiredKeys: [] },
  );
  const rules = fc.array(set, { maxLength: 4 }).map((sets) => sets.map((one, i) => rule(`rule-${i}`, one)));
  const anything = fc.record({ claimed, fixed: set, defaults: set, registry, rules });

  test("a dimension that the key fixes never loses, also not to aliases, rules or a strict registry", () => {
    fc.assert(
      fc.property(anything, (use) => {
        expect(attributed(use).attribution).toMatchObject(use.fixed);
      }),
      { numRuns: 300 },
    );
  });

  test("a development key never books to production", () => {
    fc.assert(
      fc.property(anything, (use) => {
        const fixed = { ...use.fixed, environment: "development" } as const;
        expect(attributed({ ...use, fixed }).attribution.environment).toBe("development");
      }),
    );
  });

  test("a confined key never books to another team", () => {
    fc.assert(
      fc.property(anything, fc.uniqueArray(value, { minLength: 1 }), (use, teams) => {
        const { team: _, ...fixed } = use.fixed;
        expect([...teams, "unallocated"]).toContain(attributed({ ...use, fixed, teams }).attribution.team);
      }),
    );
  });

  test("without a registry it is what merging rules from the last, defaults, claims and fixed values gives", () => {
    fc.assert(
      fc.property(set, set, set, rules, (claim, fixed, defaults, ruled) => {
        const byRules = Object.assign({}, ...ruled.map((one) => one.set).reverse());
        const merged: Partial<Attribution> = { ...byRules, ...defaults, ...claim, ...fixed };
        const { attribution, missing } = attributed({ claimed: claim, fixed, defaults, rules: ruled });
        expect(attribution).toEqual({ ...nobody, ...merged });
        expect(missing).toEqual(missingDimensions(attribution));
      }),
      { numRuns: 300 },
    );
  });

  test("a rule after the first that sets a dimension changes nothing of it", () => {
    fc.assert(
      fc.property(anything, set, (use, late) => {
        const before = attributed(use);
        const after = attributed({ ...use, rules: [...use.rules, rule("late", late)] });
        for (const field of fields) {
          const stood = before.attribution[field];
          const isOpen = stood === undefined || stood === "unallocated";
          if (!isOpen && field !== "purpose") expect(after.attribution[field]).toBe(stood);
        }
      }),
    );
  });

  test("the trace never names a customer that the event or the key named", () => {
    fc.assert(
      fc.property(anything, (use) => {
        const { trace } = attributed(use);
        for (const part of ["overridden", "aliased", "unregistered"] as const) {
          expect(Object.keys(trace?.[part] ?? {})).not.toContain("customer_id");
        }
      }),
    );
  });
});

test("the missing dimensions are those unallocated, in their order", () => {
  expect(missingDimensions({ ...full, region: "unallocated", team: "unallocated" })).toEqual(["team", "region"]);
  expect(missingDimensions(full)).toEqual([]);
});
