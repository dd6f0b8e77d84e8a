/**
 * Every spelling of a provider in use, by the name we know it under: OpenTelemetry's `gen_ai.provider.name` where it
 * has one, else LiteLLM's. Sources: the conventions' registry (with the older `gen_ai.system` values), LiteLLM's
 * `litellm_provider`, the Vercel AI SDK's and LangChain's provider ids, genai-prices' ids. Compared in lower case, with
 * "-" and blanks as "_". A test compares the table of docs/pricing.md with it.
 */
const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  openai: ["openai.chat", "openai.responses", "openai.completion", "openai.embedding", "text_completion_openai"],
  anthropic: ["anthropic.messages", "claude"],
  "gcp.gemini": [
    "gemini",
    "google",
    "google_ai",
    "google_ai_studio",
    "google_genai",
    "google.generative_ai",
    "gcp.gen_ai",
  ],
  "gcp.vertex_ai": [
    "vertex",
    "vertex_ai",
    "vertexai",
    "google_vertex",
    "google_vertexai",
    "google_vertex_ai",
    "google.vertex",
    "google.vertex.chat",
    "vertex_ai_beta",
    "vertex.anthropic.messages",
  ],
  "aws.bedrock": ["bedrock", "bedrock_converse", "bedrock_mantle", "amazon_bedrock", "aws_bedrock", "aws"],
  "azure.ai.openai": [
    "azure",
    "azure_openai",
    "azure_text",
    "azure_openai.chat",
    "azure_openai.responses",
    "az.ai.openai",
  ],
  "azure.ai.inference": ["azure_ai", "az.ai.inference"],
  mistral_ai: ["mistral", "mistralai", "mistral.chat", "codestral", "text_completion_codestral"],
  cohere: ["cohere_chat", "cohere.chat"],
  deepseek: ["deepseek.chat", "deepseek_ai"],
  x_ai: ["xai", "xai.chat", "xai.responses", "grok"],
  groq: ["groq.chat"],
  together_ai: ["together", "togetherai", "together.ai"],
  fireworks_ai: ["fireworks", "fireworks.ai", "fireworks_ai_embedding_models"],
  perplexity: ["perplexity_ai", "perplexityai"],
};

/** The names that we know providers under. */
export const PROVIDERS: readonly string[] = Object.keys(SPELLINGS);

const names: ReadonlyMap<string, string> = new Map(
  Object.entries(SPELLINGS).flatMap(([name, others]) => [name, ...others].map((spelling) => [spelling, name])),
);

function normalized(text: string): string {
  return text.toLowerCase().replace(/[- ]/g, "_");
}

/** The provider of a documented spelling; undefined for any other. LiteLLM's `vertex_ai-<family>` are all Vertex. */
export function resolveProvider(text: string): string | undefined {
  const name = normalized(text);
  return names.get(name) ?? (name.startsWith("vertex_ai_") ? "gcp.vertex_ai" : undefined);
}

/** Spellings that are said of two providers, and the second of them; `resolveProvider` gives the first. */
const SECOND_MEANINGS: ReadonlyMap<string, string> = new Map([
  ["google", "gcp.vertex_ai"],
  ["gcp.gen_ai", "gcp.vertex_ai"],
  ["azure", "azure.ai.inference"],
  ["azure.ai.inference", "azure.ai.openai"],
  ["az.ai.inference", "azure.ai.openai"],
]);

/**
 * The providers that a spelling may mean, likeliest first; empty when it is none we know. A model of the second is
 * taken for it only where the first has no such model, or the model's own prefix names the second.
 */
export function possibleProviders(text: string): string[] {
  return [resolveProvider(text), SECOND_MEANINGS.get(normalized(text))].filter((name) => name !== undefined);
}
