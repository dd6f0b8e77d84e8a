import type { GenaiClause, GenaiModel, GenaiProvider } from "./sources.ts";

const COMPACT_DATE = /(-)(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

export interface FoundModel {
  readonly model: GenaiModel;
  /** Found at the provider whose models this one resells: tiers are then not its own. */
  readonly fallback: boolean;
}

/** genai-prices' own lookup: first match in order, then the providers it falls back on, then a compact date spelt out. */
export function findModel(
  name: string,
  provider: GenaiProvider,
  all: readonly GenaiProvider[],
): FoundModel | undefined {
  const lower = name.toLowerCase();
  return matchModel(lower, provider, all) ?? matchModel(lower.replace(COMPACT_DATE, "$1$2-$3-$4"), provider, all);
}

function matchModel(name: string, provider: GenaiProvider, all: readonly GenaiProvider[]): FoundModel | undefined {
  const own = provider.models.find((model) => matches(model.match, name));
  if (own !== undefined) return { model: own, fallback: false };
  for (const id of provider.fallback_model_providers ?? []) {
    const model = all.find((other) => other.id === id)?.models.find((candidate) => matches(candidate.match, name));
    if (model !== undefined) return { model, fallback: true };
  }
  return undefined;
}

function matches(clause: GenaiClause, name: string): boolean {
  switch (clause.kind) {
    case "ClauseEquals":
      return name === clause.equals.toLowerCase();
    case "ClauseStartsWith":
      return name.startsWith(clause.starts_with.toLowerCase());
    case "ClauseEndsWith":
      return name.endsWith(clause.ends_with.toLowerCase());
    case "ClauseContains":
      return name.includes(clause.contains.toLowerCase());
    case "ClauseRegex":
      return new RegExp(clause.regex).test(name);
    case "ClauseOr":
      return clause.or_.some((part) => matches(part, name));
    case "ClauseAnd":
      return clause.and_.every((part) => matches(part, name));
    default:
      return clause satisfies never;
  }
}

/**
 * Names that the source itself writes out: those an `equals` clause gives, and the id where a clause spells it. Whatever
 * else a pattern would match is a guess, not a published name.
 */
export function publishedNames(model: GenaiModel): string[] {
  const parts = model.match.kind === "ClauseOr" ? model.match.or_ : [model.match];
  const names = parts.flatMap((part) => (part.kind === "ClauseEquals" ? [part.equals] : []));
  const spelt = parts.some(
    (part) =>
      (part.kind === "ClauseStartsWith" && part.starts_with === model.id) ||
      (part.kind === "ClauseContains" && part.contains === model.id),
  );
  return spelt ? [...new Set([model.id, ...names])] : names;
}
