import type { CatalogFile, Rater } from "#core/price-book.ts";
import { makeCoreRater } from "#core/rate-event.ts";
import type { Instant } from "#core/time.ts";
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
  readonly readAt: Instant;
  /** Rates are only ever added: how many there are names the list. */
  readonly rates: number;
}

/** The rates in force, compiled: read again every 10 s, made anew when they have changed. */
export const makeRater = ({ catalog, prices, clock, cacheTtlMs = cacheTtlMsByDefault }: RaterDeps) => {
  let kept: Kept | undefined;
  let reading: Promise<Rater> | undefined;

  const read = async (): Promise<Rater> => {
    const readAt = clock();
    const rates = await prices.list();
    const rater = kept?.rates === rates.length ? kept.rater : makeCoreRater(catalog, rates);
    kept = { rater, readAt, rates: rates.length };
    return rater;
  };

  return async (): Promise<Rater> => {
    const now = clock();
    if (kept && now >= kept.readAt && now - kept.readAt < cacheTtlMs) return kept.rater;
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
};
