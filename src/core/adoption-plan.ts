import { nextMonth } from "./drivers/plan-months.ts";
import type { FieldError } from "./field-error.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";
import type { Instant, Month } from "./time.ts";

/** What a plan counts. Whatever it is, it takes the place of active customers. */
export const ADOPTION_KINDS = ["active_customers", "expected_customers", "seats", "signups"] as const;
export type AdoptionKind = (typeof ADOPTION_KINDS)[number];

export interface AdoptionRow {
  readonly feature: string;
  readonly month: Month;
  readonly customers: number;
}

/** How many customers somebody expects a feature to have, by month: it wins over what usage suggests. */
export interface AdoptionPlan {
  readonly id: string;
  readonly kind: AdoptionKind;
  /** By feature and month. */
  readonly rows: readonly AdoptionRow[];
  readonly setBy: string;
  readonly setAt: Instant;
}

/** Of a plan: with what changed and what stands, it fits into an entry of the audit log. */
export const adoptionRowsMax = 500;

/** Injective. */
export const adoptionKey = (feature: string, month: string) => JSON.stringify([feature, month]);

/** Months that lie between others of the same feature and are not there: nobody knows what was meant. */
function missingMonths(feature: string, months: readonly Month[]): string[] {
  const there = new Set(months);
  const [first, ...rest] = [...there].sort();
  const last = rest.at(-1);
  const missing: string[] = [];
  for (let month = first; month !== undefined && last !== undefined && month < last; month = nextMonth(month)) {
    if (!there.has(month)) missing.push(month);
    // A plan has no more months than rows: what is missing by more is a slip in a year.
    if (missing.length > adoptionRowsMax) break;
  }
  return missing.length === 0
    ? []
    : [`${feature}: ${missing.slice(0, 12).join(", ")}${missing.length > 12 ? "…" : ""}`];
}

/** What is wrong with the rows of a plan, each by its place. */
export function adoptionPlanErrors(rows: readonly AdoptionRow[]): FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [place, { feature, month }] of rows.entries()) {
    const key = adoptionKey(feature, month);
    const found = `${feature} in ${month}, a second time`;
    if (seen.has(key)) errors.push({ path: `rows[${place}]`, found, wanted: "each feature once a month" });
    seen.add(key);
  }
  const byFeature = Map.groupBy(rows, ({ feature }) => feature);
  const missing = [...byFeature].flatMap(([feature, ofIt]) =>
    missingMonths(
      feature,
      ofIt.map(({ month }) => month),
    ),
  );
  const wanted = "every month from a feature's first to its last";
  return [...errors, ...missing.map((text): FieldError => ({ path: "rows", found: `no row of ${text}`, wanted }))];
}

export function encodeAdoptionPlan(plan: AdoptionPlan): string {
  return encodeDocument(plan);
}

export function decodeAdoptionPlan(text: string): AdoptionPlan {
  return decodeDocument(text) as unknown as AdoptionPlan;
}
