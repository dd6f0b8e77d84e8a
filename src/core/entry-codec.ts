import type { Attribution } from "./attribution.ts";
import type { CostClass, PolicyStatus, PriceStatus, Purpose, ServiceTier, Speed } from "./dimensions.ts";
import { type AdjustmentPart, adjustmentKey, eventKey } from "./event-key.ts";
import type { AdjustmentInfo, Charge, LedgerEntry } from "./ledger-entry.ts";
import { METER_CODES, meterOfCode } from "./meter-codes.ts";
import type { Meter, Quantities } from "./meters.ts";
import { addUsd, costOf, formatUnitPrice, type PicoUsd, parseUnitPrice, type UnitPrice, zeroUsd } from "./money.ts";
import { type Instant, type Month, monthOf, type UsageDate, usageDateOf } from "./time.ts";

/** Meter code, quantity, list price, price (0 when it is the list price), 1 if estimated + 2 if disputed. */
type StoredCharge = readonly [string, number, string, string | 0, number];

/**
 * An entry as it is stored: short names, and nothing that follows from the rest (the key, the costs). So it normally
 * fits one DynamoDB write unit of 1,024 bytes. A field with a default is absent when it has it; the defaults belong
 * to version 1 and never change.
 */
interface StoredEntry {
  readonly v: 1;
  /** source, id */
  readonly s: string;
  readonly i: string;
  /** contentHash */
  readonly h: string;
  readonly t: Instant;
  /** usageDate; default: the day of `t` */
  readonly d?: UsageDate;
  /** bookedMonth; default: the month of the usage date */
  readonly b?: Month;
  /** receivedAt */
  readonly r: Instant;
  /** keyId */
  readonly k: string;
  readonly p: string;
  readonly m: string;
  /** requestedModel; default: `m` */
  readonly q?: string;
  /** serviceTier, speed; default: standard */
  readonly st?: ServiceTier;
  readonly sp?: Speed;
  readonly sl?: string;
  /** requests; default: 1 */
  readonly n?: number;
  /** quantities, by meter code */
  readonly u: Readonly<Record<string, number>>;
  /** team, feature, environment, region, customer_tier, purpose, customer_id */
  readonly a: readonly [string, string, Attribution["environment"], string, string, Purpose, string?];
  /** costClass */
  readonly cc: CostClass;
  /** tags; default: none */
  readonly g?: Readonly<Record<string, string>>;
  /** responseId */
  readonly ri?: string;
  /** charges; default: none */
  readonly c?: readonly StoredCharge[];
  /** priceStatus; default: priced */
  readonly ps?: PriceStatus;
  /** priceVersion */
  readonly pv: string;
  /** policyStatus; default: ungoverned */
  readonly po?: PolicyStatus;
  /** adjustment: number, part, requestId, reason, by */
  readonly j?: readonly [number, AdjustmentPart, string, string, string];
}

function keyOf(source: string, id: string, adjustment: AdjustmentInfo | undefined): string {
  return adjustment ? adjustmentKey(source, id, adjustment.number, adjustment.part) : eventKey(source, id);
}

const unlessDefault = <T>(value: T, byDefault: T): T | undefined => (value === byDefault ? undefined : value);

/** What the stored form leaves out must be what reading it will put back. */
function assertDerivable(entry: LedgerEntry): void {
  const expected = priced(entry.priceStatus, entry.charges);
  const chargesAgree = entry.charges.every(
    (charge) =>
      charge.cost === costOf(BigInt(charge.quantity), charge.unitPrice) &&
      charge.listCost === costOf(BigInt(charge.quantity), charge.listUnitPrice),
  );
  if (
    entry.key !== keyOf(entry.source, entry.id, entry.adjustment) ||
    (entry.kind === "adjustment") !== (entry.adjustment !== undefined) ||
    entry.cost !== expected.cost ||
    entry.listCost !== expected.listCost ||
    !chargesAgree
  ) {
    throw new Error(`entry ${entry.key}: its key, kind or costs do not follow from its other fields`);
  }
}

function priced(status: PriceStatus, charges: readonly Charge[]): { cost: PicoUsd | null; listCost: PicoUsd | null } {
  if (status === "unpriced") return { cost: null, listCost: null };
  let cost = zeroUsd;
  let listCost = zeroUsd;
  for (const charge of charges) {
    cost = addUsd(cost, charge.cost);
    listCost = addUsd(listCost, charge.listCost);
  }
  return { cost, listCost };
}

function storeCharge(charge: Charge): StoredCharge {
  return [
    METER_CODES[charge.meter],
    charge.quantity,
    formatUnitPrice(charge.listUnitPrice),
    charge.unitPrice === charge.listUnitPrice ? 0 : formatUnitPrice(charge.unitPrice),
    (charge.estimated ? 1 : 0) + (charge.disputed ? 2 : 0),
  ];
}

function readPrice(text: string): UnitPrice {
  const price = parseUnitPrice(text);
  if (price === undefined) throw new Error(`stored entry: ${JSON.stringify(text)} is no price`);
  return price;
}

