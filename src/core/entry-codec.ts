import type { Attribution } from "./attribution.ts";
import type { PolicyStatus, PriceStatus, ServiceTier, Speed } from "./dimensions.ts";
import { adjustmentKey, eventKey } from "./event-key.ts";
import type { AdjustmentInfo, Charge, LedgerEntry } from "./ledger-entry.ts";
import { METER_CODES, meterOfCode } from "./meter-codes.ts";
import type { Meter, Quantities } from "./meters.ts";
import {
  addUsd,
  costOf,
  formatUnitPrice,
  formatUsd,
  type PicoUsd,
  parseUnitPrice,
  parseUsd,
  type UnitPrice,
  zeroUsd,
} from "./money.ts";
import { parseStored, type StoredCharge, type StoredEntry } from "./stored-entry.ts";
import { readTrace, storeTrace } from "./stored-trace.ts";
import { monthOf, usageDateOf } from "./time.ts";

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
  if (price === undefined) throw new Error(`${JSON.stringify(text)} is no price`);
  return price;
}

function readUsd(text: string): PicoUsd {
  const amount = parseUsd(text);
  if (amount === undefined) throw new Error(`${JSON.stringify(text)} is no amount`);
  return amount;
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
    w: storeTrace(entry.trace),
    x: entry.senderCost === undefined ? undefined : formatUsd(entry.senderCost),
    j: adjustment && [adjustment.number, adjustment.part, adjustment.requestId, adjustment.reason, adjustment.by],
  };
  return JSON.stringify(stored);
}

function readEntry(text: string): LedgerEntry {
  const stored = parseStored(text);
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
    ...(stored.w !== undefined && { trace: readTrace(stored.w) }),
    ...(stored.x !== undefined && { senderCost: readUsd(stored.x) }),
    ...(adjustment && { adjustment }),
  };
}

/** A stored entry that cannot be read, for people: its event's key, or what its text begins with. */
function nameOf(text: string): string {
  try {
    const { s, i } = JSON.parse(text) as Partial<Record<keyof StoredEntry, unknown>>;
    if (typeof s === "string" && typeof i === "string") return eventKey(s, i);
  } catch {
    // Not even JSON.
  }
  return text.slice(0, 100);
}

/** Reads every version ever stored. Throws on one it does not know, and on one that is damaged, naming it. */
export function decodeEntry(text: string): LedgerEntry {
  try {
    return readEntry(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`stored entry ${nameOf(text)}: ${why}`, { cause });
  }
}
