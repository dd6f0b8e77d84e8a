import {
  ATTRIBUTION_DIMENSIONS,
  type AttributionDimension,
  type Environment,
  type Purpose,
  UNALLOCATED,
} from "./dimensions.ts";

/** What a sender, or the key it sends with, says of whom an event is for. */
export interface ClaimedAttribution {
  readonly team?: string;
  readonly feature?: string;
  readonly environment?: Environment;
  readonly region?: string;
  readonly customer_tier?: string;
  readonly purpose?: Purpose;
  readonly customer_id?: string;
}

/** Complete: what nobody filled is `unallocated`. */
export interface Attribution {
  readonly team: string;
  readonly feature: string;
  readonly environment: Environment | typeof UNALLOCATED;
  readonly region: string;
  readonly customer_tier: string;
  readonly purpose: Purpose;
  readonly customer_id?: string;
}

/** The attribution that an ingest key carries: a fixed value wins over the event's, a default fills what it lacks. */
export interface KeyAttribution {
  readonly fixed: ClaimedAttribution;
  readonly defaults: ClaimedAttribution;
}

export interface Attributed {
  readonly attribution: Attribution;
  /** Required dimensions that nobody filled; any makes the event unallocated. */
  readonly missing: readonly AttributionDimension[];
  /** Fields in which the event claimed another value than the one its key fixes. The key has won. */
  readonly overridden: readonly (keyof ClaimedAttribution)[];
}

/** Fixed by the key, else claimed by the event, else the key's default, else unallocated. */
export function attribute(claimed: ClaimedAttribution, key: KeyAttribution): Attributed {
  const chosen: ClaimedAttribution = { ...key.defaults, ...claimed, ...key.fixed };
  const overridden = (Object.keys(key.fixed) as (keyof ClaimedAttribution)[]).filter(
    (field) => claimed[field] !== undefined && claimed[field] !== key.fixed[field],
  );
  const missing = ATTRIBUTION_DIMENSIONS.filter((dimension) => chosen[dimension] === undefined);
  return {
    attribution: {
      team: chosen.team ?? UNALLOCATED,
      feature: chosen.feature ?? UNALLOCATED,
      environment: chosen.environment ?? UNALLOCATED,
      region: chosen.region ?? UNALLOCATED,
      customer_tier: chosen.customer_tier ?? UNALLOCATED,
      purpose: chosen.purpose ?? "customer_facing",
      ...(chosen.customer_id !== undefined && { customer_id: chosen.customer_id }),
    },
    missing,
    overridden,
  };
}

/** The required dimensions that are unallocated. */
export function missingDimensions(attribution: Attribution): AttributionDimension[] {
  return ATTRIBUTION_DIMENSIONS.filter((dimension) => attribution[dimension] === UNALLOCATED);
}
