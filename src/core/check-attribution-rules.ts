import { checkRegistered } from "./check-registry.ts";
import type { AttributionRule, Config, MappedDimension, RuleMatch } from "./config.ts";
import { ATTRIBUTION_DIMENSIONS } from "./dimensions.ts";
import type { FieldError } from "./field-error.ts";
import { matchesPattern } from "./pattern.ts";

const PATTERN_FIELDS = ["source", "provider", "model"] as const;

/** A star of the narrower pattern is a character to the wider one: only a star of its own matches it. */
const isWithin = (narrow: string, wide: string) => matchesPattern(wide, narrow);

/** Does every event that `narrow` matches match `wide` too? May say no where it does. */
function covers(wide: RuleMatch, narrow: RuleMatch): boolean {
  const { key: keys } = wide;
  const isOfKeys = keys === undefined || narrow.key?.every((key) => keys.includes(key));
  const fields = PATTERN_FIELDS.every((field) => {
    const patterns = wide[field];
    return patterns === undefined || narrow[field]?.every((one) => patterns.some((other) => isWithin(one, other)));
  });
  const tags = Object.entries(wide.tags ?? {}).every(([tag, pattern]) => {
    const one = narrow.tags?.[tag];
    return one !== undefined && isWithin(one, pattern);
  });
  return isOfKeys === true && fields && tags;
}

/** Of each dimension that the rule sets, an earlier one that always sets it first; undefined when one is left to it. */
function overtakenBy(rule: AttributionRule, before: readonly AttributionRule[]): readonly string[] | undefined {
  const wider = before.filter(({ when }) => covers(when, rule.when));
  const names = (Object.keys(rule.set) as MappedDimension[]).map(
    (dimension) => wider.find(({ set }) => set[dimension] !== undefined)?.id,
  );
  return names.every((name) => name !== undefined) ? [...new Set(names)] : undefined;
}

/** Rules that would do nothing, and rules that would fill in what counts as missing. */
export function checkAttributionRules({ rules, registry }: Config): FieldError[] {
  return rules.flatMap((rule, i): FieldError[] => {
    const path = `rules[${i}]`;
    if (Object.keys(rule.set).length === 0) {
      return [{ path: `${path}.set`, found: "an empty object", wanted: "at least one dimension to fill" }];
    }
    const unregistered = ATTRIBUTION_DIMENSIONS.flatMap((dimension) => {
      const value = rule.set[dimension];
      return value === undefined ? [] : checkRegistered(registry, dimension, value, `${path}.set.${dimension}`);
    });
    const earlier = overtakenBy(rule, rules.slice(0, i));
    if (earlier === undefined) return unregistered;
    const wanted = `a rule that can set something: whatever it matches, ${earlier.join(" and ")} before it has set`;
    return [...unregistered, { path: `${path}.when`, found: `rule ${JSON.stringify(rule.id)}`, wanted }];
  });
}
