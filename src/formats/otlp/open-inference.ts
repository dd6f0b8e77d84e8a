import { isCachedInDoubt } from "./cached-in-doubt.ts";
import { genAiCall } from "./gen-ai.ts";
import type { Dialect, ModelCall } from "./model-call.ts";
import { countOf, hasAny, textOf } from "./read-attributes.ts";
import type { Attributes, OtlpSpan } from "./span.ts";
import { metersOf, type TokenTotals } from "./token-meters.ts";

const PROMPT = "llm.token_count.prompt";
const COMPLETION = "llm.token_count.completion";
const TOTAL = "llm.token_count.total";

function totalsOf(attributes: Attributes): TokenTotals | undefined {
  if (!hasAny(attributes, [PROMPT, COMPLETION, TOTAL])) return undefined;
  const output = countOf(attributes, COMPLETION);
  const total = countOf(attributes, TOTAL);
  return {
    // Of an embedding, some tell only the total.
    input: hasAny(attributes, [PROMPT]) ? countOf(attributes, PROMPT) : Math.max(0, total - output),
    output,
    cacheRead: countOf(
      attributes,
      "llm.token_count.prompt_details.cache_read",
      "llm.token_count.prompt_details.cache_input",
    ),
    cacheWrite: countOf(attributes, "llm.token_count.prompt_details.cache_write"),
    reasoning: countOf(attributes, "llm.token_count.completion_details.reasoning"),
    audioInput: countOf(attributes, "llm.token_count.prompt_details.audio"),
    audioOutput: countOf(attributes, "llm.token_count.completion_details.audio"),
    total,
  };
}

/** Some write only the kind beside the usage of OpenTelemetry's conventions. */
function usageByConventions(span: OtlpSpan): Pick<ModelCall, "quantities" | "estimated"> {
  const { quantities, estimated } = genAiCall(span);
  return { quantities, estimated };
}

const CALLS: ReadonlySet<string> = new Set(["LLM", "EMBEDDING"]);
const OTHERS: ReadonlySet<string> = new Set([
  "CHAIN",
  "AGENT",
  "TOOL",
  "RETRIEVER",
  "RERANKER",
  "GUARDRAIL",
  "EVALUATOR",
  "PROMPT",
]);

/**
 * OpenInference (Arize Phoenix): the span's kind says what it is; of all kinds, two call a model. A framework writes one
 * of these around the client's too (LlamaIndex's `predict`): without token counts only a response's id shows a call.
 */
export const openInference: Dialect = (span) => {
  const { attributes, scope } = span;
  const kind = textOf(attributes, "openinference.span.kind")?.toUpperCase();
  if (kind === undefined) return undefined;
  if (OTHERS.has(kind)) return "no_call";
  if (!CALLS.has(kind)) return "unknown";
  const called = {
    provider: textOf(attributes, "llm.provider", "llm.system", "gen_ai.provider.name", "gen_ai.system"),
    model: textOf(
      attributes,
      "llm.model_name",
      "embedding.model_name",
      "gen_ai.response.model",
      "gen_ai.request.model",
    ),
  };
  const totals = totalsOf(attributes);
  const responseId = textOf(attributes, "llm.response.id", "gen_ai.response.id");
  return {
    ...called,
    ...(totals === undefined
      ? usageByConventions(span)
      : { quantities: metersOf(totals), estimated: isCachedInDoubt(totals, called, scope.name) }),
    answered: responseId !== undefined,
    responseId,
    serviceTier: textOf(attributes, "llm.response.service_tier"),
  };
};
