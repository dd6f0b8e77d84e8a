import type { Quantities } from "#core/meters.ts";
import { roundedUsd } from "#core/rounded-usd.ts";
import { readLiteLlmUsage } from "../litellm-usage.ts";
import { genAiCall } from "./gen-ai.ts";
import type { Dialect } from "./model-call.ts";
import { textOf } from "./read-attributes.ts";
import type { Attributes } from "./span.ts";

/** Repeats in the provider's own words what the span of the call says, where that span exists; of a stream, nothing. */
const RAW_REQUEST = "raw_gen_ai_request";

/** What was made before is read again, with the usage of its making. */
const NO_NEW_CALL = /retrieve|list|cancel|delete|^a?get_/;

/** Version 1 keeps the usage object as Python prints it: `{'prompt_tokens': 8, 'cost': None}`. */
function printedByPython(text: string): unknown {
  try {
    return JSON.parse(
      text
        .replaceAll("'", '"')
        .replace(/\bNone\b/g, "null")
        .replace(/\bTrue\b/g, "true")
        .replace(/\bFalse\b/g, "false"),
    );
  } catch {
    return undefined;
  }
}

/** With what was cached, which version 1 tells nowhere else. */
function fromUsageObject(attributes: Attributes): Quantities | undefined {
  const object = printedByPython(textOf(attributes, "metadata.usage_object") ?? "");
  if (object === undefined) return undefined;
  const read = readLiteLlmUsage({ metadata: { usage_object: object } });
  return read.ok && Object.keys(read.quantities).length > 0 ? read.quantities : undefined;
}

/** The deployment that was called, without the provider before it. The model that was asked for may be an alias. */
function modelOf(attributes: Attributes, provider: string | undefined): string | undefined {
  const model = textOf(attributes, "litellm.provider.model", "gen_ai.request.model", "gen_ai.response.model");
  const prefix = `${provider}/`;
  return model?.startsWith(prefix) ? model.slice(prefix.length) : model;
}

function costOf(attributes: Attributes) {
  const cost = attributes.get("litellm.cost.total") ?? attributes.get("gen_ai.cost.total_cost");
  return typeof cost === "number" ? roundedUsd(cost) : undefined;
}

/**
 * LiteLLM, version 1 and 2. One span of a call has its usage: `litellm_request`, the request's own span where version 1
 * has written it there, or `chat <alias>` of version 2. Routing, authentication and the raw request have none.
 */
export const liteLlm: Dialect = (span) => {
  const { name, scope, attributes } = span;
  if (name === RAW_REQUEST) return "no_call";
  const isLiteLlm =
    scope.name === "litellm" || attributes.has("litellm.call_id") || attributes.has("litellm.provider.model");
  if (!isLiteLlm) return undefined;
  if (NO_NEW_CALL.test(textOf(attributes, "litellm.call_type", "llm.request.type") ?? "")) return "no_call";
  const call = genAiCall(span);
  // Its other formats tell usage in their own words.
  if (call.quantities === undefined) return attributes.has("openinference.span.kind") ? undefined : "no_call";
  const exact = fromUsageObject(attributes);
  const senderCost = costOf(attributes);
  const tellsParts = exact !== undefined || attributes.has("litellm.call_type");
  return {
    ...call,
    model: modelOf(attributes, call.provider),
    quantities: exact ?? call.quantities,
    estimated: !tellsParts,
    ...(senderCost !== undefined && { senderCost }),
  };
};
