import { genAi } from "./gen-ai.ts";
import { langfuse } from "./langfuse.ts";
import { liteLlm } from "./lite-llm.ts";
import type { Dialect, ModelCall } from "./model-call.ts";
import { openInference } from "./open-inference.ts";
import type { OtlpSpan } from "./span.ts";
import { traceloop } from "./traceloop.ts";
import { tellsUsage } from "./uncounted.ts";
import { vercelAi } from "./vercel-ai.ts";

/** The first that knows a span decides: those with marks of their own first, the conventions that many use last. */
const DIALECTS: readonly Dialect[] = [liteLlm, vercelAi, langfuse, openInference, traceloop, genAi];

/** Logfire announces a span before it is done. */
const isAnnouncement = ({ attributes }: OtlpSpan) => attributes.get("logfire.span_type") === "pending_span";

function isCall({ failed }: OtlpSpan, { quantities, answered }: ModelCall): boolean {
  if (quantities === undefined) return answered && !failed;
  return !failed || Object.keys(quantities).length > 0;
}

/**
 * The call of a model that a span is, by its own attributes alone: parents and children that repeat its usage, in this
 * request or another one, are told from it by what they are. A failed call that used nothing is none; what tells
 * usage and is nothing we know is uncounted. Throws `WrongAttribute` when it is a call and cannot be read.
 */
export function modelCallOf(span: OtlpSpan): ModelCall | "uncounted" | undefined {
  if (isAnnouncement(span)) return undefined;
  for (const dialect of DIALECTS) {
    const call = dialect(span);
    if (call === undefined) continue;
    if (call === "unknown") break;
    return call !== "no_call" && isCall(span, call) ? call : undefined;
  }
  return tellsUsage(span.attributes) ? "uncounted" : undefined;
}
