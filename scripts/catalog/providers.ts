/** How a provider of the catalogue is named in the sources. */
export interface CatalogProvider {
  /** OpenTelemetry's name. */
  readonly name: string;
  /** Values of `litellm_provider`; one that ends in "*" stands for all that begin so. */
  readonly litellm: readonly string[];
  /** What LiteLLM puts before the provider's own id; of two keys with the same id, that of the earlier prefix stands. */
  readonly prefixes: readonly string[];
  readonly genai: string | undefined;
  /** Where a model ran, as LiteLLM and Bedrock write it before a model's id. */
  readonly locations: readonly string[];
  /** A bracket begins at its threshold. */
  readonly bracketsInclusive?: true;
  /** The page of the provider's prices, where the source names none. */
  readonly page: string;
}

const BEDROCK_PROFILES = ["us", "eu", "apac", "jp", "au", "in", "global", "us-gov"];

export const CATALOG_PROVIDERS: readonly CatalogProvider[] = [
  provider("openai", "openai", ["openai", "text-completion-openai"], ["openai/"], "https://openai.com/api/pricing/"),
  provider("anthropic", "anthropic", ["anthropic"], [], "https://platform.claude.com/docs/en/about-claude/pricing"),
  provider("gcp.gemini", "google", ["gemini"], ["gemini/"], "https://ai.google.dev/gemini-api/docs/pricing"),
  provider(
    "gcp.vertex_ai",
    "google",
    ["vertex_ai*"],
    ["vertex_ai/"],
    "https://cloud.google.com/vertex-ai/generative-ai/pricing",
  ),
  {
    ...provider(
      "aws.bedrock",
      "aws",
      ["bedrock*"],
      ["", "bedrock/", "bedrock/invoke/", "bedrock_mantle/"],
      "https://aws.amazon.com/bedrock/pricing/",
    ),
    locations: BEDROCK_PROFILES.map((profile) => `${profile}.`),
  },
  {
    ...provider(
      "azure.ai.openai",
      "azure",
      ["azure", "azure_text"],
      ["azure/"],
      "https://azure.microsoft.com/en-us/pricing/details/cognitive-services/openai-service/",
    ),
    locations: ["us/", "eu/", "apac/", "global/", "us-gov/"],
  },
  provider(
    "azure.ai.inference",
    undefined,
    ["azure_ai"],
    ["azure_ai/"],
    "https://azure.microsoft.com/en-us/pricing/details/ai-foundry/",
  ),
  provider(
    "mistral_ai",
    "mistral",
    ["mistral", "codestral", "text-completion-codestral"],
    ["mistral/", "codestral/", "text-completion-codestral/"],
    "https://mistral.ai/pricing/api",
  ),
  provider("cohere", "cohere", ["cohere", "cohere_chat"], ["cohere/"], "https://cohere.com/pricing"),
  provider("deepseek", "deepseek", ["deepseek"], ["deepseek/"], "https://api-docs.deepseek.com/quick_start/pricing"),
  { ...provider("x_ai", "x-ai", ["xai"], ["xai/"], "https://docs.x.ai/docs/models"), bracketsInclusive: true },
  provider("groq", "groq", ["groq"], ["groq/"], "https://groq.com/pricing"),
  provider("together_ai", "together", ["together_ai"], ["together_ai/"], "https://www.together.ai/pricing"),
  provider(
    "fireworks_ai",
    "fireworks",
    ["fireworks_ai", "fireworks_ai-embedding-models"],
    ["fireworks_ai/"],
    "https://fireworks.ai/pricing",
  ),
  provider(
    "perplexity",
    "perplexity",
    ["perplexity"],
    ["perplexity/"],
    "https://docs.perplexity.ai/docs/getting-started/pricing",
  ),
];

function provider(
  name: string,
  genai: string | undefined,
  litellm: readonly string[],
  prefixes: readonly string[],
  page: string,
): CatalogProvider {
  return { name, genai, litellm, prefixes, page, locations: [] };
}
