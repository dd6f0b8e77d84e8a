import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ModelPolicy } from "#core/config.ts";
import { compilePolicies, type ModelUse } from "#core/model-policy.ts";
import { parseUnitPrice, type UnitPrice } from "#core/money.ts";
import type { UsageDate } from "#core/time.ts";

const day = (text: string) => text as UsageDate;

const use: ModelUse = {
  provider: "openai",
  model: "gpt-4o-mini",
  environment: "production",
  team: "search",
  usageDate: day("2026-11-20"),
};

const policy = (id: string, changes: Partial<ModelPolicy> = {}): ModelPolicy => ({
  ...{ id, status: "approved", owner: "platform", reason: `why ${id}` },
  ...changes,
});

const judge = (list: readonly ModelPolicy[], changes: Partial<ModelUse> = {}, unlisted: "allow" | "forbid" = "allow") =>
  compilePolicies({ unlisted, list })({ ...use, ...changes });

test("without policies every use is ungoverned", () => {
  expect(judge([], {}, "forbid")).toEqual({ status: "ungoverned", reason: "there are no model policies" });
});

test("a model that no policy is about is as the company says of unlisted ones", () => {
  const list = [policy("p", { model: "claude-*" })];
  expect(judge(list)).toMatchObject({ status: "approved", policy: "unlisted" });
  expect(judge(list, {}, "forbid")).toMatchObject({ status: "unapproved", policy: "unlisted" });
});

describe("a policy", () => {
  test.each<[string, Partial<ModelPolicy>, Partial<ModelUse>, "approved" | "unapproved"]>([
    ["approved", {}, {}, "approved"],
    ["pending", { status: "pending" }, {}, "unapproved"],
    ["denied", { status: "denied" }, {}, "unapproved"],
    ["deprecated, the day before", { status: "deprecated", deprecated_on: day("2026-11-21") }, {}, "approved"],
    ["deprecated, on the day", { status: "deprecated", deprecated_on: day("2026-11-20") }, {}, "unapproved"],
    ["deprecated without a day", { status: "deprecated", successor: "gpt-5" }, {}, "approved"],
  ])("%s", (_, changes, of, status) => {
    expect(judge([policy("p", changes)], of)).toMatchObject({ status, policy: "p" });
  });

  test("says why", () => {
    const list = [policy("p", { status: "deprecated", deprecated_on: day("2026-11-20"), successor: "gpt-5" })];
    expect(judge(list).reason).toBe("deprecated in favour of gpt-5 by policy p: why p");
    expect(judge([policy("q", { status: "denied" })]).reason).toBe("denied by policy q: why q");
  });

  test.each<[string, Partial<ModelPolicy>, Partial<ModelUse>]>([
    ["before its first day", { from: day("2026-11-21") }, {}],
    ["after its last day", { expires: day("2026-11-19") }, {}],
    ["another team", { team: ["ads", "growth"] }, {}],
    ["another environment", { environment: ["development", "staging"] }, {}],
    ["another model", { model: "gpt-4o" }, {}],
    ["another provider", { provider: "azure.*" }, {}],
    ["no team", { team: ["search"] }, { team: "unallocated" }],
  ])("is not about: %s", (_, changes, of) => {
    expect(judge([policy("p", { status: "denied", ...changes })], of)).toMatchObject({ policy: "unlisted" });
  });

  test.each<[string, Partial<ModelPolicy>, Partial<ModelUse>]>([
    ["its first day", { from: day("2026-11-20") }, {}],
    ["its last day", { expires: day("2026-11-20") }, {}],
    ["one of its teams", { team: ["ads", "search"] }, {}],
    ["an unallocated environment, as production", { environment: ["production"] }, { environment: "unallocated" }],
    ["every model, when none is named", {}, { provider: "nobody", model: "nothing" }],
  ])("is about: %s", (_, changes, of) => {
    expect(judge([policy("p", { status: "denied", ...changes })], of)).toMatchObject({ policy: "p" });
  });

  test("approves up to its highest price of each meter", () => {
    const list = [policy("p", { max_usd_per_million: { text_output_tokens: "10" } })];
    const at = (text: string, meter: "text_output_tokens" | "images" = "text_output_tokens") => ({
      unitPrices: [{ meter, unitPrice: parseUnitPrice(text) as UnitPrice }],
    });
    expect(judge(list, at("10"))).toMatchObject({ status: "approved", policy: "p" });
    expect(judge(list, at("10.000000000001"))).toEqual({
      ...{ status: "unapproved", policy: "p" },
      reason: "too expensive for policy p: text_output_tokens costs 10.000000000001 USD per million, 10 at most",
    });
    expect(judge(list, at("99", "images")).status).toBe("approved");
    expect(judge(list).status).toBe("approved");
  });
});

