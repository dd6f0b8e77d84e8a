import type { CatalogModel, CatalogRate, CatalogUplift } from "#core/price-book.ts";
import { commonFactor } from "./decimal.ts";
import type { NamedPrices } from "./named-prices.ts";
import type { CatalogProvider } from "./providers.ts";
import type { LitellmEntry } from "./sources.ts";

/** Multipliers that the sources write: where the model ran, by region or data residency; how fast. */
export function sourceUplifts(provider: CatalogProvider, { litellm, genai }: NamedPrices): CatalogUplift[] {
  const uplifts = litellm === undefined ? [] : litellmUplifts(provider, litellm.entry);
  const fast = genai?.fastFactor;
  if (fast === undefined || uplifts.some(({ speed }) => speed !== undefined)) return uplifts;
  return [...uplifts, { speed: "fast", multiply: fast, page: provider.page }];
}

function litellmUplifts(provider: CatalogProvider, entry: LitellmEntry): CatalogUplift[] {
  const page = entry.source?.startsWith("https://") ? entry.source : provider.page;
  const specific = (entry.provider_specific_entry ?? {}) as Readonly<Record<string, string>>;
  const located = {
    us: specific.us ?? entry.regional_processing_uplift_multiplier_us,
    eu: entry.regional_processing_uplift_multiplier_eu,
    regional: entry.regional_endpoint_uplift_multiplier,
  };
  const uplifts: CatalogUplift[] = Object.entries(located).flatMap(([serving_location, multiply]) =>
    typeof multiply === "string" ? [{ serving_location, multiply: plain(multiply), page }] : [],
  );
  if (specific.fast !== undefined) uplifts.push({ speed: "fast", multiply: plain(specific.fast), page });
  return uplifts;
}

function plain(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/**
 * Uplifts that stand in the list itself: every rate of "eu.X" is the same multiple of X's. They serve events that name
 * X and where it ran; the name "eu.X" has its own card.
 */
export function locationUplifts(
  provider: CatalogProvider,
  models: ReadonlyMap<string, CatalogModel>,
): Map<string, CatalogModel> {
  const result = new Map<string, CatalogModel>();
  for (const [name, model] of models) {
    const uplifts = provider.locations.flatMap((prefix) => {
      const multiply = factorOf(model, models.get(`${prefix}${name}`));
      const serving_location = prefix.slice(0, -1);
      return multiply === undefined || multiply === "1" ? [] : [{ serving_location, multiply, page: provider.page }];
    });
    const cards = model.cards.map((card) =>
      uplifts.length === 0 ? card : { ...card, uplifts: [...(card.uplifts ?? []), ...uplifts] },
    );
    result.set(name, { ...model, cards });
  }
  return result;
}

function factorOf(model: CatalogModel, located: CatalogModel | undefined): string | undefined {
  const [rates, others] = [model.cards.at(-1)?.rates ?? [], located?.cards.at(-1)?.rates ?? []];
  const pairs = rates.flatMap((rate) => {
    const other = others.find((candidate) => samePlace(candidate, rate));
    return other === undefined || !rate.meter.endsWith("_tokens")
      ? []
      : [{ base: rate.usd_per_million, other: other.usd_per_million }];
  });
  return commonFactor(pairs);
}

function samePlace(a: CatalogRate, b: CatalogRate): boolean {
  return a.meter === b.meter && a.tier === b.tier && a.above === b.above;
}
