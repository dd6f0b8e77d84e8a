import fc from "fast-check";
import type { Attribution, AttributionTrace } from "#core/attribution.ts";
import {
  COST_CLASSES,
  ENVIRONMENTS,
  POLICY_STATUSES,
  PRICE_STATUSES,
  PURPOSES,
  SERVICE_TIERS,
  SPEEDS,
  UNALLOCATED,
} from "#core/dimensions.ts";
import { adjustmentKey } from "#core/event-key.ts";
import type { AdjustmentInfo, LedgerEntry } from "#core/ledger-entry.ts";
import { METERS } from "#core/meters.ts";
import type { PicoUsd, UnitPrice } from "#core/money.ts";
import { type Instant, monthOf, usageDateOf } from "#core/time.ts";
import { type ChargeRate, entryWith } from "./sample-entry.ts";

const text = fc.string({ unit: "binary", maxLength: 30 });
const quantity = fc.maxSafeInteger();
/** Up to a billion USD per million units: no price is higher. */
const unitPrice = fc.bigInt({ min: 0n, max: 10n ** 21n }) as fc.Arbitrary<UnitPrice>;
const instant = fc.integer({ min: 0, max: Date.parse("2099-12-31") }) as fc.Arbitrary<Instant>;

const chargeRate: fc.Arbitrary<ChargeRate> = fc.record({
  meter: fc.constantFrom(...METERS),
  quantity,
  listUnitPrice: unitPrice,
  unitPrice,
  estimated: fc.boolean(),
  disputed: fc.boolean(),
});

const attribution = fc.record(
  {
    team: text,
    feature: text,
    environment: fc.constantFrom(...ENVIRONMENTS, UNALLOCATED),
    region: text,
    customer_tier: text,
    purpose: fc.constantFrom(...PURPOSES),
    customer_id: text,
  },
  { requiredKeys: ["team", "feature", "environment", "region", "customer_tier", "purpose"] },
) as fc.Arbitrary<Attribution>;

const byDimension = fc.record(
  { team: text, feature: text, environment: text, region: text, customer_tier: text, purpose: text },
  { requiredKeys: [] },
);
/** One that says nothing is not stored. */
const trace = fc
  .record(
    {
      filledBy: fc.record({ team: text, customer_id: text }, { requiredKeys: [] }),
      overridden: byDimension,
      aliased: byDimension,
      unregistered: byDimension,
      policy: text,
      coveredBy: text,
      isGuessed: fc.constant(true),
    },
    { requiredKeys: [] },
  )
  .filter((parts) => Object.keys(parts).length > 0) as fc.Arbitrary<AttributionTrace>;

const adjustment: fc.Arbitrary<AdjustmentInfo> = fc.record({
  number: fc.integer({ min: 1, max: 1_000 }),
  part: fc.constantFrom("reversal", "rebooking"),
  requestId: text,
  reason: text,
  by: text,
});

const fields = fc.record(
  {
    source: text,
    id: text,
    contentHash: text,
    time: instant,
    bookedMonth: instant.map((at) => monthOf(usageDateOf(at))),
    receivedAt: instant,
    keyId: text,
    provider: text,
    model: text,
    requestedModel: text,
    serviceTier: fc.constantFrom(...SERVICE_TIERS),
    speed: fc.constantFrom(...SPEEDS),
    requests: fc.integer(),
    quantities: fc.dictionary(fc.constantFrom(...METERS), quantity, { noNullPrototype: true }),
    attribution,
    costClass: fc.constantFrom(...COST_CLASSES),
    tags: fc.dictionary(text, text, { noNullPrototype: true, maxKeys: 3 }),
    priceStatus: fc.constantFrom(...PRICE_STATUSES),
    priceVersion: text,
    policyStatus: fc.constantFrom(...POLICY_STATUSES),
    servingLocation: text,
    responseId: text,
    trace,
    senderCost: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }) as fc.Arbitrary<PicoUsd>,
  },
  { requiredKeys: ["source", "id", "time", "priceStatus", "attribution"] },
) as fc.Arbitrary<Partial<LedgerEntry>>;

/** Every entry that the ledger may hold: signed, unpriced, adjustments. */
export const anyEntry: fc.Arbitrary<LedgerEntry> = fc
  .tuple(fields, fc.array(chargeRate, { maxLength: 5 }), fc.option(adjustment, { nil: undefined }))
  .map(([given, rates, info]) => {
    const entry = entryWith({ ...given, rates: given.priceStatus === "unpriced" ? [] : rates });
    if (info === undefined) return entry;
    const key = adjustmentKey(entry.source, entry.id, info.number, info.part);
    return { ...entry, kind: "adjustment" as const, key, adjustment: info };
  });
