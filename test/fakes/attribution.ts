import type { Attribution } from "#core/attribution.ts";

/** Complete: of a paying customer in production, unless told otherwise. */
export function attributionFrom(changes: Partial<Attribution>): Attribution {
  return {
    team: "search",
    feature: "answers",
    environment: "production",
    region: "emea",
    customer_tier: "pro",
    purpose: "customer_facing",
    ...changes,
  };
}
