import type { AttributionRule, MappedDimension, RuleMatch } from "./config.ts";
import { compilePatterns } from "./pattern.ts";
import { remember } from "./remember.ts";

/** What rules match on of an event. */
export interface RuledEvent {
  readonly source: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The catalogue's names. */
export interface ResolvedModel {
  readonly provider: string;
  readonly model: string;
}

interface RuledUse {
  readonly event: RuledEvent;
  readonly model: ResolvedModel;
  readonly keyId: string;
}

interface RuleFill {
  readonly rule: string;
  readonly value: string;
}

/** Of each wanted dimension, what the first rule that matches and sets it says. */
export type FillByRules = (use: RuledUse, wanted: readonly MappedDimension[]) => ReadonlyMap<MappedDimension, RuleFill>;

type Matches = (use: RuledUse) => boolean;

/** All of a rule's conditions but those on tags, of which senders have too many to remember. */
function compileMatch({ key, source, provider, model }: RuleMatch): Matches {
  const isIn = (patterns: readonly string[] | undefined) => (patterns ? compilePatterns(patterns) : () => true);
  const [isKey, isSource, isProvider, isModel] = [isIn(key), isIn(source), isIn(provider), isIn(model)];
  return ({ keyId, event, model: named }) =>
    isKey(keyId) && isSource(event.source) && isProvider(named.provider) && isModel(named.model);
}

function compileTags({ tags = {} }: RuleMatch): (tags: RuledEvent["tags"]) => boolean {
  const wanted = Object.entries(tags).map(([tag, pattern]) => ({ tag, isWanted: compilePatterns([pattern]) }));
  return (sent) => wanted.every(({ tag, isWanted }) => Object.hasOwn(sent, tag) && isWanted(sent[tag] as string));
}

const usesRemembered = 1_000;
const nothing: ReadonlyMap<MappedDimension, RuleFill> = new Map();

export function compileRules(rules: readonly AttributionRule[]): FillByRules {
  const compiled = rules.map(({ id, when, set }) => ({
    id,
    sets: Object.entries(set) as [MappedDimension, string][],
    matches: compileMatch(when),
    hasTags: compileTags(when),
  }));
  const settable = new Set(compiled.flatMap(({ sets }) => sets.map(([dimension]) => dimension)));
  const remembered = remember<typeof compiled>(usesRemembered);
  return (use, wanted) => {
    if (!wanted.some((dimension) => settable.has(dimension))) return nothing;
    const { keyId, event, model } = use;
    const key = JSON.stringify([keyId, event.source, model.provider, model.model]);
    const candidates = remembered(key, () => compiled.filter(({ matches }) => matches(use)));
    if (candidates.length === 0) return nothing;
    const filled = new Map<MappedDimension, RuleFill>();
    for (const { id, sets, hasTags } of candidates) {
      if (!hasTags(event.tags)) continue;
      for (const [dimension, value] of sets) {
        if (wanted.includes(dimension) && !filled.has(dimension)) filled.set(dimension, { rule: id, value });
      }
    }
    return filled;
  };
}
