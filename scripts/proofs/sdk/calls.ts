import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { embed, generateText, streamText, wrapEmbeddingModel, wrapLanguageModel } from "ai";
import OpenAI from "openai";
import type { Meter } from "#sdk/meter.ts";

/** How a call is to end: as its prompt tells the fake provider, and as the caller reads it. */
export type Ending = "answered" | "retried" | "left" | "broken" | "refused";

/** Makes a call; the provider's id of it, where the caller learns one. */
type Call = (ending: Ending) => Promise<string | undefined>;

const prompts: Readonly<Record<Ending, string>> = {
  answered: "How much is six times seven?",
  retried: "retry: how much is six times seven?",
  left: "slow: how much is six times seven?",
  broken: "break: how much is six times seven?",
  refused: "refuse",
};

/** Reads a stream to its end, or leaves it after some parts. */
async function read<T>(parts: AsyncIterable<T>, ending: Ending, idOf: (part: T) => string | undefined) {
  let id: string | undefined;
  let count = 0;
  for await (const part of parts) {
    id = idOf(part) ?? id;
    if (ending === "left" && ++count === 4) break;
  }
  return id;
}

function openAiCalls(openai: OpenAI): Record<string, Call> {
  const ask = (ending: Ending) => ({ model: "gpt-4o-mini", input: prompts[ending] });
  const chat = (ending: Ending) => ({
    model: "gpt-4o",
    messages: [{ role: "user" as const, content: prompts[ending] }],
  });
  return {
    "openai chat": async (ending) => (await openai.chat.completions.create(chat(ending))).id,
    "openai chat stream": async (ending) =>
      read(await openai.chat.completions.create({ ...chat(ending), stream: true }), ending, ({ id }) => id),
    "openai responses": async (ending) => (await openai.responses.create(ask(ending))).id,
    "openai responses stream": async (ending) =>
      read(await openai.responses.create({ ...ask(ending), stream: true }), ending, (event) =>
        event.type === "response.created" ? event.response.id : undefined,
      ),
    "openai embeddings": async (ending) => {
      await openai.embeddings.create({ model: "text-embedding-3-small", input: prompts[ending] });
      return undefined;
    },
  };
}

function anthropicCalls(anthropic: Anthropic): Record<string, Call> {
  const message = (ending: Ending) => ({
    ...{ model: "claude-sonnet-4-6", max_tokens: 100 },
    messages: [{ role: "user" as const, content: prompts[ending] }],
  });
  return {
    "anthropic messages": async (ending) => (await anthropic.messages.create(message(ending))).id,
    "anthropic messages stream": async (ending) =>
      read(await anthropic.messages.create({ ...message(ending), stream: true }), ending, (event) =>
        event.type === "message_start" ? event.message.id : undefined,
      ),
  };
}

function aiCalls(url: string, meter: Meter): Record<string, Call> {
  const openai = createOpenAI({ apiKey: "sk-proof", baseURL: `${url}/v1` });
  const middleware = meter.aiMiddleware();
  const chat = wrapLanguageModel({ model: openai.chat("gpt-4o"), middleware });
  const responses = wrapLanguageModel({ model: openai.responses("gpt-4o-mini"), middleware });
  const embedding = wrapEmbeddingModel({ model: openai.embedding("text-embedding-3-small"), middleware });
  return {
    "ai generateText": async (ending) =>
      (await generateText({ model: chat, prompt: prompts[ending], maxRetries: 0 })).response.id,
    "ai streamText": async (ending) => {
      const aborter = new AbortController();
      const settings = { model: responses, prompt: prompts[ending], abortSignal: aborter.signal, onError: () => {} };
      const { fullStream } = streamText(settings);
      let texts = 0;
      for await (const part of fullStream) {
        if (part.type === "error") throw part.error;
        if (part.type === "text-delta" && ending === "left" && ++texts === 2) aborter.abort();
      }
      return undefined;
    },
    "ai embed": async (ending) => {
      await embed({ model: embedding, value: prompts[ending], maxRetries: 0 });
      return undefined;
    },
  };
}

/** Every kind of call, with the meter's wrappers around the real packages. */
export function watchedCalls(url: string, meter: Meter): Readonly<Record<string, Call>> {
  const options = { apiKey: "sk-proof", maxRetries: 2 };
  return {
    ...openAiCalls(meter.openai(new OpenAI({ ...options, baseURL: `${url}/v1` }))),
    ...anthropicCalls(meter.anthropic(new Anthropic({ ...options, baseURL: url }))),
    ...aiCalls(url, meter),
  };
}

/** How a kind of call can end: only streams end in the middle, and only the official clients retry by themselves. */
export function endingsOf(kind: string): readonly Ending[] {
  const retried: Ending[] = kind.startsWith("ai ") ? [] : ["retried"];
  const cut: Ending[] = /stream/i.test(kind) ? ["left", "broken"] : [];
  return ["answered", "answered", "answered", "refused", ...retried, ...cut];
}
