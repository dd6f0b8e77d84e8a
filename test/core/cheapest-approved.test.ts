import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { approvedModels } from "#core/approved-models.ts";
import { wholeCatalogue } from "#core/catalogue-models.ts";
import { makeFindCheapest } from "#core/cheapest-approved.ts";
import type { ModelPolicies, ModelPolicy } from "#core/config.ts";
import type { Meter } from "#core/meters.ts";
import { compilePolicies, type ModelUse } from "#core/model-policy.ts";
import type { CatalogCard, CatalogFile } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import type { UsageDate } from "#core/time.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { event } from "../fakes/usage.ts";

type Prices = Readonly<Record<string, string | readonly [base: string, above1000: string]>>;

function card(prices: Prices): CatalogCard {
  const rates = Object.entries(prices).flatMap(([meter, given]) => {
    const each = typeof given === "string" ? [given] : given;
    return each.map((usd_per_million, i) => ({
      ...{ meter: meter as Meter, tier: "standard" as const, above: i * 1_000 },
      ...{ usd_per_million, source: "both" },
    }));
  });
  return { from: null, rates };
}

const files: Readonly<Record<string, CatalogFile>> = {
  openai: {
    provider: "openai",
    sources: {},
    models: Object.fromEntries(
      Object.entries({
        large: { uncached_input_tokens: "5", text_output_tokens: "15" },
        mini: { uncached_input_tokens: "0.5", text_output_tokens: "2" },
        // Cheap while the input is short.
        steep: { uncached_input_tokens: ["0.1", "9"], text_output_tokens: ["0.1", "20"] },
        // No price for output: it embeds.
        embed: { uncached_input_tokens: "0.01" },
        // Paid by the image.
        free: { uncached_input_tokens: "0", text_output_tokens: "0" },
        flat: { uncached_input_tokens: "0.2", text_output_tokens: "0.2", requests: "3000" },
      } satisfies Record<string, Prices>).map(([name, prices]) => [name, { cards: [card(prices)] }]),
    ),
  },
};
const rate = makeCoreRater((provider) => files[provider], []);
const catalogue = wholeCatalogue((provider) => files[provider]);
const known = catalogue.models;
const day = "2026-11-20" as UsageDate;

const policy = (id: string, changes: Partial<ModelPolicy> = {}): ModelPolicy => ({
  ...{ id, status: "approved", owner: "ai-office", reason: "reviewed" },
  ...changes,
});

const use = { environment: "production", team: "search", usageDate: day } as const;

function cheapest(
  list: readonly ModelPolicy[],
  asked: Partial<UsageEvent> = {},
  unlisted: "allow" | "forbid" = "forbid",
) {
  return makeFindCheapest(approvedModels({ unlisted, list }, known), catalogue, rate)(event(asked), use)?.model;
}

describe("the cheapest approved model", () => {
  test("has a price for every meter of the call, and one above nothing", () => {
    // 1,000 in, 200 out: steep 0.00012, flat 0.00324, mini 0.0009, large 0.008; embed has no output, free costs nothing.
    expect(cheapest([policy("all", { provider: "openai" })])).toBe("steep");
  });

  test("is found at the bracket that the call falls into", () => {
    // 2,000 in, 200 out: steep 0.022, mini 0.0014, flat 0.00344.
    const long = { quantities: { uncached_input_tokens: 2_000, text_output_tokens: 200 } };
    expect(cheapest([policy("all")], long)).toBe("mini");
  });

  test("is approved by a policy for this team and environment, and by no more specific one forbidden", () => {
    const all = policy("all", { model: "*" });
    expect(cheapest([all, policy("no", { status: "denied", model: "steep" })])).toBe("mini");
    expect(cheapest([all, policy("no", { status: "denied", model: "steep", team: ["ops"] })])).toBe("steep");
    expect(cheapest([policy("dev", { environment: ["development"] })])).toBeUndefined();
    expect(cheapest([policy("old", { expires: "2026-11-19" as UsageDate })])).toBeUndefined();
  });

  test("is recommended by a decision: neither what is merely unlisted nor what is on its way out is", () => {
    const leaving = policy("leaving", {
      ...{ status: "deprecated", model: "steep", deprecated_on: "2027-01-01" as UsageDate, successor: "large" },
    });
    expect(cheapest([leaving, policy("large", { model: "large" })], {}, "allow")).toBe("large");
  });

  test("is the successor where that is approved for the use and has a price", () => {
    const of = (list: readonly ModelPolicy[], successor: string) =>
      makeFindCheapest(approvedModels({ unlisted: "forbid", list }, known), catalogue, rate)(event(), use, {
        ...{ provider: "openai", model: successor },
      })?.model;
    const all = policy("all");
    expect(of([all], "large")).toBe("large");
    expect(of([all, policy("no", { status: "denied", model: "large" })], "large")).toBe("steep");
    expect(of([all], "embed")).toBe("steep");
    expect(of([all], "none-such")).toBe("steep");
  });

  test("costs no more than its policy lets it", () => {
    const capped = policy("capped", { model: "steep", max_usd_per_million: { text_output_tokens: "0.05" } });
    expect(cheapest([capped, policy("large", { model: "large" })])).toBe("large");
  });

  test("may be one that nobody but the policy knows, which has no price", () => {
    expect(cheapest([policy("own", { provider: "self-hosted", model: "llama" })])).toBeUndefined();
  });

  test("is found anew for each call: what is kept of one kind of call is right for the next of it", () => {
    const find = makeFindCheapest(
      approvedModels({ unlisted: "forbid", list: [policy("all")] }, known),
      catalogue,
      rate,
    );
    const of = (input: number, output: number) =>
      find(event({ quantities: { uncached_input_tokens: input, text_output_tokens: output } }), use)?.model;
    expect([of(10, 10), of(1_000, 1), of(1_001, 1), of(100_000, 100_000), of(1_200, 1)]).toEqual([
      ...["steep", "steep", "mini", "flat", "mini"],
    ]);
  });

  test("is what rating every approved model finds", () => {
    const status = fc.constantFrom("approved", "denied", "pending");
    const name = fc.option(fc.constantFrom("*", "*e", "large", "mini", "steep", "flat", "f*"), { nil: undefined });
    const team = fc.option(fc.constantFrom(["search"], ["ops"]), { nil: undefined });
    const list = fc
      .array(fc.record({ status, model: name, team }), { minLength: 1, maxLength: 6 })
      .map((drafts) =>
        drafts.map(({ status, model, team }, i) =>
          policy(`p${i}`, { status, ...(model !== undefined && { model }), ...(team !== undefined && { team }) }),
        ),
      );
    const quantities = fc.record({
      uncached_input_tokens: fc.integer({ min: 1, max: 3_000 }),
      text_output_tokens: fc.integer({ min: 1, max: 3_000 }),
    });
    fc.assert(
      fc.property(list, quantities, fc.constantFrom("allow", "forbid"), (list, quantities, unlisted) => {
        const policies: ModelPolicies = { unlisted, list };
        const judge = compilePolicies(policies);
        const costs = known.flatMap(({ provider, model }) => {
          const asked: ModelUse = { ...use, provider, model };
          const verdict = judge(asked);
          const { cost } = rate(event({ quantities, model }));
          return verdict.status === "approved" && verdict.policy !== "unlisted" && cost ? [cost] : [];
        });
        const least = costs.reduce<bigint | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
        const found = makeFindCheapest(approvedModels(policies, known), catalogue, rate)(event({ quantities }), use);
        expect(found?.cost).toBe(least);
      }),
    );
  });
});
