import type { CatalogProvider } from "./providers.ts";
import type { LitellmEntry } from "./sources.ts";

/** Keys that name a picture's size, a step count, a commitment or a price class rather than a model. */
const NOT_A_MODEL =
  /(^|\/)(\d+-x-\d+|\d+-steps|max-steps|\*|\d+-month-commitment|container|guardrails)(\/|$)|^(fireworks|together)-ai-|^sample_spec$/;

/**
 * LiteLLM's entries of a provider by the provider's own model id. An id that reads like another entry's key
 * ("perplexity/sonar" of Perplexity's agents) keeps its prefix: the short form already means the other.
 */
export function litellmModels(
  provider: CatalogProvider,
  map: Readonly<Record<string, LitellmEntry>>,
): Map<string, LitellmEntry> {
  const ranked = new Map<string, { rank: number; entry: LitellmEntry }>();
  for (const [key, entry] of Object.entries(map)) {
    if (!isOf(provider, entry.litellm_provider ?? "") || NOT_A_MODEL.test(key)) continue;
    const prefix = longestPrefix(provider, key);
    const id = key.slice(prefix.length);
    const name = isLitellmKey(provider, id, map) ? key : id;
    const rank = provider.prefixes.includes(prefix) ? provider.prefixes.indexOf(prefix) : provider.prefixes.length;
    if (rank < (ranked.get(name)?.rank ?? Number.POSITIVE_INFINITY)) ranked.set(name, { rank, entry });
  }
  return new Map([...ranked].map(([name, { entry }]) => [name, entry]));
}

/** Whether the map has the name as the key, prefix and all, of a model with a shorter id. */
export function isLitellmKey(provider: CatalogProvider, name: string, map: object): boolean {
  return longestPrefix(provider, name) !== "" && name in map;
}

function longestPrefix(provider: CatalogProvider, key: string): string {
  return provider.prefixes
    .filter((prefix) => key.startsWith(prefix))
    .reduce((longest, prefix) => (prefix.length > longest.length ? prefix : longest), "");
}

function isOf(provider: CatalogProvider, litellmProvider: string): boolean {
  return provider.litellm.some((name) =>
    name.endsWith("*") ? litellmProvider.startsWith(name.slice(0, -1)) : litellmProvider === name,
  );
}
