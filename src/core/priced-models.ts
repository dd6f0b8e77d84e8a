import { compilePeriods, type PricePeriod } from "./compile-card.ts";
import type { CatalogCard, CatalogFile, NegotiatedRate } from "./price-book.ts";
import { indexModels, type ModelIndex, providerPrefix } from "./resolve-model.ts";
import { possibleProviders, resolveProvider } from "./resolve-provider.ts";

/** A model as it was asked for, and its prices: none when nobody publishes or negotiated any. */
export interface PricedModel {
  readonly provider: string;
  readonly model: string;
  /** The latest first. */
  readonly periods: readonly PricePeriod[];
}

type FindModel = (provider: string, model: string) => PricedModel;

interface Book {
  readonly file: CatalogFile | undefined;
  readonly find: ModelIndex;
  readonly compiled: Map<string, PricedModel>;
}

/** Bounds what senders of random names can make us keep. */
const namesMax = 20_000;

/** Remembers the answers; forgets them all when there are too many. */
function remembered(find: FindModel): FindModel {
  const answers = new Map<string, Map<string, PricedModel>>();
  let count = 0;
  return (provider, model) => {
    const known = answers.get(provider)?.get(model);
    if (known !== undefined) return known;
    if (count++ >= namesMax) {
      answers.clear();
      count = 1;
    }
    const found = find(provider, model);
    answers.set(provider, (answers.get(provider) ?? new Map<string, PricedModel>()).set(model, found));
    return found;
  };
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

/** Finds a model once by each name that it is asked for by, and compiles its cards once. */
export function makePricedModels(
  catalog: (provider: string) => CatalogFile | undefined,
  negotiated: readonly NegotiatedRate[],
): FindModel {
  const books = new Map<string, Book>();
  const bookOf = (provider: string): Book => {
    const known = books.get(provider);
    if (known !== undefined) return known;
    const file = catalog(provider);
    const book = { file, find: file ? indexModels(file) : () => undefined, compiled: new Map() };
    books.set(provider, book);
    return book;
  };
  const price = (provider: string, model: string, cards: readonly CatalogCard[]): PricedModel => {
    const rates = negotiated.filter(
      (rate) =>
        (resolveProvider(rate.provider) ?? rate.provider) === provider && (rate.model === "*" || rate.model === model),
    );
    return { provider, model, periods: compilePeriods(provider, model, cards, rates) };
  };
  return remembered((sentProvider, sentModel) => {
    const named = possibleProviders(sentProvider);
    // A gateway's own name may stand before the provider's: openrouter/anthropic/…
    const ownPrefix = named.length === 0 && sentModel.startsWith(`${sentProvider}/`);
    const name = ownPrefix ? sentModel.slice(sentProvider.length + 1) : sentModel;
    for (const provider of placesToLook(named, name)) {
      const book = bookOf(provider);
      const model = book.find(name);
      if (model === undefined) continue;
      const found = book.compiled.get(model) ?? price(provider, model, book.file?.models[model]?.cards ?? []);
      book.compiled.set(model, found);
      return found;
    }
    return price(named[0] ?? sentProvider, sentModel, []);
  });
}
