import type { Attribution } from "./attribution.ts";
import type { CostClass, PolicyStatus, PriceStatus, Purpose, ServiceTier, Speed } from "./dimensions.ts";
import type { AdjustmentPart } from "./event-key.ts";
import type { Instant, Month, UsageDate } from "./time.ts";

/** Meter code, quantity, list price, price (0 when it is the list price), 1 if estimated + 2 if disputed. */
export type StoredCharge = readonly [string, number, string, string | 0, number];

type ByCode = Readonly<Record<string, string>>;

export interface StoredTrace {
  readonly f?: ByCode;
  readonly o?: ByCode;
  readonly a?: ByCode;
  readonly u?: ByCode;
  readonly p?: string;
  readonly c?: string;
  /** The quantities were guessed. */
  readonly g?: 1;
}

/**
 * An entry as it is stored: short names, and nothing that follows from the rest (the key, the costs). So it normally
 * fits one DynamoDB write unit of 1,024 bytes. A field with a default is absent when it has it; the defaults belong
 * to version 1 and never change.
 */
export interface StoredEntry {
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
  /** trace: filledBy, overridden, aliased, unregistered, by dimension code; policy, coveredBy; default: none */
  readonly w?: StoredTrace;
  /** senderCost, a decimal string */
  readonly x?: string;
  /** adjustment: number, part, requestId, reason, by */
  readonly j?: readonly [number, AdjustmentPart, string, string, string];
}

type Shape = readonly [want: string, holds: (value: unknown) => boolean];

const isText = (value: unknown) => typeof value === "string";
const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const text: Shape = ["text", isText];
const wholeNumber: Shape = ["a whole number", Number.isSafeInteger];
const record: Shape = ["an object", isRecord];
const attribution: Shape = [
  "6 or 7 texts",
  (value) => isList(value) && (value.length === 6 || value.length === 7) && value.every(isText),
];

function isCharge(value: unknown): boolean {
  if (!isList(value) || value.length !== 5) return false;
  const [code, quantity, listPrice, price, flags] = value;
  const isPrice = price === 0 || isText(price);
  return isText(code) && Number.isSafeInteger(quantity) && isText(listPrice) && isPrice && Number.isInteger(flags);
}
const charges: Shape = ["charges", (value) => isList(value) && value.every(isCharge)];

function isTracePart(part: string, found: unknown): boolean {
  if (part === "g") return found === 1;
  return "foau".includes(part) ? isRecord(found) && Object.values(found as object).every(isText) : isText(found);
}

const trace: Shape = [
  "a trace",
  (value) => isRecord(value) && Object.entries(value as object).every(([part, found]) => isTracePart(part, found)),
];

const adjustment: Shape = [
  "an adjustment",
  (value) =>
    isList(value) &&
    value.length === 5 &&
    Number.isSafeInteger(value[0]) &&
    value.slice(1).every((part) => isText(part)),
];

const required: Readonly<Record<string, Shape>> = {
  ...{ s: text, i: text, h: text, t: wholeNumber, r: wholeNumber, k: text, p: text, m: text },
  ...{ u: record, a: attribution, cc: text, pv: text },
};
const optional: Readonly<Record<string, Shape>> = {
  ...{ d: text, b: text, q: text, st: text, sp: text, sl: text, n: wholeNumber, g: record, ri: text },
  ...{ c: charges, ps: text, po: text, w: trace, x: text, j: adjustment },
};
const shapes = [
  ...Object.entries(required).map(([field, shape]) => ({ field, shape, isOptional: false })),
  ...Object.entries(optional).map(([field, shape]) => ({ field, shape, isOptional: true })),
];

function expectShape(field: string, value: unknown, [want, holds]: Shape): void {
  if (!holds(value)) throw new Error(`${field} is ${JSON.stringify(value)}, want ${want}`);
}

/** The stored form in this text; throws, naming the field, when it has not its shape. Values are not judged. */
export function parseStored(stored: string): StoredEntry {
  const found: unknown = JSON.parse(stored);
  if (!isRecord(found)) throw new Error("it is no object");
  const fields = found as Readonly<Record<string, unknown>>;
  if (fields.v !== 1) throw new Error(`version ${JSON.stringify(fields.v)} is unknown, 1 is wanted`);
  for (const { field, shape, isOptional } of shapes) {
    if (fields[field] !== undefined || !isOptional) expectShape(field, fields[field], shape);
  }
  for (const [code, quantity] of Object.entries(fields.u as object)) expectShape(`u.${code}`, quantity, wholeNumber);
  return found as StoredEntry;
}
