import { genAiCall } from "./gen-ai.ts";
import type { Dialect } from "./model-call.ts";
import { textOf } from "./read-attributes.ts";

const CALLS: ReadonlySet<string> = new Set(["chat", "completion", "embedding"]);
/** It is paid for by searches, which no attribute counts. */
const RERANK = "rerank";

/**
 * Traceloop (OpenLLMetry): `llm.request.type` stands on calls of a model, `traceloop.span.kind` on the workflows, tasks,
 * agents and tools around them, which may repeat what their calls used. Newer versions speak of operations instead,
 * as the conventions do, and are read as these.
 */
export const traceloop: Dialect = (span) => {
  const { attributes } = span;
  const type = textOf(attributes, "llm.request.type")?.toLowerCase();
  if (type === RERANK) return "no_call";
  if (type !== undefined) return CALLS.has(type) ? genAiCall(span) : "unknown";
  return textOf(attributes, "traceloop.span.kind") === undefined ? undefined : "no_call";
};
