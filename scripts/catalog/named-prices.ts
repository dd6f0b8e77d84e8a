import { findModel, publishedNames } from "./genai-models.ts";
import { type DatedSheet, fastFactor, genaiSheets } from "./genai-rates.ts";
import { isLitellmKey, litellmModels } from "./litellm-names.ts";
import { litellmSheet } from "./litellm-rates.ts";
import type { CatalogProvider } from "./providers.ts";
import { isFree, type RateSheet } from "./rate-sheet.ts";
import type { GenaiProvider, LitellmEntry, PriceSources } from "./sources.ts";

/** What the two sources say of one published name. */
export interface NamedPrices {
  readonly litellm?: { readonly entry: LitellmEntry; readonly sheet: RateSheet };
  readonly genai?: {
    readonly modelId: string;
    readonly sheets: readonly DatedSheet[];
    readonly fastFactor: string | undefined;
  };
}

/** Every name that a source publishes, and its prices in both. */
export function namedPrices(provider: CatalogProvider, sources: PriceSources, today: string): Map<string, NamedPrices> {
  const names = new Map<string, NamedPrices>();
  const genai = sources.genai_providers.find(({ id }) => id === provider.genai);
  const reading = { units: sources.genai_units, bracketsInclusive: provider.bracketsInclusive ?? false, today };
  const lookUp = (name: string): NamedPrices => {
    const found = genai && !inALocation(name, provider) ? findModel(name, genai, sources.genai_providers) : undefined;
    if (found === undefined) return {};
    return { genai: { modelId: found.model.id, sheets: genaiSheets(found, reading), fastFactor: fastFactor(found) } };
  };
  for (const [name, entry] of litellmModels(provider, sources.litellm)) {
    names.set(
      name,
      withoutPlaceholders({ litellm: { entry, sheet: litellmSheet(entry, provider.name) }, ...lookUp(name) }),
    );
  }
  for (const name of genai === undefined ? [] : ownNames(provider, genai)) {
    if (!names.has(name) && !isLitellmKey(provider, name, sources.litellm))
      names.set(name, withoutPlaceholders(lookUp(name)));
  }
  return names;
}

/** In both sources a model of nothing but zeros is more often unknown than free: it is free where both say so. */
function withoutPlaceholders({ litellm, genai }: NamedPrices): NamedPrices {
  const free = { litellm: litellm && isFree(litellm.sheet), genai: genai?.sheets.every(({ sheet }) => isFree(sheet)) };
  if (free.litellm && free.genai) return { ...(litellm && { litellm }), ...(genai && { genai }) };
  return { ...(litellm && !free.litellm && { litellm }), ...(genai && !free.genai && { genai }) };
}

/** Names that genai-prices writes out and resolves to the model that writes them. */
function ownNames(provider: CatalogProvider, genai: GenaiProvider): string[] {
  return genai.models.flatMap((model) =>
    publishedNames(model).filter(
      (name) =>
        findModel(name, genai, [])?.model === model && !(provider.name === "gcp.gemini" && /claude|maas/.test(name)),
    ),
  );
}

/** A path of a region ("us-east-1/…", "eu/…"): genai-prices does not know them. */
function inALocation(name: string, provider: CatalogProvider): boolean {
  return (
    /^[a-z]{2}(-gov)?-[a-z]+-\d\//.test(name) ||
    provider.locations.some((text) => text.endsWith("/") && name.startsWith(text))
  );
}
