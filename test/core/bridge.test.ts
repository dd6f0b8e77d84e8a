import fc from "fast-check";
import { expect, test } from "vitest";
import { BRIDGE_PARTS, type BridgePart, type BridgePeriod, type BridgeStep, bridge } from "#core/bridge.ts";
import type { LineAtPrices } from "#core/bridge-mix.ts";
import { COST_CLASSES, type CostClass } from "#core/dimensions.ts";
import { type PicoUsd, parseUsd } from "#core/money.ts";

const usd = (text: string) => parseUsd(text) as PicoUsd;

const line = (changed: Partial<LineAtPrices> & { readonly tokens?: bigint } = {}): LineAtPrices => {
  const { tokens = 1_000_000n, ...rest } = changed;
  return {
    ...{ region: "emea", provider: "openai", model: "a", serviceTier: "standard", requests: 1_000n },
    ...{ unpricedRequests: 0n, cost: usd("10"), worth: null, quantities: { uncached_input_tokens: tokens } },
    ...rest,
  };
};

const segment = (lines: LineAtPrices[], feature = "chat", activeCustomers = 100n, costClass: CostClass = "cogs") => ({
  ...{ feature, costClass, activeCustomers, lines },
  namedRequests: activeCustomers === 0n ? 0n : lines.reduce((sum, { requests }) => sum + requests, 0n),
});

const period = (...segments: BridgePeriod["segments"][number][]): BridgePeriod => ({ days: 30, segments });

/** The parts that are not zero, in dollars. */
const partsOf = (step: BridgeStep | undefined) =>
  Object.fromEntries(
    BRIDGE_PARTS.flatMap((part): [BridgePart, number][] =>
      step === undefined || step.parts[part] === 0n ? [] : [[part, Number(step.parts[part]) / 1e12]],
    ),
  );

/*
 * By hand. chat cost 10.00 for 100 customers, 1,000 calls and 1,000,000 tokens; then 10.80 for 120, 1,500 and 1,800,000:
 * adoption 10 × 120/100 = 12; calls 10 × 1,500/1,000 = 15; tokens 10 × 1.8 = 18; mix: 1.2 M tokens of a at its 10.00 a
 * million are 12, b is new at its own 1.20, together 13.20; price: 10.80.
 */
const before = period(segment([line()]), segment([line({ cost: usd("3") })], "old"));
const after = period(
  segment(
    [
      line({ requests: 1_200n, tokens: 1_200_000n, cost: usd("9.6") }),
      line({ model: "b", requests: 300n, tokens: 600_000n, cost: usd("1.2") }),
    ],
    "chat",
    120n,
  ),
  segment([line({ cost: usd("5") })], "search", 7n, "rnd"),
);

test("the worked example: adoption, intensity, mix and price of a feature, one that is new, one that ended", () => {
  const { segments, byClass, total } = bridge(before, after);
  expect(segments.map((one) => [one.feature, partsOf(one)])).toEqual([
    ["search", { new_features: 5 }],
    ["old", { ended_features: -3 }],
    ["chat", { adoption: 2, requests_per_customer: 3, tokens_per_request: 3, mix: -4.8, price: -2.4 }],
  ]);
  expect(partsOf(total)).toEqual({
    ...{ new_features: 5, ended_features: -3, adoption: 2, requests_per_customer: 3, tokens_per_request: 3 },
    ...{ mix: -4.8, price: -2.4 },
  });
  expect([total.fromCost, total.toCost]).toEqual([usd("13"), usd("15.8")]);
  expect([...byClass].map(([name, step]) => [name, step.toCost - step.fromCost])).toEqual([
    ["cogs", usd("-2.2")],
    ["rnd", usd("5")],
  ]);
});

test("what a longer period alone costs is told apart, and calls are compared per customer and day", () => {
  const twice = segment([line({ requests: 2_000n, tokens: 2_000_000n, cost: usd("20") })]);
  const { total } = bridge({ days: 10, segments: [segment([line()])] }, { days: 20, segments: [twice] });
  expect(partsOf(total)).toEqual({ length: 10 });
});

