import {
  ATTRIBUTION_DIMENSIONS,
  type AttributionDimension,
  type Environment,
  type Purpose,
  UNALLOCATED,
} from "./dimensions.ts";

/** What a key, or a person who corrects, says of whom usage is for. */
export interface ClaimedAttribution {
  readonly team?: string;
  readonly feature?: string;
  readonly environment?: Environment;
  readonly region?: string;
  readonly customer_tier?: string;
  readonly purpose?: Purpose;
  readonly customer_id?: string;
}

/** What an event says: its environment in any spelling, which attributing resolves. */
export interface EventAttribution extends Omit<ClaimedAttribution, "environment"> {
  readonly environment?: string;
}

type ByDimension = Readonly<Partial<Record<keyof ClaimedAttribution, string>>>;
type ValueByDimension = Omit<ByDimension, "customer_id">;

/**
 * How an attribution came about, where it was not simply as sent. Parts without content are left out. No customer's id
 * is ever in it: erasing a customer leaves it as it is.
 */
export interface AttributionTrace {
  /** The id of the rule that filled a dimension. */
  readonly filledBy?: ByDimension;
  /** What the event said where its key allows only another value. */
  readonly overridden?: ValueByDimension;
  /** What was sent where an alias was resolved. */
  readonly aliased?: ValueByDimension;
  /** What was sent where a strict dimension does not know it. */
  readonly unregistered?: ValueByDimension;
  /** The id of the model policy that decided, or "unlisted". */
  readonly policy?: string;
  /** The id of the fixed cost that pays for it. */
  readonly coveredBy?: string;
  /** The sender guessed the quantities: what rates them again must know. */
  readonly isGuessed?: true;
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

/** What the key that usage is sent with decides of its attribution. */
export interface Sender {
  readonly keyId: string;
  readonly attribution: KeyAttribution;
  /** The only teams that it may book to; left out: all. */
  readonly teams?: readonly string[];
}

/** The required dimensions that are unallocated. */
export function missingDimensions(attribution: Attribution): readonly AttributionDimension[] {
  return ATTRIBUTION_DIMENSIONS.filter((dimension) => attribution[dimension] === UNALLOCATED);
}
