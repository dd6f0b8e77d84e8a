import type { CatalogCard } from "#core/price-book.ts";
import { mergeRates } from "./merge-rates.ts";
import type { NamedPrices } from "./named-prices.ts";
import { RateSheet } from "./rate-sheet.ts";

interface Vocabularies {
  readonly litellm: ReadonlySet<string>;
  readonly genai: ReadonlySet<string>;
}

/**
 * The model's cards. LiteLLM knows the present only: its rates are compared with the card in force today; in a card of
 * another time they stand only where genai-prices says nothing of the meter's tier at any time.
 */
export function buildCards({ litellm, genai }: NamedPrices, words: Vocabularies, today: string): CatalogCard[] {
  const present = litellm && { sheet: litellm.sheet, vocabulary: words.litellm };
  if (genai === undefined)
    return present === undefined ? [] : withRates([{ from: null, rates: mergeRates(present, undefined) }]);
  const current = genai.sheets.findLast(({ from }) => from === null || from <= today);
  const lasting = litellm && { sheet: undatedRates(litellm.sheet, current?.sheet), vocabulary: new Set<string>() };
  return withRates(
    genai.sheets.map(({ from, sheet }) => {
      const dated = { sheet, vocabulary: words.genai };
      return { from, rates: sheet === current?.sheet ? mergeRates(present, dated) : mergeRates(lasting, dated) };
    }),
  );
}

/** LiteLLM's rates of meters and tiers that genai-prices does not price. */
function undatedRates(litellm: RateSheet, genai: RateSheet | undefined): RateSheet {
  const undated = new RateSheet();
  const priced = genai?.entries().map(({ place }) => place) ?? [];
  for (const { place, usd } of litellm.entries()) {
    const known = priced.some(({ meter }) => meter === place.meter);
    if (!known && place.tier === "standard") undated.set(place, usd);
  }
  return undated;
}

function withRates(cards: readonly CatalogCard[]): CatalogCard[] {
  return cards.filter(({ rates }) => rates.length > 0);
}
