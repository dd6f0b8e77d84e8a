import type { Quantities } from "#core/meters.ts";
import { isCachedInDoubt } from "./cached-in-doubt.ts";
import { operationOf } from "./gen-ai-operations.ts";
import type { Dialect, ModelCall } from "./model-call.ts";
import { countOf, countWithin, hasAny, textOf } from "./read-attributes.ts";
import type { Attributes, OtlpSpan, Scope } from "./span.ts";
import { metersOf, type TokenTotals } from "./token-meters.ts";

// Each the current name first, then those of older conventions and of instrumentations in use.
const INPUT = ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens"];
const OUTPUT = ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.usage.completion_tokens"];
const CACHE_READ = [
  "gen_ai.usage.cache_read.input_tokens",
  "gen_ai.usage.cache_read_input_tokens",
  "gen_ai.usage.cache_read_tokens",
  "gen_ai.usage.details.cache_read_tokens",
  "gen_ai.usage.details.cache_read_input_tokens",
  "gen_ai.usage.details.cached_tokens",
  "gen_ai.usage.input_tokens.cached",
];
const CACHE_WRITE = [
  "gen_ai.usage.cache_creation.input_tokens",
  "gen_ai.usage.cache_creation_input_tokens",
  "gen_ai.usage.cache_write.input_tokens",
  "gen_ai.usage.cache_write_input_tokens",
  "gen_ai.usage.cache_write_tokens",
  "gen_ai.usage.details.cache_write_tokens",
  "gen_ai.usage.details.cache_creation_input_tokens",
  "gen_ai.usage.input_tokens.cache_write",
];
const REASONING = [
  "gen_ai.usage.reasoning.output_tokens",
  "gen_ai.usage.reasoning_tokens",
  "gen_ai.usage.details.reasoning_tokens",
  "gen_ai.usage.output_tokens.reasoning",
  "llm.usage.reasoning_tokens",
];
const TOTAL = ["gen_ai.usage.total_tokens", "llm.usage.total_tokens"];
const AUDIO_INPUT = ["gen_ai.usage.details.input_audio_tokens"];
const AUDIO_OUTPUT = ["gen_ai.usage.details.output_audio_tokens"];

// LangSmith tells the parts of both totals as JSON.
const INPUT_PARTS = "gen_ai.usage.input_token_details";
const OUTPUT_PARTS = "gen_ai.usage.output_token_details";

/** Where LangChain tells how long writes last, their sum is 0 or tells them again. */
function cacheWriteOf(attributes: Attributes): number {
  if (hasAny(attributes, CACHE_WRITE)) return countOf(attributes, ...CACHE_WRITE);
  const written = (part: string) => countWithin(attributes, INPUT_PARTS, part);
  return written("ephemeral_5m_input_tokens") + written("ephemeral_1h_input_tokens") || written("cache_creation");
}

/** The official instrumentations that know no cached and no reasoning tokens, unless a newer one tells them. */
const TELLS_TOTALS_ONLY =
  /^(opentelemetry\.instrumentation\.(openai_v2|vertexai|botocore[\w.-]*)|@opentelemetry\/instrumentation-openai|OpenAI\.\w+Client)$/;

/** Traceloop's for Bedrock has passed on what Converse counts beside the input, at least until 0.62. */
function countsBeside({ name, version }: Scope): boolean {
  return name === "opentelemetry.instrumentation.bedrock" && /^0\.([0-5]?\d|6[0-2])\./.test(version);
}

