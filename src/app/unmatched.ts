import type { ModelName } from "#core/approved-models.ts";
import type { AttributionRule, ModelPolicy } from "#core/config.ts";
import type { ConfigChange } from "#core/config-changes.ts";
import { nearestName } from "#core/nearest-name.ts";
import { matchesPattern } from "#core/pattern.ts";
import type { StoredKey } from "./ports/keys.ts";

const hint = (nearest: string | undefined) => (nearest === undefined ? "" : `: did you mean ${nearest}?`);

function ofPolicy({ provider = "*", model = "*" }: ModelPolicy, known: readonly ModelName[]): string[] {
  const ofProvider = known.filter((name) => matchesPattern(provider, name.provider));
  if (provider !== "*" && ofProvider.length === 0) {
    const nearest = nearestName(provider, new Set(known.map((name) => name.provider)));
    return [`provider ${JSON.stringify(provider)} matches nothing known or in use${hint(nearest)}`];
  }
  if (model === "*" || ofProvider.some((name) => matchesPattern(model, name.model))) return [];
  const nearest = nearestName(model, new Set(ofProvider.map((name) => name.model)));
  const where = provider === "*" ? "" : ` of ${provider}`;
  return [`model ${JSON.stringify(model)}${where} matches nothing known or in use${hint(nearest)}`];
}

/** Policies as they would be that are about no model of these. */
export function unmatchedPolicies(changes: readonly ConfigChange[], known: readonly ModelName[]) {
  return new Map(
    changes.flatMap((change) =>
      change.section === "policies" && change.to !== null
        ? [[change, ofPolicy(change.to as ModelPolicy, known)] as const]
        : [],
    ),
  );
}

/** The keys that a rule names, as it would be. */
export const keysNamed = ({ section, to }: ConfigChange): readonly string[] =>
  section === "rules" ? ((to as AttributionRule | null)?.when.key ?? []) : [];

/** Rules that name keys which nobody has; who has given the name of a key is told its id. */
export function unmatchedKeys(changes: readonly ConfigChange[], keys: readonly Pick<StoredKey, "id" | "name">[]) {
  const ids = keys.map(({ id }) => id);
  return new Map(
    changes.map((change) => {
      const unknown = keysNamed(change).filter((id) => !ids.includes(id));
      const lines = unknown.map((sent) => {
        const nearest = keys.findLast(({ name }) => name === sent)?.id ?? nearestName(sent, ids);
        return `when.key: no key has the id ${JSON.stringify(sent)}${hint(nearest)}`;
      });
      return [change, lines] as const;
    }),
  );
}