test("customers that are only named more often are no adoption", () => {
  const named = (namedRequests: bigint, customers: bigint) =>
    period({ ...segment([line()], "chat", customers), namedRequests });
  // The same 1,000 calls of the same customers: a tenth of them named, then all; or nine tenths.
  const begun = bridge(named(100n, 10n), named(1_000n, 100n));
  expect(begun.segments.map((one) => [one.byCustomers, partsOf(one)])).toEqual([[false, {}]]);
  const alike = bridge(named(900n, 90n), named(1_000n, 99n));
  expect(alike.segments.map((one) => [one.byCustomers, partsOf(one)])).toEqual([
    [true, { adoption: 1, requests_per_customer: -1 }],
  ]);
});

test("without customers the growth of calls is no adoption", () => {
  const grown = segment([line({ requests: 1_500n, tokens: 1_500_000n, cost: usd("15") })], "chat", 0n);
  const { segments } = bridge(period(segment([line()], "chat", 0n)), period(grown));
  expect(segments.map((one) => [one.byCustomers, partsOf(one)])).toEqual([[false, { requests_per_customer: 5 }]]);
});

test("more cached tokens at unchanged prices are mix, not price", () => {
  const cached = line({ cost: usd("6"), worth: 6n });
  const { total } = bridge(period(segment([line({ worth: 10n })])), period(segment([cached])));
  expect(partsOf(total)).toEqual({ mix: -4 });
});

test("a model that had no price is price when it has one", () => {
  const unpriced = line({ cost: 0n as PicoUsd });
  expect(partsOf(bridge(period(segment([unpriced])), period(segment([line()]))).total)).toEqual({ price: 10 });
});

test("adjustments alone, without calls, are other", () => {
  const adjusted = line({ requests: 0n, cost: usd("-2"), quantities: {} });
  expect(partsOf(bridge(period(segment([line()])), period(segment([adjusted]))).total)).toEqual({ other: -12 });
});

const anyLine = fc.record({
  model: fc.constantFrom("a", "b", "c"),
  requests: fc.bigInt({ min: -5n, max: 10n ** 9n }),
  tokens: fc.bigInt({ min: -5n, max: 10n ** 12n }),
  cost: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 18n }),
  worth: fc.option(fc.bigInt({ min: 0n, max: 10n ** 18n })),
});
const anySegment = fc.record({
  feature: fc.constantFrom("chat", "search", "ops"),
  costClass: fc.constantFrom(...COST_CLASSES),
  activeCustomers: fc.bigInt({ min: 0n, max: 10n ** 6n }),
  lines: fc.uniqueArray(anyLine, { selector: ({ model }) => model, maxLength: 3 }),
});
const anyPeriod = fc
  .record({
    days: fc.integer({ min: 1, max: 366 }),
    found: fc.uniqueArray(anySegment, { selector: (one) => `${one.feature} ${one.costClass}`, maxLength: 6 }),
  })
  .map(
    ({ days, found }): BridgePeriod => ({
      days,
      segments: found.map(({ lines, feature, activeCustomers, costClass }) =>
        segment(
          lines.map(({ cost, ...rest }) => line({ ...rest, cost: cost as PicoUsd })),
          feature,
          activeCustomers,
          costClass,
        ),
      ),
    }),
  );

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

test("the parts sum to the difference, the segments to their class and the classes to the total, exactly", () => {
  fc.assert(
    fc.property(anyPeriod, anyPeriod, (from, to) => {
      const costIn = ({ segments }: BridgePeriod) =>
        sum(segments.flatMap(({ lines }) => lines.map(({ cost }) => cost as bigint)));
      const { segments, byClass, total } = bridge(from, to);
      for (const step of [...segments, ...byClass.values(), total]) {
        expect(sum(BRIDGE_PARTS.map((part) => step.parts[part]))).toBe(step.toCost - step.fromCost);
      }
      expect([total.fromCost, total.toCost]).toEqual([costIn(from), costIn(to)]);
      for (const part of BRIDGE_PARTS) {
        expect(sum(segments.map(({ parts }) => parts[part]))).toBe(total.parts[part]);
        expect(sum([...byClass.values()].map(({ parts }) => parts[part]))).toBe(total.parts[part]);
      }
    }),
    { numRuns: 100 },
  );
});
