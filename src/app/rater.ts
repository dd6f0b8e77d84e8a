import type { CatalogFile, Rater } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import type { Instant } from "#core/time.ts";
import { cachedFor } from "./cached-for.ts";
import type { PriceStore } from "./ports/prices.ts";

export interface RaterDeps {
  /** A provider's file of the catalogue; asked for when an event first needs it. */
  readonly catalog: (provider: string) => CatalogFile | undefined;
  readonly prices: PriceStore;
  readonly clock: () => Instant;
  /** Well below the 60 s after which a new price may hold. */
  readonly cacheTtlMs?: number;
}

const cacheTtlMsByDefault = 10_000;

interface Kept {
  readonly rater: Rater;
  /** Rates are only ever added: how many there are names the list. */
  readonly rates: number;
}

/** The rates in force, compiled: read again every 10 s, made anew when they have changed. */
export const makeRater = ({ catalog, prices, clock, cacheTtlMs = cacheTtlMsByDefault }: RaterDeps) => {
  const cached = cachedFor<Kept>(cacheTtlMs, clock, async (last) => {
    const rates = await prices.list();
    return last?.rates === rates.length ? last : { rater: makeCoreRater(catalog, rates), rates: rates.length };
  });
  return async (): Promise<Rater> => (await cached()).rater;
};
