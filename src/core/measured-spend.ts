import type { Period } from "./budget-period.ts";
import type { SpendByClass } from "./budget-state.ts";
import type { Budget } from "./config.ts";
import type { CostClass } from "./dimensions.ts";
import { formatUsd, type PicoUsd, parseUsd, zeroUsd } from "./money.ts";
import { scopeKey } from "./scope-key.ts";
import { decodeDocument, encodeDocument } from "./stored-document.ts";
import type { Instant, UsageDate } from "./time.ts";

/** What a period has cost, as of a run of the pipeline. */
export interface MeasuredPeriod extends Period {
  readonly byClass: SpendByClass;
  readonly asOf: Instant;
}

/** What a budget that is narrowed to customers or tags has spent in the period of the run. */
export interface MeasuredSpend extends MeasuredPeriod {
  readonly budgetId: string;
  /** `narrowedKey` of the budget as it was measured. */
  readonly narrowedTo: string;
  /** The period before, if it ended on the day before the run: usage may still come to it. */
  readonly ended?: MeasuredPeriod;
}

/** As many a query asks for, and so long a list of values does Athena take, apostrophes doubled. */
export const TAGS_MAX = 3;
const parameterCharsMax = 1_000;
/** Each is a query of its own after every run of the pipeline. */
export const LAKE_BUDGETS_MAX = 20;

/** The values as `sql/budget_spend.sql` takes them. No value has a line break in it. */
export function parameterLines(values: readonly string[]): string {
  return `\n${values.join("\n")}\n`;
}

export function isTooLong(values: readonly string[]): boolean {
  return parameterLines(values).replaceAll("'", "''").length > parameterCharsMax;
}

/** All that says which spend is a budget's, as text: the same for budgets of the same spend. */
export function narrowedKey({ scope, customer_id = [], tags = {} }: Budget): string {
  const sorted = (values: readonly string[]) => [...new Set(values)].sort();
  const named = Object.entries(tags).map(([name, values]) => [name, sorted(values)] as const);
  return JSON.stringify([scopeKey(scope), sorted(customer_id), named.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** The stored form, JSON text. */
export function encodeMeasuredSpend({ ended, ...rest }: MeasuredSpend): string {
  return encodeDocument({ ...encoded(rest), ...(ended && { ended: encoded(ended) }) });
}

interface StoredPeriod {
  readonly from: UsageDate;
  readonly to: UsageDate;
  readonly byClass: readonly (readonly [CostClass, string])[];
  readonly asOf: Instant;
}

interface StoredMeasure extends StoredPeriod {
  readonly budgetId: string;
  readonly narrowedTo: string;
  readonly ended?: StoredPeriod;
}

function encoded<T extends MeasuredPeriod>({ byClass, ...rest }: T) {
  return { ...rest, byClass: [...byClass].map(([name, cost]) => [name, formatUsd(cost)]) };
}

function decoded<T extends StoredPeriod>({ byClass, ...rest }: T) {
  return {
    ...rest,
    byClass: new Map(byClass.map(([name, cost]): [CostClass, PicoUsd] => [name, parseUsd(cost) ?? zeroUsd])),
  };
}

export function decodeMeasuredSpend(text: string): MeasuredSpend {
  const { ended, ...rest } = decodeDocument(text) as unknown as StoredMeasure;
  return { ...decoded(rest), ...(ended && { ended: decoded(ended) }) };
}
