import type { Quantities } from "#core/meters.ts";
import { resolveProvider } from "#core/resolve-provider.ts";
import type { Dialect } from "./model-call.ts";
import { countOf, hasAny, textOf } from "./read-attributes.ts";
import type { Attributes } from "./span.ts";
import { metersOf } from "./token-meters.ts";

// Names of version 5 and 6, then those of 3 and 4.
const INPUT = ["ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens", "gen_ai.usage.input_tokens"];
const OUTPUT = ["ai.usage.outputTokens", "ai.usage.completionTokens", "gen_ai.usage.output_tokens"];
const CACHE_READ = ["ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens"];
const CACHE_WRITE = ["ai.usage.inputTokenDetails.cacheWriteTokens"];
const REASONING = ["ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens"];

/** What counts cached tokens beside the input, as its provider does, until version 6 made all providers alike. */
const COUNTS_BESIDE = /anthropic|bedrock/;
const ALIKE_SINCE_MAJOR = 6;

/** The SDK names the API of a provider behind it: `azure.chat`, `google.vertex.embedding`, `cohere.textEmbedding`. */
const API_OF_PROVIDER = /\.(?:chat|responses|completion|embeddings?|textEmbedding|text-embedding)$/;

/** Without its API where only so it is known. */
function knownProvider(named: string): string {
  const provider = named.replace(API_OF_PROVIDER, "");
  return resolveProvider(named) === undefined && resolveProvider(provider) !== undefined ? provider : named;
}

interface ProviderMetadata {
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
  readonly serviceTier: string | undefined;
}

type Json = Readonly<Record<string, unknown>>;

function countIn(fields: Json, ...names: readonly string[]): number {
  for (const name of names) {
    const value = fields[name];
    if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  }
  return 0;
}

/** What the SDK's providers say beside its own usage: `{"openai":{"cachedPromptTokens":1024}}`. */
function providerMetadata(attributes: Attributes): ProviderMetadata {
  const own = ownFields(textOf(attributes, "ai.response.providerMetadata"));
  const usage = objectOf(own.usage);
  const tier = own.serviceTier;
  return {
    cacheRead: countIn({ ...usage, ...own }, "cachedPromptTokens", "cacheReadInputTokens", "cache_read_input_tokens"),
    cacheWrite: countIn(
      { ...usage, ...own },
      "cacheCreationInputTokens",
      "cacheWriteInputTokens",
      "cache_creation_input_tokens",
    ),
    reasoning: countIn(own, "reasoningTokens"),
    serviceTier: typeof tier === "string" ? tier : undefined,
  };
}

function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** Of the one provider that has answered, which the gateway tells beside its own. */
function ownFields(text: string | undefined): Json {
  if (text === undefined) return {};
  try {
    const { gateway, ...providers } = objectOf(JSON.parse(text));
    return objectOf(Object.values(providers)[0]);
  } catch {
    return {};
  }
}

/** Of `ai/6.0.326`; what does not tell its version is judged by what it tells of its tokens. */
function countsAlike(attributes: Attributes): boolean {
  if (hasAny(attributes, ["ai.usage.inputTokenDetails.noCacheTokens", ...CACHE_WRITE])) return true;
  const major = /(?:^| )ai\/(\d+)\./.exec(textOf(attributes, "ai.request.headers.user-agent") ?? "")?.[1];
  return major !== undefined && Number(major) >= ALIKE_SINCE_MAJOR;
}

function quantitiesOf(attributes: Attributes, provider: string, told: ProviderMetadata): Quantities | undefined {
  if (!hasAny(attributes, INPUT) && !hasAny(attributes, OUTPUT)) return undefined;
  return metersOf({
    input: countOf(attributes, ...INPUT),
    output: countOf(attributes, ...OUTPUT),
    cacheRead: hasAny(attributes, CACHE_READ) ? countOf(attributes, ...CACHE_READ) : told.cacheRead,
    cacheWrite: hasAny(attributes, CACHE_WRITE) ? countOf(attributes, ...CACHE_WRITE) : told.cacheWrite,
    reasoning: hasAny(attributes, REASONING) ? countOf(attributes, ...REASONING) : told.reasoning,
    total: countOf(attributes, "ai.usage.totalTokens"),
    ...(COUNTS_BESIDE.test(provider) && !countsAlike(attributes) && { cachedBeside: true }),
  });
}

/**
 * The Vercel AI SDK: `ai.generateText.doGenerate`, `ai.streamText.doStream`, `ai.embed.doEmbed` and their kind each are
 * one request to a provider, also when it is a retry or a step of many. `ai.generateText` around them repeats their sum.
 */
export const vercelAi: Dialect = ({ attributes, name }) => {
  const operation =
    textOf(attributes, "ai.operationId") ?? (/^ai\.(generate|stream|embed)/.test(name) ? name : undefined);
  if (operation === undefined) return undefined;
  if (!/\.do[A-Z]/.test(operation)) return "no_call";
  if (!/\.do(Generate|Stream|Embed)\b/.test(operation)) return "unknown";
  const provider = textOf(attributes, "ai.model.provider", "gen_ai.system");
  // The gateway passes on what the provider counts, whom only the model names: `anthropic/claude-sonnet-4`.
  const counter = provider === "gateway" ? textOf(attributes, "ai.model.id", "gen_ai.request.model") : provider;
  const told = providerMetadata(attributes);
  const isObject = operation.includes("generateObject");
  return {
    provider: provider && knownProvider(provider),
    model: textOf(attributes, "ai.response.model", "gen_ai.response.model", "ai.model.id", "gen_ai.request.model"),
    quantities: quantitiesOf(attributes, counter ?? "", told),
    answered: textOf(attributes, "ai.response.id", "ai.response.model", "ai.response.finishReason") !== undefined,
    // It tells the sums alone, whatever was cached.
    estimated: isObject && !hasAny(attributes, CACHE_READ) && told.cacheRead + told.cacheWrite === 0,
    responseId: textOf(attributes, "ai.response.id", "gen_ai.response.id"),
    serviceTier: told.serviceTier,
  };
};
