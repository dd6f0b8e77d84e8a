import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SERVICE_TIERS, SPEEDS } from "#core/dimensions.ts";
import { METERS, type Meter, type Quantities } from "#core/meters.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import type { UsageEvent } from "#core/usage-event.ts";
import { anEvent, catalog, rated } from "./rating-catalog.ts";

const models = Object.values(catalog).flatMap((file) =>
  Object.keys(file.models).map((model) => [file.provider, model]),
);

/** Text meters have a price on every card, their own or that of what they are a kind of; few others do. */
const inputMeters = METERS.slice(0, 7);
const outputMeters = METERS.slice(7, 11);

const quantities: fc.Arbitrary<Quantities> = fc
  .tuple(
    fc.boolean(),
    fc.constantFrom<readonly Meter[]>(inputMeters, [...inputMeters, ...outputMeters], METERS.slice(0, 19)),
  )
  .chain(([large, meters]) => fc.dictionary(fc.constantFrom(...meters), large ? fc.maxSafeNat() : fc.nat(3000)));

const events: fc.Arbitrary<UsageEvent> = fc
  .record({
    model: fc.constantFrom(...models),
    serviceTier: fc.constantFrom(...SERVICE_TIERS),
    speed: fc.constantFrom(...SPEEDS),
    servingLocation: fc.constantFrom("us", "global", "eu-west-1"),
    requests: fc.integer({ min: 1, max: 50 }),
    quantities,
  })
  .map(({ model: [provider = "", model = ""], ...rest }) => anEvent({ provider, model, ...rest }));

const rater = makeCoreRater((provider) => catalog[provider], []);

const microPerMillion = 1_000_000n;

/** Rounds half even by comparing whole numbers: an oracle apart from the code under test. */
function roundedExact(quantity: number, price: bigint): bigint {
  const product = BigInt(quantity) * price;
  const whole = product / microPerMillion;
  const rest = product % microPerMillion;
  if (rest * 2n === microPerMillion) return whole + (whole % 2n);
  return rest * 2n > microPerMillion ? whole + 1n : whole;
}

describe("for any event", () => {
  test("the charges make up the cost, each rounded once", () =>
    fc.assert(
      fc.property(events, (event) => {
        const { charges, cost, listCost } = rater(event);
        if (cost === null) {
          expect(charges).toEqual([]);
          return;
        }
        expect(charges.reduce((sum, charge) => sum + charge.cost, 0n)).toBe(cost);
        expect(charges.reduce((sum, charge) => sum + charge.listCost, 0n)).toBe(listCost);
        for (const charge of charges) expect(charge.cost).toBe(roundedExact(charge.quantity, charge.unitPrice));
      }),
    ));

  test("a charge stands for every meter that is not zero, and for no other", () =>
    fc.assert(
      fc.property(events, (event) => {
        const { charges, cost } = rater(event);
        if (cost === null) return;
        const charged = charges.filter((charge) => charge.meter !== "requests");
        expect(Object.fromEntries(charged.map((charge) => [charge.meter, charge.quantity]))).toEqual(
          Object.fromEntries(Object.entries(event.quantities).filter(([, quantity]) => quantity > 0)),
        );
      }),
    ));

  test("it is always rated the same", () =>
    fc.assert(
      fc.property(events, (event) => {
        const fresh = makeCoreRater((provider) => catalog[provider], []);
        expect(fresh(event)).toEqual(rater(event));
      }),
    ));

  test("more of a meter never costs less", () =>
    fc.assert(
      fc.property(events, fc.constantFrom(...inputMeters, ...outputMeters), fc.nat(5000), (event, meter, more) => {
        const quantity = event.quantities[meter] ?? 0;
        fc.pre(quantity + more <= Number.MAX_SAFE_INTEGER);
        const less = rater(event).cost;
        const moreCost = rater({ ...event, quantities: { ...event.quantities, [meter]: quantity + more } }).cost;
        if (less !== null && moreCost !== null) expect(moreCost).toBeGreaterThanOrEqual(less);
      }),
    ));

  test("a discount with up to six decimals is exact", () =>
    fc.assert(
      fc.property(fc.nat(100_000_000), fc.nat(10_000_000), (millionths, quantity) => {
        const discount_percent = (millionths / 1_000_000).toFixed(6);
        const negotiated = [
          { provider: "openai", model: "plain", meter: "*", tier: "*", discount_percent, from: "2026-01-01", to: null },
        ] as const;
        const { cost } = rated({ quantities: { uncached_input_tokens: quantity } }, negotiated);
        // list 2.5 USD per million = 2,500,000 pico-dollars a token; what is paid: 100,000,000 − millionths of it
        const exact = BigInt(quantity) * 2_500_000n * BigInt(100_000_000 - millionths);
        expect((cost ?? 0n) * 100_000_000n - exact).toBeGreaterThanOrEqual(-50_000_000n);
        expect((cost ?? 0n) * 100_000_000n - exact).toBeLessThanOrEqual(50_000_000n);
      }),
    ));

  test("most of these events have a price, so that the rules above are tried", () => {
    const sample = fc.sample(events, { numRuns: 300, seed: 1 });
    expect(sample.filter((event) => (rater(event).cost ?? 0n) > 0n).length).toBeGreaterThan(100);
  });

  test("no provider or model makes it fail", () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), quantities, (provider, model, some) => {
        expect(rater(anEvent({ provider, model, quantities: some })).priceStatus).toBeTypeOf("string");
      }),
    ));
});
