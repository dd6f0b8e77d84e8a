import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Attribution, attribute, type ClaimedAttribution, missingDimensions } from "#core/attribution.ts";

const nothing = { fixed: {}, defaults: {} };

const full = {
  team: "search",
  feature: "answers",
  environment: "production",
  region: "emea",
  customer_tier: "pro",
  purpose: "internal",
  customer_id: "c-1",
} as const satisfies ClaimedAttribution;

describe("attribute", () => {
  test("takes what the event claims", () => {
    expect(attribute(full, nothing)).toEqual({ attribution: full, missing: [], overridden: [] });
  });

  test("what nobody says is unallocated, the purpose customer-facing, and the customer absent", () => {
    const result = attribute({}, nothing);
    expect(result).toEqual({
      attribution: {
        team: "unallocated",
        feature: "unallocated",
        environment: "unallocated",
        region: "unallocated",
        customer_tier: "unallocated",
        purpose: "customer_facing",
      },
      missing: ["team", "feature", "environment", "region", "customer_tier"],
      overridden: [],
    });
    expect("customer_id" in result.attribution).toBe(false);
  });

  const other = {
    team: "ads",
    feature: "ranking",
    environment: "staging",
    region: "apac",
    customer_tier: "free",
    purpose: "evaluation",
    customer_id: "c-2",
  } as const;

  test.each(Object.keys(full) as (keyof typeof full)[])(
    "%s: the key's fixed value wins, its default yields",
    (field) => {
      const one = { [field]: other[field] } as ClaimedAttribution;
      const { [field]: _, ...without } = full;
      expect(attribute(full, { fixed: one, defaults: {} })).toEqual({
        attribution: { ...full, ...one },
        missing: [],
        overridden: [field],
      });
      expect(attribute(full, { fixed: {}, defaults: one })).toEqual({ attribution: full, missing: [], overridden: [] });
      const filled = { attribution: { ...full, ...one }, missing: [], overridden: [] };
      expect(attribute(without, { fixed: {}, defaults: one })).toEqual(filled);
      expect(attribute(without, { fixed: one, defaults: full })).toEqual(filled);
    },
  );

  test("an event that claims what the key fixes anyway is not overridden", () => {
    expect(
      attribute({ team: "search" }, { fixed: { team: "search", region: "emea" }, defaults: {} }).overridden,
    ).toEqual([]);
  });

  test("is what merging defaults, claims and fixed values in this order gives", () => {
    const value = fc.constantFrom("a", "b", "c");
    const claim = fc.record(
      { team: value, feature: value, region: value, customer_tier: value, customer_id: value },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(claim, claim, claim, (claimed, fixed, defaults) => {
        const merged: Partial<Attribution> = { ...defaults, ...claimed, ...fixed };
        const { attribution, missing } = attribute(claimed, { fixed, defaults });
        expect(attribution).toEqual({
          team: "unallocated",
          feature: "unallocated",
          environment: "unallocated",
          region: "unallocated",
          customer_tier: "unallocated",
          purpose: "customer_facing",
          ...merged,
        });
        expect(missing).toEqual(missingDimensions(attribution));
      }),
    );
  });
});

test("the missing dimensions are those unallocated, in their order", () => {
  const attribution: Attribution = { ...full, region: "unallocated", team: "unallocated" };
  expect(missingDimensions(attribution)).toEqual(["team", "region"]);
  expect(missingDimensions(full)).toEqual([]);
});
