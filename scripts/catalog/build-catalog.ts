import type { CatalogFile, CatalogModel } from "#core/price-book.ts";
import { buildCards } from "./build-cards.ts";
import { gatherAliases } from "./gather-aliases.ts";
import { vocabularyOf } from "./merge-rates.ts";
import { namedPrices } from "./named-prices.ts";
import type { CatalogProvider } from "./providers.ts";
import type { PriceSources } from "./sources.ts";
import { locationUplifts, sourceUplifts } from "./uplifts.ts";

/** `today` is the UTC day of the reading: LiteLLM's undated prices are compared with the card in force then. */
export function buildCatalog(provider: CatalogProvider, sources: PriceSources, today: string): CatalogFile {
  const names = namedPrices(provider, sources, today);
  const litellm = vocabularyOf([...names.values()].flatMap((prices) => prices.litellm?.sheet ?? []));
  const genai = vocabularyOf(
    [...names.values()].flatMap((prices) => prices.genai?.sheets.map(({ sheet }) => sheet) ?? []),
  );
  const models = new Map<string, CatalogModel>();
  for (const [name, prices] of names) {
    const cards = buildCards(prices, { litellm, genai }, today).map((card) => ({
      ...card,
      ...(provider.bracketsInclusive &&
        card.rates.some(({ above }) => above > 0) && { brackets_inclusive: true as const }),
    }));
    if (cards.length === 0) continue;
    const uplifts = sourceUplifts(provider, prices);
    models.set(name, { cards: uplifts.length === 0 ? cards : cards.map((card) => ({ ...card, uplifts })) });
  }
  const located = locationUplifts(provider, models);
  return {
    provider: provider.name,
    sources: sources.versions,
    models: gatherAliases(located, (name) => {
      const prices = names.get(name);
      return { inLitellm: prices?.litellm !== undefined, genaiId: prices?.genai?.modelId };
    }),
  };
}
