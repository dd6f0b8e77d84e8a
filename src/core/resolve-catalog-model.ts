import type { CatalogCard, CatalogFile } from "./price-book.ts";
import { indexModels, type ModelIndex, providerPrefix } from "./resolve-model.ts";
import { possibleProviders } from "./resolve-provider.ts";

/** What a sent pair of provider and model names. */
export interface ResolvedModel {
  readonly provider: string;
  /** The catalogue's name of it; as sent where the catalogue has none. */
  readonly model: string;
  /** None: nobody publishes the model. */
  readonly cards: readonly CatalogCard[];
}

export type ResolveModel = (provider: string, model: string) => ResolvedModel;

interface Book {
  readonly file: CatalogFile | undefined;
  readonly find: ModelIndex;
}

/**
 * The providers in whose files to look, in order: those that were named, of two possible ones that of the model's
 * prefix first. A gateway or an unknown provider leaves it to the prefix alone.
 */
function placesToLook(named: readonly string[], model: string): readonly string[] {
  const prefix = providerPrefix(model);
  if (prefix === undefined) return named;
  return named.length === 0 || named.includes(prefix) ? [prefix, ...named] : named;
}

/** The one way from a sent name to a model of the catalogue: for usage, and for the company's own prices. */
export function makeResolveModel(catalog: (provider: string) => CatalogFile | undefined): ResolveModel {
  const books = new Map<string, Book>();
  const bookOf = (provider: string): Book => {
    const known = books.get(provider);
    if (known !== undefined) return known;
    const file = catalog(provider);
    const book = { file, find: file ? indexModels(file) : () => undefined };
    books.set(provider, book);
    return book;
  };
  return (sentProvider, sentModel) => {
    const named = possibleProviders(sentProvider);
    // A gateway's own name may stand before the provider's: openrouter/anthropic/…
    const ownPrefix = named.length === 0 && sentModel.startsWith(`${sentProvider}/`);
    const name = ownPrefix ? sentModel.slice(sentProvider.length + 1) : sentModel;
    const places = placesToLook(named, name);
    for (const anyCase of [false, true]) {
      for (const provider of places) {
        const { file, find } = bookOf(provider);
        const model = find(name, anyCase);
        if (model !== undefined) return { provider, model, cards: file?.models[model]?.cards ?? [] };
      }
    }
    return { provider: named[0] ?? sentProvider, model: sentModel, cards: [] };
  };
}
