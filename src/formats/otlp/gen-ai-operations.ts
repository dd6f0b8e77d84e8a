/**
 * The values of `gen_ai.operation.name` that are a call of a model: the conventions', with the spellings of Semantic
 * Kernel (`chat.completions`), Spring AI (`embedding`), Sentry and others for OpenAI's Responses API (`responses`),
 * Paid for Anthropic's (`messages`) and for images, and IQ's ADK (`generate`).
 */
const MODEL_OPERATIONS: ReadonlySet<string> = new Set([
  "chat",
  "chat.completions",
  "text_completion",
  "text.completions",
  "completion",
  "generate_content",
  "generate",
  "responses",
  "messages",
  "embeddings",
  "embedding",
  "image_generation",
]);

/** What is around calls, or none: what an agent, a tool or a search costs is in the calls that it makes. */
const OTHER_OPERATIONS: ReadonlySet<string> = new Set([
  "agent",
  "chain",
  "create_agent",
  "execute_event_loop_cycle",
  "execute_tool",
  "framework",
  "handoff",
  "invoke_agent",
  "invoke_graph",
  "invoke_swarm",
  "invoke_workflow",
  "plan",
  "rerank",
  "retrieval",
  "task",
  "tool",
  "vectordb",
  "workflow",
]);

const EMBEDDINGS: ReadonlySet<string> = new Set(["embeddings", "embedding"]);

type Operation = "text" | "embedding" | "image" | "none" | "unknown";

/** What an operation does, whatever its case. */
export function operationOf(name: string): Operation {
  const lower = name.toLowerCase();
  if (OTHER_OPERATIONS.has(lower)) return "none";
  if (!MODEL_OPERATIONS.has(lower)) return "unknown";
  if (lower === "image_generation") return "image";
  return EMBEDDINGS.has(lower) ? "embedding" : "text";
}
