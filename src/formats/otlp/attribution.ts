import type { EventAttribution } from "#core/attribution.ts";
import type { Config, MappedDimension } from "#core/config.ts";
import { PURPOSES, UNALLOCATED } from "#core/dimensions.ts";
import { ERASED } from "#core/erasure.ts";
import { plainText } from "../plain-text.ts";
import type { Attributes } from "./span.ts";

/** By dimension, the attributes that may hold it, the first one that does decides. */
export type AttributeMapping = readonly (readonly [MappedDimension, readonly string[]])[];

const lengthMax = 64;
const tagsMax = 10;
const tagPrefix = "finops.tag.";

/** What the Vercel AI SDK and Traceloop put before the names that an application chooses. */
const PREFIXES = ["ai.telemetry.metadata.", "traceloop.association.properties."];

const prefixed = (...names: readonly string[]) => PREFIXES.flatMap((prefix) => names.map((name) => prefix + name));

/**
 * The documented mapping, behind `finops.<dimension>` and what the company adds. Of LiteLLM, the team that it knows by
 * the key: clients cannot set it. A customer is only who is called so on purpose, and a cloud's region is not the
 * business's.
 */
const BUILT_IN: Readonly<Record<MappedDimension, readonly string[]>> = {
  team: [
    "litellm.team.alias",
    "litellm.team.id",
    "metadata.user_api_key_team_alias",
    "metadata.user_api_key_team_id",
    "team",
    ...prefixed("team"),
  ],
  feature: ["feature", ...prefixed("feature")],
  environment: ["deployment.environment.name", "deployment.environment", ...prefixed("environment")],
  region: prefixed("region"),
  customer_tier: ["customer_tier", "customer.tier", ...prefixed("customer_tier", "customerTier")],
  purpose: ["purpose", ...prefixed("purpose")],
  customer_id: [],
};

/** A company's own attributes go before the built-in ones, and `finops.…` before all. */
export function attributeMapping(added: Config["otlp_attributes"]): AttributeMapping {
  return (Object.keys(BUILT_IN) as MappedDimension[]).map((dimension) => [
    dimension,
    [`finops.${dimension}`, ...(added[dimension] ?? []), ...BUILT_IN[dimension]],
  ]);
}

/** The value of a dimension that an attribute holds; undefined when it can be none. */
function dimensionValue(dimension: MappedDimension, value: unknown): string | undefined {
  const text = plainText(typeof value === "number" ? String(value) : value, lengthMax);
  if (text === undefined || text === UNALLOCATED) return undefined;
  if (dimension === "purpose") return PURPOSES.find((purpose) => purpose === text);
  return dimension === "customer_id" && text === ERASED ? undefined : text;
}

function firstValue(dimension: MappedDimension, names: readonly string[], attributes: Attributes) {
  for (const name of names) {
    const value = dimensionValue(dimension, attributes.get(name));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What a span says of whom it is for, else what its resource says. */
export function claimedBy(mapping: AttributeMapping, span: Attributes, resource: Attributes): EventAttribution {
  const claimed: Partial<Record<MappedDimension, string>> = {};
  for (const [dimension, names] of mapping) {
    const value = firstValue(dimension, names, span) ?? firstValue(dimension, names, resource);
    if (value !== undefined) claimed[dimension] = value;
  }
  return claimed as EventAttribution;
}

/** `finops.tag.<name>`, of the resource and the span, whose tags go before the resource's. */
export function tagsOf(span: Attributes, resource: Attributes): Readonly<Record<string, string>> {
  const tags: [string, string][] = [];
  for (const attributes of [resource, span]) {
    for (const [name, value] of attributes) {
      if (!name.startsWith(tagPrefix)) continue;
      const [key, text] = [plainText(name.slice(tagPrefix.length), lengthMax), plainText(String(value), lengthMax)];
      if (key !== undefined && text !== undefined) tags.push([key, text]);
    }
  }
  return Object.fromEntries([...new Map(tags)].slice(-tagsMax));
}