/** Undefined: the span tells no usage. */
function totalsOf(attributes: Attributes, scope: Scope): TokenTotals | undefined {
  if (!hasAny(attributes, INPUT) && !hasAny(attributes, OUTPUT)) return undefined;
  return {
    input: countOf(attributes, ...INPUT),
    output: countOf(attributes, ...OUTPUT),
    cacheRead: countOf(attributes, ...CACHE_READ) || countWithin(attributes, INPUT_PARTS, "cache_read"),
    cacheWrite: cacheWriteOf(attributes),
    reasoning: countOf(attributes, ...REASONING) || countWithin(attributes, OUTPUT_PARTS, "reasoning"),
    audioInput: countOf(attributes, ...AUDIO_INPUT) || countWithin(attributes, INPUT_PARTS, "audio"),
    audioOutput: countOf(attributes, ...AUDIO_OUTPUT) || countWithin(attributes, OUTPUT_PARTS, "audio"),
    total: countOf(attributes, ...TOTAL),
    ...(countsBeside(scope) && { cachedBeside: true }),
  };
}

/** An image's tokens have a price of their own. */
function ofImages({ text_output_tokens, ...others }: Quantities): Quantities {
  return text_output_tokens === undefined ? others : { ...others, image_output_tokens: text_output_tokens };
}

/** A call as the conventions say it, whatever made the span one. */
export function genAiCall({ attributes, scope }: OtlpSpan): ModelCall {
  const operation = operationOf(textOf(attributes, "gen_ai.operation.name") ?? "");
  const called = {
    provider: textOf(attributes, "gen_ai.provider.name", "gen_ai.system"),
    model: textOf(attributes, "gen_ai.response.model", "gen_ai.request.model"),
  };
  const totals = totalsOf(attributes, scope);
  const quantities = totals && metersOf(totals);
  const tellsParts = hasAny(attributes, [...CACHE_READ, ...CACHE_WRITE, ...REASONING]);
  const hidesParts = !tellsParts && operation !== "embedding" && TELLS_TOTALS_ONLY.test(scope.name);
  const isImage = operation === "image";
  return {
    ...called,
    quantities: quantities && isImage ? ofImages(quantities) : quantities,
    answered: textOf(attributes, "gen_ai.response.id", "gen_ai.response.model") !== undefined,
    // How much of an image's input is images, no attribute tells.
    estimated: isImage || hidesParts || (totals !== undefined && isCachedInDoubt(totals, called, scope.name)),
    responseId: textOf(attributes, "gen_ai.response.id"),
    serviceTier: textOf(
      attributes,
      "gen_ai.openai.response.service_tier",
      "openai.response.service_tier",
      "gen_ai.response.service_tier",
      "gen_ai.openai.request.service_tier",
      "openai.request.service_tier",
    ),
  };
}

/** Google's Agent Development Kit writes `call_llm` around the `generate_content` of the call itself. */
const AGENT_KIT = "gcp.vertex.agent";

/** Without an operation, what is around calls has a name of its own: an agent's sum, a tool. */
function isAroundCalls(attributes: Attributes): boolean {
  if (textOf(attributes, "gen_ai.system") === AGENT_KIT) return true;
  return textOf(attributes, "gen_ai.agent.name", "gen_ai.agent.id", "agent_name", "gen_ai.tool.name") !== undefined;
}

/** LangSmith calls a prompt's template a `chat`, and a search `embeddings`: only its own kinds tell them from calls. */
function isOtherRun(attributes: Attributes): boolean {
  const kind = textOf(attributes, "langsmith.span.kind")?.toLowerCase();
  return kind !== undefined && kind !== "llm" && kind !== "embedding";
}

/** OpenTelemetry's GenAI conventions, old and new, in the hands of whichever instrumentation. */
export const genAi: Dialect = (span) => {
  const { attributes } = span;
  if (isOtherRun(attributes)) return "no_call";
  const operation = textOf(attributes, "gen_ai.operation.name");
  if (operation !== undefined) {
    const does = operationOf(operation);
    if (does === "none") return "no_call";
    return does === "unknown" ? "unknown" : genAiCall(span);
  }
  if (isAroundCalls(attributes)) return "no_call";
  if (textOf(attributes, "gen_ai.provider.name", "gen_ai.system") === undefined) return undefined;
  // Before there were operations, a call had a model that was asked for.
  if (textOf(attributes, "gen_ai.request.model") === undefined) return "unknown";
  const call = genAiCall(span);
  return call.quantities === undefined ? "no_call" : call;
};
