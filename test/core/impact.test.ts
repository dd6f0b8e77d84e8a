import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareOutcome } from "#core/approval-outcome.ts";
import type { ServiceTier } from "#core/dimensions.ts";
import { computeImpact, type Upgrade, type UsageGroup } from "#core/impact.ts";
import { formatUsd, type PicoUsd, parseUsd } from "#core/money.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import type { UsageDate } from "#core/time.ts";
import { parseRatio, type Ratio, scaledBy } from "#core/token-ratio.ts";
import { at } from "../fakes/usage.ts";
import { catalog } from "./rating-catalog.ts";

const now = at("2026-11-23T12:00:00Z");
const rate = makeCoreRater((provider) => catalog[provider], []);

function upgrade(changes: Partial<Upgrade> = {}, input = "1", output = "1"): Upgrade {
  return {
    ...{ from: "2026-10-24" as UsageDate, to: "2026-11-22" as UsageDate },
    ...{ current: { provider: "openai", model: "plain" }, proposed: { provider: "openai", model: "long" } },
    ...{ inputTokenRatio: input, outputTokenRatio: output },
    ...{ input: parseRatio(input) as Ratio, output: parseRatio(output) as Ratio },
    ...changes,
  };
}

function group(
  feature: string,
  requests: number,
  quantities: object,
  tier: ServiceTier = "standard",
  customer = "pro",
) {
  const sums = Object.fromEntries(Object.entries(quantities).map(([meter, count]) => [meter, BigInt(count)]));
  return {
    ...{ feature, customer_tier: customer, service_tier: tier },
    sums: { requests: BigInt(requests), quantities: sums },
  } satisfies UsageGroup;
}

describe("the impact of an upgrade", () => {
  test("has a line for each of the 500 dearest features and tiers, and one for all others", () => {
    const groups = Array.from({ length: 503 }, (_, i) =>
      group(`feature-${String(i).padStart(3, "0")}`, 1, { uncached_input_tokens: 1_000 * (i + 1) }),
    );
    const { lines, current_usd } = computeImpact(groups, upgrade(), { rate, now });
    expect(lines.map(({ feature }) => feature)).toEqual([
      ...groups.slice(3).map(({ feature }) => feature),
      "(all others)",
    ]);
    // 6,000 tokens at 2.5 USD per million.
    expect(lines.at(-1)).toMatchObject({ requests: 3, current_usd: "0.015" });
    const total = lines.reduce((sum, line) => sum + (parseUsd(line.current_usd) as bigint), 0n);
    expect(formatUsd(total as PicoUsd)).toBe(current_usd);
  });

  test("is what each feature and tier would have cost, by the bracket of its mean call", () => {
    const groups = [
      // plain: 2.5 and 10; long: 1 and 4 for calls of up to 1,000 input tokens, 2 and 6 above.
      group("chat", 100, { uncached_input_tokens: 50_000, text_output_tokens: 10_000 }),
      group("report", 10, { uncached_input_tokens: 20_000, text_output_tokens: 1_000 }),
      group("chat", 50, { uncached_input_tokens: 10_000, text_output_tokens: 5_000 }, "standard", "free"),
    ];
    const impact = computeImpact(groups, upgrade(), { rate, now });
    expect(impact.lines).toEqual([
      { feature: "chat", customer_tier: "free", requests: 50, current_usd: "0.075", proposed_usd: "0.03" },
      { feature: "chat", customer_tier: "pro", requests: 100, current_usd: "0.225", proposed_usd: "0.09" },
      { feature: "report", customer_tier: "pro", requests: 10, current_usd: "0.06", proposed_usd: "0.046" },
    ]);
    expect(impact).toMatchObject({
      ...{ current_usd: "0.36", proposed_usd: "0.166", unpriced_requests: 0 },
      difference_usd_per_month: "-0.194",
      difference_usd_per_request: "-0.0012125",
    });
  });

  test("takes tokens by their ratio, and nothing else", () => {
    const usage = [group("chat", 1, { uncached_input_tokens: 100, text_output_tokens: 100, web_searches: 3 })];
    const replaced = upgrade({ current: { provider: "openai", model: "long" } }, "1.15", "0.5");
    // 115 × 1 + 50 × 4 per million, and three searches at 0.01; before: 100 × 1 + 100 × 4 and the searches.
    expect(computeImpact(usage, replaced, { rate, now })).toMatchObject({
      current_usd: "0.0305",
      proposed_usd: "0.030315",
    });
  });

  test("leaves out what one of the two has no price for, and says how much that is", () => {
    const usage = [
      group("chat", 7, { uncached_input_tokens: 100 }),
      group("voice", 5, { audio_output_seconds: 30 }),
      group("undone", 0, { uncached_input_tokens: 0 }),
    ];
    expect(computeImpact(usage, upgrade(), { rate, now })).toMatchObject({
      lines: [{ feature: "chat", requests: 7 }],
      unpriced_requests: 5,
    });
  });

  test("states what it stands on", () => {
    const usage = [group("chat", 1, { uncached_input_tokens: 100, cache_read_tokens: 5 }, "batch")];
    const { assumptions } = computeImpact(usage, upgrade({}, "1.15"), { rate, now });
    expect(assumptions).toEqual([
      "Both models at the prices of 2026-11-23, at standard speed and without a surcharge for where they run.",
      "Input tokens of openai/long × 1.15, output tokens × 1; every other meter as it was.",
      "The context bracket is that of the mean input of a request, in each feature, customer tier and service tier.",
      "openai/long has no price in the batch tier: the standard one is taken.",
      "A meter without a price of its own at openai/long is taken at the price of what it is a kind of.",
    ]);
  });

  test("of a model that replaces none there is no usage", () => {
    const usage = [group("chat", 1, { uncached_input_tokens: 100 })];
    expect(computeImpact(usage, upgrade({ current: undefined }), { rate, now })).toMatchObject({
      lines: [],
      difference_usd_per_request: null,
      assumptions: ["openai/long replaces no model: there is no usage to compute its cost from."],
    });
  });

  test("its lines add up to its totals", () => {
    const groups = fc.array(
      fc.record({
        feature: fc.constantFrom("a", "b", "c"),
        tier: fc.constantFrom("free", "pro"),
        requests: fc.integer({ min: 1, max: 1_000 }),
        input: fc.integer({ min: 0, max: 10_000_000 }),
        output: fc.integer({ min: 0, max: 10_000_000 }),
      }),
    );
    const usd = (text: string) => parseUsd(text) as bigint;
    fc.assert(
      fc.property(groups, fc.constantFrom("0.333333", "1", "1.15", "12"), (drafts, ratio) => {
        const usage = drafts.map(({ feature, tier, requests, input, output }) =>
          group(feature, requests, { uncached_input_tokens: input, text_output_tokens: output }, "standard", tier),
        );
        const impact = computeImpact(usage, upgrade({}, ratio), { rate, now });
        const sum = (of: "current_usd" | "proposed_usd") => impact.lines.reduce((all, line) => all + usd(line[of]), 0n);
        expect(sum("current_usd")).toBe(usd(impact.current_usd));
        expect(sum("proposed_usd")).toBe(usd(impact.proposed_usd));
        expect(usd(impact.difference_usd_per_month)).toBe(usd(impact.proposed_usd) - usd(impact.current_usd));
      }),
    );
  });
});

