import { compilePeriods, type PricePeriod } from "./compile-card.ts";
import type { CatalogCard, CatalogFile, NegotiatedRate } from "./price-book.ts";
import { makeResolveModel, type ResolvedModel, type ResolveModel } from "./resolve-catalog-model.ts";
import { resolveProvider } from "./resolve-provider.ts";

/** A model as it was asked for, and its prices: none when nobody publishes or negotiated any. */
export interface PricedModel {
  readonly provider: string;
  readonly model: string;
  /** The latest first. */
  readonly periods: readonly PricePeriod[];
}

type FindModel = (provider: string, model: string) => PricedModel;

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

/** A rate is of the model that its names mean now: what was set before the catalogue renamed the model still holds. */
function withTodaysNames(rate: NegotiatedRate, resolveModel: ResolveModel): NegotiatedRate {
  const known = resolveProvider(rate.provider);
  if (known === undefined) return rate;
  if (rate.model === "*") return { ...rate, provider: known };
  const { provider, model } = resolveModel(rate.provider, rate.model);
  return { ...rate, provider, model };
}

/** Finds a model once by each name that it is asked for by, and compiles its cards once. */
export function makePricedModels(
  catalog: (provider: string) => CatalogFile | undefined,
  negotiated: readonly NegotiatedRate[],
): FindModel {
  const resolveModel = makeResolveModel(catalog);
  const compiled = new Map<readonly CatalogCard[], PricedModel>();
  let named: readonly NegotiatedRate[] | undefined;
  const price = ({ provider, model, cards }: ResolvedModel): PricedModel => {
    named ??= negotiated.map((rate) => withTodaysNames(rate, resolveModel));
    const rates = named.filter((rate) => rate.provider === provider && (rate.model === "*" || rate.model === model));
    return { provider, model, periods: compilePeriods(provider, model, cards, rates) };
  };
  return remembered((sentProvider, sentModel) => {
    const resolved = resolveModel(sentProvider, sentModel);
    const known = compiled.get(resolved.cards);
    if (known !== undefined) return known;
    const priced = price(resolved);
    if (resolved.cards.length > 0) compiled.set(resolved.cards, priced);
    return priced;
  });
}
