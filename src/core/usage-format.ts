/** The shapes in which providers report usage. */
export const USAGE_FORMATS = [
  "openai_chat",
  "openai_responses",
  "openai_embeddings",
  "anthropic_messages",
  "gemini",
  "bedrock_converse",
  "otel",
] as const;
export type UsageFormat = (typeof USAGE_FORMATS)[number];
