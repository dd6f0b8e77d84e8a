import type { Attribution } from "./attribution.ts";
import type { CostClassRow, CostClassTable } from "./config.ts";
import type { CostClass } from "./dimensions.ts";
import { compilePatterns } from "./pattern.ts";
import type { UsageDate } from "./time.ts";

export type Classify = (attribution: Attribution, usageDate: UsageDate) => CostClass;

/**
 * The default table: production and customer-facing is cost of goods sold, internal use is general and
 * administrative, all else is research and development.
 */
function defaultClassOf({ environment, purpose }: Attribution): CostClass {
  if (purpose === "internal") return "g_and_a";
  if (environment === "production" && purpose === "customer_facing") return "cogs";
  return "rnd";
}

function isOf({ environment, purpose, customer_tier, feature }: CostClassRow): (attribution: Attribution) => boolean {
  const isTier = customer_tier && compilePatterns(customer_tier);
  const isFeature = feature && compilePatterns(feature);
  return (by) =>
    (environment === undefined || environment.includes(by.environment)) &&
    (purpose === undefined || purpose.includes(by.purpose)) &&
    (isTier === undefined || isTier(by.customer_tier)) &&
    (isFeature === undefined || isFeature(by.feature));
}

/** The table in force on the usage day, its first row that matches; the default table where there is neither. */
export function compileCostClasses(tables: readonly CostClassTable[]): Classify {
  if (tables.length === 0) return defaultClassOf;
  const latestFirst = tables
    .toSorted((a, b) => Number(a.from < b.from) - Number(a.from > b.from))
    .map(({ from, rows }) => ({ from, rows: rows.map((row) => ({ isOf: isOf(row), costClass: row.cost_class })) }));
  return (attribution, usageDate) => {
    const rows = latestFirst.find(({ from }) => from <= usageDate)?.rows;
    return rows?.find((row) => row.isOf(attribution))?.costClass ?? defaultClassOf(attribution);
  };
}
