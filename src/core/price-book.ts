import type { ServiceTier, Speed } from "./dimensions.ts";
import type { Charge } from "./ledger-entry.ts";
import type { Meter } from "./meters.ts";
import type { PicoUsd } from "./money.ts";
import type { UsageEvent } from "./usage-event.ts";

/** The shape of `catalog/<provider>.json`. Prices are decimal strings of USD per million units. */
export interface CatalogFile {
  /** OpenTelemetry's name of the provider; the file is named after it. */
  readonly provider: string;
  /** Name and version of each public source. */
  readonly sources: Readonly<Record<string, string>>;
  /** By the model's canonical name. */
  readonly models: Readonly<Record<string, CatalogModel>>;
}

export interface CatalogModel {
  /** Other published names of exactly this model at exactly these prices: snapshots, prefixed and dated names. */
  readonly aliases?: readonly string[];
  /** Oldest first; the last one whose `from` is not after the event's time holds. */
  readonly cards: readonly CatalogCard[];
}

export interface CatalogCard {
  /** RFC 3339 day (UTC) from which it holds; null: since always. */
  readonly from: string | null;
  /** True where a bracket begins at its threshold (xAI) and not above it. */
  readonly brackets_inclusive?: true;
  readonly rates: readonly CatalogRate[];
  readonly uplifts?: readonly CatalogUplift[];
}

export interface CatalogRate {
  readonly meter: Meter;
  readonly tier: ServiceTier;
  /** Whole input tokens above which (or at which) this rate moves every meter of the call; 0 for the base rate. */
  readonly above: number;
  readonly usd_per_million: string;
  /** "both" when two sources give this price; else the one that does. */
  readonly source: string;
  /** Where the sources differ: what each gives. `usd_per_million` is the one in use. */
  readonly disputed?: Readonly<Record<string, string>>;
}

/** Where the model ran or how fast multiplies the price of every token of the call. */
export interface CatalogUplift {
  /** In lower case; "regional" is every named place but "global". */
  readonly serving_location?: string;
  readonly speed?: Speed;
  /** A decimal string: "1.1". */
  readonly multiply: string;
  /** The page it comes from. */
  readonly page: string;
}

/** The company's own price of a meter. It wins over list while it holds. */
export interface NegotiatedRate {
  readonly provider: string;
  /** Canonical name, or "*" for every model of the provider. */
  readonly model: string;
  readonly meter: Meter | "*";
  readonly tier: ServiceTier | "*";
  /** Exactly one of the two: USD per million units, or the discount on list in percent ("12.5"). */
  readonly usd_per_million?: string;
  readonly discount_percent?: string;
  /** First UTC day on which it holds. */
  readonly from: string;
  /** Last UTC day on which it holds, or null. */
  readonly to: string | null;
  readonly note?: string;
}

export const PRICE_WARNINGS = [
  "disputed_rate",
  "single_source_rate",
  "estimated_tier",
  "estimated_meter",
  "estimated_bracket",
] as const;
export type PriceWarning = (typeof PRICE_WARNINGS)[number];

/** What rating makes of an event. */
export interface Rated {
  readonly provider: string;
  readonly model: string;
  readonly charges: readonly Charge[];
  /** Null when unpriced: then there are no charges. */
  readonly listCost: PicoUsd | null;
  readonly cost: PicoUsd | null;
  readonly priceStatus: "priced" | "estimated" | "unpriced";
  readonly priceVersion: string;
  readonly warnings: readonly PriceWarning[];
  /** Unpriced because nobody publishes or has negotiated any price of the model, whatever the meter. */
  readonly modelUnknown?: true;
}

/** The rates in force: the catalogue with the company's own prices on top. */
export type Rater = (event: UsageEvent) => Rated;
