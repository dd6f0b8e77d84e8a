import type { CatalogFile } from "./price-book.ts";
import { resolveProvider } from "./resolve-provider.ts";

/** Parts of LiteLLM's model names that choose an interface of the provider, not a model or a price. */
const ROUTES: Readonly<Record<string, readonly string[]>> = {
  "aws.bedrock": ["converse", "invoke"],
  openai: ["responses"],
  "azure.ai.openai": ["responses"],
};

/** Resource names under which the clouds publish a model: what is captured is its id. */
const RESOURCE_NAMES: Readonly<Record<string, RegExp>> = {
  "gcp.gemini": /^models\/([^/]+)$/,
  "gcp.vertex_ai": /^(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/[^/]+\/models\/([^/]+)$/,
  "aws.bedrock": /^arn:aws[a-z-]*:bedrock:[^:/]*:[^:/]*:(?:foundation-model|inference-profile)\/([^/]+)$/,
};

const prefixesMax = 3;

/** `azure/gpt-4o` is `gpt-4o` at Azure, `bedrock/converse/us.x` is `us.x` at Bedrock; the whole name stays first. */
function withoutPrefixes(provider: string, name: string): string[] {
  const routes = ROUTES[provider] ?? [];
  const found = [name];
  let rest = name;
  for (let i = 0; i < prefixesMax; i++) {
    const slash = rest.indexOf("/");
    const head = rest.slice(0, Math.max(0, slash));
    if (resolveProvider(head) !== provider && !routes.includes(head)) break;
    rest = rest.slice(slash + 1);
    found.push(rest);
  }
  const id = RESOURCE_NAMES[provider]?.exec(rest)?.[1];
  if (id !== undefined) found.push(id);
  return found;
}

/** Other ways in which the very same model is written: Vertex's `@version`, a fine-tune's base. */
function rewritten(name: string): string[] {
  const fineTune = /^(ft:[^:]+):/.exec(name)?.[1];
  if (fineTune !== undefined) return [fineTune];
  const [base, version] = name.split("@");
  if (base === undefined || version === undefined) return [name.replace(/-(\d{8})$/, "@$1")];
  return version === "default" ? [base] : [`${base}-${version}`];
}

/** The provider that the first part of a model's name names: `groq` of `groq/openai/gpt-oss-120b`. */
export function providerPrefix(model: string): string | undefined {
  const slash = model.indexOf("/");
  return slash > 0 ? resolveProvider(model.slice(0, slash)) : undefined;
}

/** The canonical name of a model, by any of its published names: as it stands, or in any case. */
export type ModelIndex = (name: string, anyCase: boolean) => string | undefined;

type Names = ReadonlyMap<string, string | undefined>;

/** By lower-case names; one that two models have names neither. */
function inLowerCase(names: Names): Names {
  const lower = new Map<string, string | undefined>();
  for (const [sent, model] of names) {
    const name = sent.toLowerCase();
    lower.set(name, lower.has(name) && lower.get(name) !== model ? undefined : model);
  }
  return lower;
}

function findIn(names: Names, provider: string, name: string): string | undefined {
  const plain = withoutPrefixes(provider, name);
  for (const candidate of [...plain, ...plain.flatMap(rewritten)]) {
    const model = names.get(candidate);
    if (model !== undefined) return model;
  }
  return undefined;
}

/**
 * Finds a name as it stands, then without the provider's own prefixes, then as the same model is written elsewhere.
 * Every form must be published: nothing is cut off or completed to reach a model, so a snapshot or a Bedrock profile
 * that the catalogue does not list is not found. A name that two models claim as alias names neither. Case never tells
 * two models of a provider apart: a test holds the catalogue to that.
 */
export function indexModels(file: CatalogFile): ModelIndex {
  const canonical = new Map<string, string | undefined>();
  for (const [model, { aliases }] of Object.entries(file.models)) {
    for (const alias of aliases ?? []) {
      canonical.set(alias, canonical.has(alias) && canonical.get(alias) !== model ? undefined : model);
    }
  }
  for (const model of Object.keys(file.models)) canonical.set(model, model);
  const lower = inLowerCase(canonical);
  return (name, anyCase) =>
    anyCase ? findIn(lower, file.provider, name.toLowerCase()) : findIn(canonical, file.provider, name);
}