function readCharge([code, quantity, listPrice, price, flags]: StoredCharge): Charge {
  const listUnitPrice = readPrice(listPrice);
  const unitPrice = price === 0 ? listUnitPrice : readPrice(price);
  const count = BigInt(quantity);
  const listCost = costOf(count, listUnitPrice);
  return {
    meter: meterOfCode(code),
    quantity,
    listUnitPrice,
    unitPrice,
    listCost,
    cost: price === 0 ? listCost : costOf(count, unitPrice),
    estimated: (flags & 1) !== 0,
    disputed: (flags & 2) !== 0,
  };
}

function storeQuantities(quantities: Quantities): Record<string, number> {
  return Object.fromEntries(
    Object.entries(quantities).map(([meter, quantity]) => [METER_CODES[meter as Meter], quantity]),
  );
}

function readQuantities(stored: Readonly<Record<string, number>>): Quantities {
  return Object.fromEntries(Object.entries(stored).map(([code, quantity]) => [meterOfCode(code), quantity]));
}

function readAttribution(stored: StoredEntry["a"]): Attribution {
  const [team, feature, environment, region, customer_tier, purpose, customer_id] = stored;
  return {
    team,
    feature,
    environment,
    region,
    customer_tier,
    purpose,
    ...(customer_id !== undefined && { customer_id }),
  };
}

function readAdjustment(stored: StoredEntry["j"]): AdjustmentInfo | undefined {
  if (stored === undefined) return undefined;
  const [number, part, requestId, reason, by] = stored;
  return { number, part, requestId, reason, by };
}

/** The stored form, JSON text. Throws when key or costs do not follow from the other fields: that is a bug. */
export function encodeEntry(entry: LedgerEntry): string {
  assertDerivable(entry);
  const { attribution: by, adjustment } = entry;
  const stored: { readonly [K in keyof StoredEntry]: StoredEntry[K] | undefined } = {
    v: 1,
    s: entry.source,
    i: entry.id,
    h: entry.contentHash,
    t: entry.time,
    d: unlessDefault(entry.usageDate, usageDateOf(entry.time)),
    b: unlessDefault(entry.bookedMonth, monthOf(entry.usageDate)),
    r: entry.receivedAt,
    k: entry.keyId,
    p: entry.provider,
    m: entry.model,
    q: unlessDefault(entry.requestedModel, entry.model),
    st: unlessDefault<ServiceTier>(entry.serviceTier, "standard"),
    sp: unlessDefault<Speed>(entry.speed, "standard"),
    sl: entry.servingLocation,
    n: unlessDefault(entry.requests, 1),
    u: storeQuantities(entry.quantities),
    a: [
      by.team,
      by.feature,
      by.environment,
      by.region,
      by.customer_tier,
      by.purpose,
      ...(by.customer_id === undefined ? ([] as const) : ([by.customer_id] as const)),
    ],
    cc: entry.costClass,
    g: Object.keys(entry.tags).length === 0 ? undefined : entry.tags,
    ri: entry.responseId,
    c: entry.charges.length === 0 ? undefined : entry.charges.map(storeCharge),
    ps: unlessDefault<PriceStatus>(entry.priceStatus, "priced"),
    pv: entry.priceVersion,
    po: unlessDefault<PolicyStatus>(entry.policyStatus, "ungoverned"),
    j: adjustment && [adjustment.number, adjustment.part, adjustment.requestId, adjustment.reason, adjustment.by],
  };
  return JSON.stringify(stored);
}

/** Reads every version ever stored. Throws on one it does not know. */
export function decodeEntry(text: string): LedgerEntry {
  const stored = JSON.parse(text) as StoredEntry;
  if (stored.v !== 1) throw new Error(`stored entry: version ${JSON.stringify(stored.v)} is unknown, 1 is wanted`);
  const charges = (stored.c ?? []).map(readCharge);
  const priceStatus = stored.ps ?? "priced";
  const adjustment = readAdjustment(stored.j);
  const usageDate = stored.d ?? usageDateOf(stored.t);
  return {
    v: 1,
    kind: adjustment ? "adjustment" : "usage",
    key: keyOf(stored.s, stored.i, adjustment),
    source: stored.s,
    id: stored.i,
    contentHash: stored.h,
    time: stored.t,
    usageDate,
    bookedMonth: stored.b ?? monthOf(usageDate),
    receivedAt: stored.r,
    keyId: stored.k,
    provider: stored.p,
    model: stored.m,
    requestedModel: stored.q ?? stored.m,
    serviceTier: stored.st ?? "standard",
    speed: stored.sp ?? "standard",
    ...(stored.sl !== undefined && { servingLocation: stored.sl }),
    requests: stored.n ?? 1,
    quantities: readQuantities(stored.u),
    attribution: readAttribution(stored.a),
    costClass: stored.cc,
    tags: stored.g ?? {},
    ...(stored.ri !== undefined && { responseId: stored.ri }),
    charges,
    ...priced(priceStatus, charges),
    priceStatus,
    priceVersion: stored.pv,
    policyStatus: stored.po ?? "ungoverned",
    ...(adjustment && { adjustment }),
  };
}