describe("of several policies the most specific decides", () => {
  /** Each goes before all that follow it, wherever they stand in the list. */
  const ranked: readonly ModelPolicy[] = [
    policy("team and environment", { team: ["search"], environment: ["production"] }),
    policy("team and exact model", { team: ["search"], model: "gpt-4o-mini" }),
    policy("team", { team: ["search"] }),
    policy("environment and exact model", { environment: ["production"], model: "gpt-4o-mini" }),
    policy("environment", { environment: ["production"] }),
    policy("exact model, exact provider", { model: "gpt-4o-mini", provider: "openai" }),
    policy("exact model, provider pattern", { model: "gpt-4o-mini", provider: "open*" }),
    policy("exact model", { model: "gpt-4o-mini" }),
    policy("longer pattern", { model: "gpt-4o-m*" }),
    policy("longer pattern of two parts", { model: "gpt*mini" }),
    policy("shorter pattern, exact provider", { model: "gpt-*", provider: "openai" }),
    policy("shorter pattern", { model: "gpt-*" }),
    policy("exact provider", { provider: "openai" }),
    policy("provider pattern", { provider: "open*" }),
    policy("everything, first in the list", { model: "*" }),
    policy("everything, second in the list", {}),
  ];

  test.each(ranked.map(({ id }, place) => [id, place] as const))("%s", (id, place) => {
    const rest = ranked.slice(place);
    expect(judge(rest)).toMatchObject({ policy: id });
    const [first, ...later] = rest;
    const last = rest.at(-1);
    if (first && last && place < ranked.length - 2) expect(judge([...later, first])).toMatchObject({ policy: id });
  });

  const anyPolicy = fc.record(
    {
      status: fc.constantFrom("approved" as const, "pending" as const, "denied" as const),
      team: fc.constantFrom(["search"], ["ads"]),
      environment: fc.constantFrom(["production" as const], ["staging" as const]),
      model: fc.constantFrom("gpt-4o-mini", "gpt-*", "*", "gpt-4o*", "claude"),
      provider: fc.constantFrom("openai", "open*", "*"),
    },
    { requiredKeys: ["status"] },
  );

  test("one that is less specific than the deciding one, added anywhere, never changes the verdict", () => {
    const list = fc.array(anyPolicy, { minLength: 1, maxLength: 6 });
    const dropped = fc.subarray(["team", "environment", "model", "provider"] as const, { minLength: 1 });
    const status = fc.constantFrom("approved" as const, "denied" as const);
    fc.assert(
      fc.property(list, fc.nat(6), dropped, status, (given, place, fields, otherwise) => {
        const policies = given.map((one, i) => policy(`p${i}`, one as Partial<ModelPolicy>));
        const verdict = judge(policies);
        const decided = policies.find(({ id }) => id === verdict.policy);
        const demands = (field: (typeof fields)[number]) => decided?.[field] !== undefined && decided[field] !== "*";
        fc.pre(decided !== undefined && fields.some(demands));
        const less = Object.fromEntries(Object.entries(decided).filter(([field]) => !fields.includes(field as never)));
        const added = { ...less, id: "added", status: otherwise } as ModelPolicy;
        expect(judge(policies.toSpliced(place, 0, added))).toEqual(verdict);
      }),
    );
  });

  test("one that is not about the use never changes the verdict", () => {
    fc.assert(
      fc.property(fc.array(anyPolicy, { minLength: 1, maxLength: 6 }), anyPolicy, (given, added) => {
        const policies = given.map((one, i) => policy(`p${i}`, one as Partial<ModelPolicy>));
        const elsewhere = policy("added", { ...(added as Partial<ModelPolicy>), model: "another-model" });
        expect(judge([elsewhere, ...policies])).toEqual(judge(policies));
      }),
    );
  });
});

test("models are told apart, however many were asked for before", () => {
  const verdict = compilePolicies({ unlisted: "forbid", list: [policy("p", { model: "m-1500" })] });
  const ask = (i: number) => verdict({ ...use, model: `m-${i}` }).status;
  const all = Array.from({ length: 2_000 }, (_, i) => i);
  expect(all.filter((i) => ask(i) === "approved")).toEqual([1_500]);
  expect(all.filter((i) => ask(i) === "approved")).toEqual([1_500]);
});
