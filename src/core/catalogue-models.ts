import type { ModelName } from "./approved-models.ts";
import { thresholdsOf } from "./list-rate.ts";
import type { CatalogFile } from "./price-book.ts";
import { PROVIDERS } from "./resolve-provider.ts";

/** All that is published. */
export interface Catalogue {
  /** Every model under its own name. */
  readonly models: readonly ModelName[];
  /** The sizes of input at which any model's price changes. */
  readonly thresholds: readonly number[];
}

/** Reads all files of the catalogue. */
export function wholeCatalogue(catalog: (provider: string) => CatalogFile | undefined): Catalogue {
  const published = PROVIDERS.flatMap((provider) =>
    Object.entries(catalog(provider)?.models ?? {}).map(([model, { cards }]) => ({ provider, model, cards })),
  );
  const thresholds = published.flatMap(({ cards }) => cards.flatMap(thresholdsOf));
  return {
    models: published.map(({ provider, model }) => ({ provider, model })),
    thresholds: [...new Set(thresholds)].sort((a, b) => a - b),
  };
}
