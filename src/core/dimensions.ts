/** The dimensions that every event must be attributed to. */
export const ATTRIBUTION_DIMENSIONS = ["team", "feature", "environment", "region", "customer_tier"] as const;
export type AttributionDimension = (typeof ATTRIBUTION_DIMENSIONS)[number];

/** The dimensions of a spend cell, in the order of its key. The columns of `cost_daily` are compared with this list. */
export const SPEND_DIMENSIONS = [
  ...ATTRIBUTION_DIMENSIONS,
  "cost_class",
  "provider",
  "model",
  "service_tier",
  "price_status",
  "policy_status",
] as const;
export type SpendDimension = (typeof SPEND_DIMENSIONS)[number];

/** The value of an attribution dimension that nobody has filled. No sender may use it. */
export const UNALLOCATED = "unallocated";

export const ENVIRONMENTS = ["development", "staging", "production"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

export const PURPOSES = ["customer_facing", "internal", "evaluation", "experiment"] as const;
export type Purpose = (typeof PURPOSES)[number];

export const COST_CLASSES = ["cogs", "rnd", "sales_marketing", "g_and_a"] as const;
export type CostClass = (typeof COST_CLASSES)[number];

export const SERVICE_TIERS = ["standard", "batch", "flex", "priority", "provisioned"] as const;
export type ServiceTier = (typeof SERVICE_TIERS)[number];

export const SPEEDS = ["standard", "fast"] as const;
export type Speed = (typeof SPEEDS)[number];

export const PRICE_STATUSES = ["priced", "estimated", "unpriced"] as const;
export type PriceStatus = (typeof PRICE_STATUSES)[number];

export const POLICY_STATUSES = ["ungoverned", "approved", "unapproved"] as const;
export type PolicyStatus = (typeof POLICY_STATUSES)[number];
