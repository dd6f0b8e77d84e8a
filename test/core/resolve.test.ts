import { describe, expect, test } from "vitest";
import { makeCoreRater } from "#core/rate-event.ts";
import { resolveProvider } from "#core/resolve-provider.ts";
import { anEvent, catalog, rated } from "./rating-catalog.ts";

describe("providers", () => {
  test.each([
    ["openai", "openai"],
    ["OpenAI", "openai"],
    ["google", "gcp.gemini"],
    ["gemini", "gcp.gemini"],
    ["google.generative-ai", "gcp.gemini"],
    ["vertex", "gcp.vertex_ai"],
    ["vertex_ai", "gcp.vertex_ai"],
    ["vertex_ai-anthropic_models", "gcp.vertex_ai"],
    ["bedrock", "aws.bedrock"],
    ["amazon-bedrock", "aws.bedrock"],
    ["azure", "azure.ai.openai"],
    ["azure_ai", "azure.ai.inference"],
    ["az.ai.openai", "azure.ai.openai"],
    ["mistral", "mistral_ai"],
    ["xai", "x_ai"],
    ["x-ai", "x_ai"],
    ["together_ai", "together_ai"],
    ["fireworks", "fireworks_ai"],
    ["perplexity", "perplexity"],
  ])("%s is %s", (text, name) => expect(resolveProvider(text)).toBe(name));

  test.each(["", "acme", "__proto__", "constructor", "openrouter", "litellm"])("%j is none", (text) =>
    expect(resolveProvider(text)).toBeUndefined(),
  );
});

describe("models", () => {
  const found = (provider: string, model: string) => {
    const result = rated({ provider, model });
    return result.cost === null ? undefined : `${result.provider}: ${result.model}`;
  };

  test.each([
    ["openai", "plain", "openai: plain"],
    ["openai", "plain-2026-01-01", "openai: plain"],
    ["openai", "openai/plain", "openai: plain"],
    ["openai", "openai/responses/plain", "openai: plain"],
    ["openai", "ft:plain-2026-01-01:acme::xyz", "openai: ft:plain-2026-01-01"],
    ["bedrock", "bedrock/us.anthropic.claude-v1:0", "aws.bedrock: us.anthropic.claude-v1:0"],
    ["bedrock", "bedrock/converse/us.anthropic.claude-v1:0", "aws.bedrock: us.anthropic.claude-v1:0"],
    ["bedrock", "anthropic.claude-v1:0", "aws.bedrock: anthropic.claude-v1:0"],
    [
      "bedrock",
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-v1:0",
      "aws.bedrock: us.anthropic.claude-v1:0",
    ],
    ["vertex_ai", "vertex_ai/claude@20251101", "gcp.vertex_ai: claude@20251101"],
    ["vertex_ai", "claude-20251101", "gcp.vertex_ai: claude@20251101"],
    ["vertex_ai", "gemini@default", "gcp.vertex_ai: gemini"],
    ["vertex_ai", "projects/p/locations/us-east5/publishers/google/models/gemini", "gcp.vertex_ai: gemini"],
    ["gemini", "models/gemini", "gcp.gemini: gemini"],
    ["groq", "groq/openai/gpt-oss", "groq: openai/gpt-oss"],
    ["groq", "openai/gpt-oss", "groq: openai/gpt-oss"],
    ["groq", "Groq/OpenAI/GPT-OSS", "groq: openai/gpt-oss"],
    ["openai", "PLAIN-2026-01-01", "openai: plain"],
    ["Vertex_AI", "Claude-20251101", "gcp.vertex_ai: claude@20251101"],
  ])("%s %s is %s", (provider, model, expected) => expect(found(provider, model)).toBe(expected));

  test.each([
    ["a later snapshot", "openai", "plain-2099-01-01"],
    ["a longer name", "openai", "plain-mini"],
    ["a shorter name", "openai", "plai"],
    ["a name that two models claim", "openai", "shared-alias"],
    ["a fine-tune of an unpublished base", "openai", "ft:plain:acme::xyz"],
    ["a name that two models claim, in another case", "openai", "Shared-Alias"],
    ["another cross-region profile", "bedrock", "eu.anthropic.claude-v1:0"],
    ["another version", "vertex_ai", "claude@20990101"],
    ["another provider's prefix", "openai", "groq/openai/gpt-oss"],
    ["a word of the language", "openai", "__proto__"],
    ["nothing", "openai", ""],
    ["only a prefix", "openai", "openai/"],
  ])("%s is not a model: %s %s", (_, provider, model) => expect(found(provider, model)).toBeUndefined());

  test("a gateway leaves the provider to the model's prefix", () => {
    expect(found("litellm", "groq/openai/gpt-oss")).toBe("groq: openai/gpt-oss");
    expect(found("openrouter", "openrouter/openai/plain")).toBe("openai: plain");
    expect(found("openrouter", "plain")).toBeUndefined();
    expect(found("openrouter", "acme/plain")).toBeUndefined();
  });

  test("google is Gemini's interface unless the model says Vertex or only Vertex has it", () => {
    expect(found("google", "gemini")).toBe("gcp.gemini: gemini");
    expect(found("google", "vertex_ai/gemini")).toBe("gcp.vertex_ai: gemini");
    expect(found("google", "claude@20251101")).toBe("gcp.vertex_ai: claude@20251101");
    expect(found("gcp.gemini", "vertex_ai/gemini")).toBeUndefined();
  });

  test("more names than are remembered are still told apart", () => {
    const rater = makeCoreRater((provider) => catalog[provider], []);
    for (let i = 0; i < 20_001; i++) expect(rater(anEvent({ model: `random-${i}` })).cost).toBeNull();
    expect(rater(anEvent({ model: "openai/plain" })).model).toBe("plain");
  });
});