describe("a token ratio", () => {
  test.each([
    ["1.15", 101n, 116n],
    ["0.5", 3n, 2n],
    ["0.5", 5n, 2n],
    ["0.000001", 1_000_000n, 1n],
    ["999", 2n, 1_998n],
  ])("%s of %d is %d: exact, then rounded half even", (text, quantity, scaled) => {
    expect(scaledBy(quantity, parseRatio(text) as Ratio)).toBe(scaled);
  });

  test.each(["0", "0.000000", "-1", "1e3", "1.", ".5", "1000", "1.1234567", "", "½"])("%j is none", (text) => {
    expect(parseRatio(text)).toBeUndefined();
  });
});

test("an outcome is the predicted cost per request times the requests that came, beside what they cost", () => {
  const usd = (text: string) => parseUsd(text) as PicoUsd;
  const line = (feature: string, requests: number, proposed_usd: string) => ({
    ...{ feature, customer_tier: "pro", requests, current_usd: "9", proposed_usd },
  });
  const { assumptions: _, ...impact } = computeImpact([], upgrade(), { rate, now });
  const lines = [line("chat", 100, "0.3"), line("chat", 50, "0.15"), line("idle", 10, "1")];
  const outcome = compareOutcome({ ...impact, assumptions: [], lines }, [
    { feature: "chat", requests: 200n, cost: usd("0.7") },
    { feature: "new", requests: 3n, cost: usd("0.02") },
  ]);
  expect(outcome.lines.map(({ feature, predicted }) => [feature, predicted && formatUsd(predicted)])).toEqual([
    // (0.3 + 0.15) ÷ 150 × 200
    ["chat", "0.6"],
    ["new", null],
  ]);
  expect([outcome.predicted, outcome.actual, outcome.unpredicted].map(formatUsd)).toEqual(["0.6", "0.7", "0.02"]);
});
