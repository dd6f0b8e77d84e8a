import type { AttributionTrace, ClaimedAttribution } from "./attribution.ts";
import type { StoredTrace } from "./stored-entry.ts";

type Field = keyof ClaimedAttribution;
type ByField = Readonly<Partial<Record<Field, string>>>;

/** Never changed: stored entries are full of them. */
const codes: Readonly<Record<Field, string>> = {
  team: "t",
  feature: "f",
  environment: "e",
  region: "r",
  customer_tier: "c",
  purpose: "p",
  customer_id: "i",
};
const fields = Object.entries(codes) as [Field, string][];

function store(byField: ByField | undefined): Readonly<Record<string, string>> | undefined {
  if (byField === undefined) return undefined;
  return Object.fromEntries(Object.entries(byField).map(([field, value]) => [codes[field as Field], value]));
}

function read(byCode: Readonly<Record<string, string>>): ByField {
  const found = fields.filter(([, code]) => byCode[code] !== undefined);
  return Object.fromEntries(found.map(([field, code]) => [field, byCode[code]]));
}

/** Undefined for none, and for one that says nothing. */
export function storeTrace(trace: AttributionTrace | undefined): StoredTrace | undefined {
  if (trace === undefined || Object.values(trace).every((part) => part === undefined)) return undefined;
  const stored: { readonly [K in keyof StoredTrace]: StoredTrace[K] | undefined } = {
    f: store(trace.filledBy),
    o: store(trace.overridden),
    a: store(trace.aliased),
    u: store(trace.unregistered),
    p: trace.policy,
    c: trace.coveredBy,
    g: trace.isGuessed && 1,
  };
  return stored as StoredTrace;
}

export function readTrace({ f, o, a, u, p, c, g }: StoredTrace): AttributionTrace {
  return {
    ...(f && { filledBy: read(f) }),
    ...(o && { overridden: read(o) }),
    ...(a && { aliased: read(a) }),
    ...(u && { unregistered: read(u) }),
    ...(p !== undefined && { policy: p }),
    ...(c !== undefined && { coveredBy: c }),
    ...(g === 1 && { isGuessed: true as const }),
  };
}
