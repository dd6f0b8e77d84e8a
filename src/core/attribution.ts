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

const noFields: readonly never[] = [];

/** Fixed by the key, else claimed by the event, else the key's default, else unallocated. */
export function attribute(claimed: ClaimedAttribution, { fixed, defaults }: KeyAttribution): Attributed {
  const known: Attribution = {
    team: fixed.team ?? claimed.team ?? defaults.team ?? UNALLOCATED,
    feature: fixed.feature ?? claimed.feature ?? defaults.feature ?? UNALLOCATED,
    environment: fixed.environment ?? claimed.environment ?? defaults.environment ?? UNALLOCATED,
    region: fixed.region ?? claimed.region ?? defaults.region ?? UNALLOCATED,
    customer_tier: fixed.customer_tier ?? claimed.customer_tier ?? defaults.customer_tier ?? UNALLOCATED,
    purpose: fixed.purpose ?? claimed.purpose ?? defaults.purpose ?? "customer_facing",
  };
  const customer_id = fixed.customer_id ?? claimed.customer_id ?? defaults.customer_id;
  const attribution = customer_id === undefined ? known : { ...known, customer_id };
  return {
    attribution,
    missing: missingDimensions(attribution),
    overridden: overriddenFields(claimed, fixed),
  };
}

function overriddenFields(claimed: ClaimedAttribution, fixed: ClaimedAttribution): Attributed["overridden"] {
  const fields = Object.keys(fixed) as (keyof ClaimedAttribution)[];
  return fields.length === 0
    ? noFields
    : fields.filter((field) => claimed[field] !== undefined && claimed[field] !== fixed[field]);
}

/** The required dimensions that are unallocated. */
export function missingDimensions(attribution: Attribution): readonly AttributionDimension[] {
  return ATTRIBUTION_DIMENSIONS.filter((dimension) => attribution[dimension] === UNALLOCATED);
}
