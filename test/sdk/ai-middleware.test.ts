import { createOpenAI } from "@ai-sdk/openai";
import {
  embed,
  embedMany,
  generateText,
  stepCountIs,
  streamText,
  tool,
  wrapEmbeddingModel,
  wrapLanguageModel,
} from "ai";
import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import type { AiMiddleware } from "#sdk/ai-middleware.ts";
import { type FakeProvider, startFakeProvider } from "../../scripts/fake-provider/fake-provider.ts";
import { billedCall, bookedCall, openMetered } from "./open-metered.ts";

function modelsOf({ url }: FakeProvider, middleware?: AiMiddleware) {
  const openai = createOpenAI({ apiKey: "sk-test", baseURL: `${url}/v1` });
  const [chat, responses] = [openai.chat("gpt-4o"), openai.responses("gpt-4o-mini")];
  const embedding = openai.embedding("text-embedding-3-small");
  if (!middleware) return { chat, responses, embedding };
  return {
    chat: wrapLanguageModel({ model: chat, middleware }),
    responses: wrapLanguageModel({ model: responses, middleware }),
    embedding: wrapEmbeddingModel({ model: embedding, middleware }),
  };
}

type Models = ReturnType<typeof modelsOf>;

const prompt = "What is six times seven?";

const operations: Readonly<Record<string, (models: Models) => Promise<unknown>>> = {
  "generateText, chat": async ({ chat }) => {
    const { text, totalUsage, finishReason } = await generateText({ model: chat, prompt });
    return { text, totalUsage, finishReason };
  },
  "generateText, responses": async ({ responses }) => {
    const { text, totalUsage, response } = await generateText({ model: responses, prompt });
    return { text, totalUsage, id: response.id };
  },
  "streamText, chat": async ({ chat }) => {
    const { textStream, totalUsage } = streamText({ model: chat, prompt });
    return [await Array.fromAsync(textStream), await totalUsage];
  },
  "streamText, responses": async ({ responses }) => {
    const { textStream, totalUsage, providerMetadata } = streamText({ model: responses, prompt });
    return [await Array.fromAsync(textStream), await totalUsage, await providerMetadata];
  },
  embed: async ({ embedding }) => {
    const { embedding: vector, usage } = await embed({ model: embedding, value: prompt });
    return { vector, usage };
  },
};

describe("a wrapped model answers as the plain one does, and each call is booked once with its tokens", () => {
  for (const [name, operation] of Object.entries(operations)) {
    test(name, async () => {
      await using metered = await openMetered();
      const other = await startFakeProvider();
      const seen = await operation(modelsOf(metered.provider, metered.meter.aiMiddleware()));
      expect(seen).toEqual(await operation(modelsOf(other)));
      await other.close();
      expect((await metered.booked()).map(bookedCall)).toEqual(metered.provider.billed.map(billedCall));
      expect(metered.problems).toEqual([]);
    });
  }
});

test("each step of an agent, and each part of a large embedding, is a call of its own", async () => {
  await using metered = await openMetered();
  const { chat, embedding } = modelsOf(metered.provider, metered.meter.aiMiddleware());
  await embedMany({ model: embedding, values: Array.from({ length: 2_100 }, (_, i) => `text ${i}`) }).catch(() => {});
  await generateText({
    ...{ model: chat, prompt, stopWhen: stepCountIs(3) },
    tools: { add: tool({ inputSchema: z.object({}), execute: async () => 1 }) },
  });
  const entries = await metered.booked();
  expect(entries.length).toBe(metered.provider.billed.length);
  expect(entries.length).toBe(3);
});

test("attempts that fail book nothing, and throw what they threw", async () => {
  await using metered = await openMetered();
  const { chat } = modelsOf(metered.provider, metered.meter.aiMiddleware());
  await expect(generateText({ model: chat, prompt: "refuse", maxRetries: 0 })).rejects.toThrow("refused");
  expect(await metered.booked()).toEqual([]);
});

test("a stream that the caller aborts is booked by a guess", async () => {
  await using metered = await openMetered();
  const { responses } = modelsOf(metered.provider, metered.meter.aiMiddleware());
  const aborter = new AbortController();
  const { textStream } = streamText({ model: responses, prompt: "slow", abortSignal: aborter.signal });
  for await (const text of textStream) if (text.includes("answer")) aborter.abort();
  await vi.waitFor(() => expect(metered.meter.stats().recorded).toBe(1));
  const [entry] = await metered.booked();
  // Four characters are a token: "slow"; "The answer ".
  expect(entry?.quantities).toEqual({ uncached_input_tokens: 1, text_output_tokens: 3 });
  expect(entry?.charges.every(({ estimated }) => estimated)).toBe(true);
});

test("what a model of another provider counts is booked by the AI SDK's own, disjoint counts", async () => {
  await using metered = await openMetered();
  const usage = {
    inputTokens: { total: 1_000, noCache: 600, cacheRead: 300, cacheWrite: 100 },
    outputTokens: { total: 90, text: 50, reasoning: 40 },
    raw: { promptTokenCount: 1_000 },
  };
  const { wrapGenerate } = metered.meter.aiMiddleware();
  const result = { content: [], usage, response: { id: "g-1", modelId: "gemini-2.5-flash" } };
  const model = { provider: "google.generative-ai", modelId: "gemini-flash" };
  expect(await wrapGenerate({ doGenerate: async () => result, params: {}, model })).toBe(result);
  const [entry] = await metered.booked();
  expect(entry && bookedCall(entry)).toEqual({
    ...{ id: "g-1", model: "gemini-2.5-flash" },
    meters: {
      ...{ uncached_input_tokens: 600, cache_read_tokens: 300, cache_write_5m_tokens: 100 },
      ...{ text_output_tokens: 50, reasoning_tokens: 40 },
    },
  });
});
