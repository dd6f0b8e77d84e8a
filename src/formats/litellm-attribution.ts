import type { EventAttribution } from "#core/attribution.ts";
import { ATTRIBUTION_DIMENSIONS, PURPOSES, UNALLOCATED } from "#core/dimensions.ts";
import { ERASED } from "#core/erasure.ts";
import { fieldsOf, plainText } from "./plain-text.ts";

type Fields = ReturnType<typeof fieldsOf>;

const lengthMax = 64;
const tagsMax = 10;

const dimension = (value: unknown): string | undefined => {
  const text = plainText(value, lengthMax);
  return text === UNALLOCATED ? undefined : text;
};

function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/**
 * Whom a call is for, by what the proxy itself knows of the key: `user_api_key_*`, which a client cannot set, and among
 * them the metadata that an administrator gave the key. The end user is whom the client names; it is believed for
 * `customer_id` alone, which no budget, policy or cost class depends on.
 */
export function liteLlmAttribution(metadata: Fields): EventAttribution {
  const ofKey = fieldsOf(metadata.user_api_key_auth_metadata);
  const customer = dimension(ofKey.customer_id) ?? dimension(metadata.user_api_key_end_user_id);
  return defined({
    team:
      dimension(metadata.user_api_key_team_alias) ?? dimension(metadata.user_api_key_team_id) ?? dimension(ofKey.team),
    feature: dimension(ofKey.feature),
    environment: dimension(ofKey.environment),
    region: dimension(ofKey.region),
    customer_tier: dimension(ofKey.customer_tier),
    purpose: PURPOSES.find((purpose) => purpose === ofKey.purpose),
    customer_id: customer === ERASED ? undefined : customer,
  }) as EventAttribution;
}

/** What a client says of its call keeps this prefix: no rule takes it for what the proxy knows. */
const clientPrefix = "client.";

const clientDimensions = [...ATTRIBUTION_DIMENSIONS, "purpose"] as const;

/** "team:search" is team = search; a tag of one word is there. What LiteLLM adds of its own, the user agent, is left out. */
function requestTag(tag: unknown): [string, string | undefined] {
  const text = plainText(tag, 2 * lengthMax) ?? "";
  if (text.startsWith("User-Agent:")) return ["", undefined];
  const at = text.indexOf(":");
  return at > 0 ? [text.slice(0, at), plainText(text.slice(at + 1), lengthMax)] : [text, "true"];
}

/** For rules to match: first what the proxy knows, then what the client says, at most ten. */
export function liteLlmTags(payload: Fields): Readonly<Record<string, string>> {
  const metadata = fieldsOf(payload.metadata);
  const said = fieldsOf(metadata.requester_metadata);
  const known: [string, unknown][] = [
    ["litellm_key", metadata.user_api_key_alias],
    ["litellm_team", metadata.user_api_key_team_id],
    ["litellm_org", metadata.user_api_key_org_alias ?? metadata.user_api_key_org_id],
    ["litellm_project", metadata.user_api_key_project_alias ?? metadata.user_api_key_project_id],
    ["litellm_model_group", payload.model_group],
  ];
  const requestTags = Array.isArray(payload.request_tags) ? payload.request_tags.map(requestTag) : [];
  const client = [...clientDimensions.map((name): [string, unknown] => [name, said[name]]), ...requestTags];
  const tags = new Map<string, string>();
  for (const [name, value] of [...known, ...client.map(([name, value]) => [clientPrefix + name, value] as const)]) {
    const [key, text] = [plainText(name, lengthMax), plainText(value, lengthMax)];
    if (key === undefined || key === clientPrefix || text === undefined || tags.has(key)) continue;
    if (tags.size < tagsMax) tags.set(key, text);
  }
  return Object.fromEntries(tags);
}
