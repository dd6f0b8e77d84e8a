import type { Attribution } from "./attribution.ts";
import type { CostClass } from "./dimensions.ts";

/**
 * The default table: production and customer-facing is cost of goods sold, internal use is general and
 * administrative, all else is research and development.
 */
export function costClassOf(attribution: Attribution): CostClass {
  if (attribution.purpose === "internal") return "g_and_a";
  if (attribution.environment === "production" && attribution.purpose === "customer_facing") return "cogs";
  return "rnd";
}
